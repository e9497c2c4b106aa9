import { z } from 'zod';
import { projectSlugSchema } from './project.ts';

/** Greatest first. Viewers read; editors change what is looked at (dashboards, alerts); admins projects, pipelines, keys and people; owners make owners. */
export const ROLES = ['owner', 'admin', 'editor', 'viewer'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** In the organisation; `member` has only what its projects and groups give. */
export const ORGANISATION_ROLES = [...ROLES, 'member'] as const;
export const organisationRoleSchema = z.enum(ORGANISATION_ROLES);
export type OrganisationRole = z.infer<typeof organisationRoleSchema>;

const MIN_PASSWORD = 10;
export const emailSchema = z.email('an e-mail address').trim().toLowerCase().max(254);
export const passwordSchema = z.string().min(MIN_PASSWORD, `${MIN_PASSWORD} characters at least`).max(256);
const personName = z.string().trim().min(1).max(128);
const languageSchema = z.enum(['en', 'ko']);

/** `GET /api/v1/sign-in` (open): what the sign-in page offers. */
export const signInOptionsSchema = z.object({
  /** There is no owner yet: the link printed at the start makes one. */
  setUp: z.boolean(),
  /** False: passwords are for owners alone. */
  passwords: z.boolean(),
  /** Null when single sign-on is off; else it begins at `GET /api/v1/sso/begin?to=PATH`. */
  sso: z.object({ name: z.string() }).nullable(),
});
export type SignInOptions = z.infer<typeof signInOptionsSchema>;

/** `POST /api/v1/setup` (with the token of the printed link, or by an admin of the installation): makes the owner and signs in. */
export const setUpRequestSchema = z.strictObject({
  token: z.string().min(1).max(256).optional(),
  name: personName,
  email: emailSchema,
  password: passwordSchema,
});
export type SetUpRequest = z.infer<typeof setUpRequestSchema>;

/** A person as others see it. */
export const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: organisationRoleSchema,
});
export type PersonInfo = z.infer<typeof personSchema>;

/** `GET /api/v1/profile` */
export const profileSchema = personSchema.extend({
  /** Null: as the browser says. */
  language: languageSchema.nullable(),
  /** False for those who come by single sign-on alone. */
  hasPassword: z.boolean(),
  secondFactor: z.boolean(),
  createdAt: z.string(),
});
export type Profile = z.infer<typeof profileSchema>;

/** `PATCH /api/v1/profile`: what is absent stays. */
export const changeProfileRequestSchema = z.strictObject({
  name: personName.optional(),
  language: languageSchema.nullable().optional(),
});
export type ChangeProfileRequest = z.infer<typeof changeProfileRequestSchema>;

/** `POST /api/v1/profile/password`: ends all other sign-ins of the person. */
export const changePasswordRequestSchema = z.strictObject({
  current: z.string().max(256),
  password: passwordSchema,
});

/** One sign-in of a person. */
export const personSessionSchema = z.object({
  id: z.string(),
  /** The one that asks. */
  current: z.boolean(),
  method: z.enum(['password', 'sso']),
  address: z.string(),
  /** The browser's own words, cut. */
  agent: z.string(),
  createdAt: z.string(),
  lastSeenAt: z.string(),
  expiresAt: z.string(),
});
export type PersonSessionInfo = z.infer<typeof personSessionSchema>;
export const personSessionsSchema = z.object({ sessions: z.array(personSessionSchema) });

const projectRoleSchema = z.strictObject({ project: projectSlugSchema, role: roleSchema });

/** `GET /api/v1/members` (admin of the organisation). */
export const memberSchema = personSchema.extend({
  state: z.enum(['active', 'disabled']),
  /** Roles in single projects, beside what the organisation's role and the groups give. */
  projects: z.array(projectRoleSchema),
  groups: z.array(z.object({ id: z.string(), name: z.string() })),
  secondFactor: z.boolean(),
  sso: z.boolean(),
  createdAt: z.string(),
  lastSignInAt: z.string().nullable(),
});
export type Member = z.infer<typeof memberSchema>;

/** `PATCH /api/v1/members/:id` (admin; owners are changed by owners): what is absent stays. */
export const changeMemberRequestSchema = z.strictObject({
  role: organisationRoleSchema.optional(),
  state: z.enum(['active', 'disabled']).optional(),
  projects: z.array(projectRoleSchema).max(1_000).optional(),
});
export type ChangeMemberRequest = z.infer<typeof changeMemberRequestSchema>;

/** `GET /api/v1/projects/:slug/members` (admin of the project): who has a role in it, and by what. */
export const projectMembersSchema = z.object({
  members: z.array(
    personSchema.omit({ role: true }).extend({
      /** In this project, all ways together. */
      role: roleSchema,
      /** Given in this project itself; null when it comes from the organisation or a group alone. */
      given: roleSchema.nullable(),
    }),
  ),
});

/** `PUT /api/v1/projects/:slug/members/:id` (admin of the project). */
export const setProjectRoleRequestSchema = z.strictObject({ role: roleSchema });

/** `GET /api/v1/groups` (admin): people with the same roles. */
export const groupSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: organisationRoleSchema,
  projects: z.array(projectRoleSchema),
  /** Ids of people. */
  members: z.array(z.string()),
  /** Names of groups at the identity provider whose people are in this one while they have it there. */
  ssoGroups: z.array(z.string()),
});
export type Group = z.infer<typeof groupSchema>;

/** `POST /api/v1/groups` (admin) */
export const createGroupRequestSchema = z.strictObject({
  name: z.string().trim().min(1).max(128),
  role: organisationRoleSchema.default('member'),
  projects: z.array(projectRoleSchema).max(1_000).default([]),
  members: z.array(z.string().min(1).max(64)).max(10_000).default([]),
  ssoGroups: z.array(z.string().trim().min(1).max(256)).max(100).default([]),
});
export type CreateGroupRequest = z.infer<typeof createGroupRequestSchema>;

/** `PATCH /api/v1/groups/:id` (admin): what is absent stays. */
export const changeGroupRequestSchema = z.strictObject({
  name: z.string().trim().min(1).max(128).optional(),
  role: organisationRoleSchema.optional(),
  projects: z.array(projectRoleSchema).max(1_000).optional(),
  members: z.array(z.string().min(1).max(64)).max(10_000).optional(),
  ssoGroups: z.array(z.string().trim().min(1).max(256)).max(100).optional(),
});
export type ChangeGroupRequest = z.infer<typeof changeGroupRequestSchema>;

/** `POST /api/v1/invitations` (admin; admins of projects for those alone, with the role `member`). */
export const createInvitationRequestSchema = z.strictObject({
  email: emailSchema,
  role: organisationRoleSchema.default('member'),
  projects: z.array(projectRoleSchema).max(1_000).default([]),
  groups: z.array(z.string().min(1).max(64)).max(100).default([]),
  /** Sends the link by mail, when mail is set up; it is answered either way. */
  mail: z.boolean().default(true),
  /** Of the mail. */
  language: languageSchema.default('en'),
});
export type CreateInvitationRequest = z.infer<typeof createInvitationRequestSchema>;

export const invitationSchema = z.object({
  id: z.string(),
  email: z.string(),
  role: organisationRoleSchema,
  projects: z.array(projectRoleSchema),
  groups: z.array(z.string()),
  invitedBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
});
export type Invitation = z.infer<typeof invitationSchema>;

/** 201 of `POST /api/v1/invitations`. The link is shown once; with it anybody takes the invitation. */
export const createdInvitationSchema = z.object({
  invitation: invitationSchema,
  link: z.string(),
  /** `off`: not asked for, or mail is not set up. */
  mail: z.enum(['sent', 'failed', 'off']),
});
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>;

const token = z.string().min(1).max(256);

/** `POST /api/v1/invitations/look` (open, with the token): whom the link is for. */
export const lookInvitationRequestSchema = z.strictObject({ token });
export const invitationLookSchema = z.object({ email: z.string(), invitedBy: z.string() });
export type InvitationLook = z.infer<typeof invitationLookSchema>;

/** `POST /api/v1/invitations/accept` (open, with the token): makes the account and signs in. */
export const acceptInvitationRequestSchema = z.strictObject({ token, name: personName, password: passwordSchema });

/** `POST /api/v1/members/:id/password-link` (admin): a link with which the person sets a new password, for a day, once. */
export const passwordLinkSchema = z.object({ link: z.string(), expiresAt: z.string() });

/** `POST /api/v1/password` (open, with the token of such a link): sets the password, ends all sign-ins. */
export const resetPasswordRequestSchema = z.strictObject({ token, password: passwordSchema });

/** `POST …/profile/second-factor`, `…/recovery-codes` and `DELETE …/profile/second-factor`: who sits there is asked again. */
export const passwordAgainRequestSchema = z.strictObject({ password: z.string().max(256) });

/** 200 of `POST /api/v1/profile/second-factor`: for the authenticator app; it counts after `/confirm`. */
export const secondFactorSetUpSchema = z.object({
  secret: z.string(),
  /** `otpauth://…`, for a QR code. */
  url: z.string(),
});
export type SecondFactorSetUp = z.infer<typeof secondFactorSetUpSchema>;

/** `POST /api/v1/profile/second-factor/confirm`: a code of the app. */
export const confirmSecondFactorRequestSchema = z.strictObject({ code: z.string().trim().min(1).max(64) });

/** Each is worth one sign-in without the app; shown once. */
export const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof recoveryCodesSchema>;
