import { z } from 'zod';
import { secondFactorNeededSchema, sessionSchema, signInRequestSchema } from '../account.ts';
import {
  acceptInvitationRequestSchema,
  changeGroupRequestSchema,
  changeMemberRequestSchema,
  changePasswordRequestSchema,
  changeProfileRequestSchema,
  confirmSecondFactorRequestSchema,
  createdInvitationSchema,
  createGroupRequestSchema,
  createInvitationRequestSchema,
  groupSchema,
  invitationLookSchema,
  invitationSchema,
  lookInvitationRequestSchema,
  memberSchema,
  passwordAgainRequestSchema,
  passwordLinkSchema,
  personSessionsSchema,
  profileSchema,
  projectMembersSchema,
  recoveryCodesSchema,
  resetPasswordRequestSchema,
  secondFactorSetUpSchema,
  setProjectRoleRequestSchema,
  setUpRequestSchema,
  signInOptionsSchema,
} from '../people.ts';
import { setSsoRequestSchema, signedOutSchema, ssoSchema } from '../sso.ts';
import type { Operations } from './operation.ts';

const tag = { signIn: 'Sign-in', profile: 'Profile', people: 'People' } as const;

export const SIGN_IN: Operations = {
  'GET /api/v1/sign-in': {
    summary: 'What the sign-in page offers',
    tag: tag.signIn,
    answer: signInOptionsSchema,
    open: true,
  },
  'POST /api/v1/setup': {
    summary: 'Make the first owner, with the token of the printed link or as an admin of the installation',
    ...{ tag: tag.signIn, body: setUpRequestSchema, answer: sessionSchema, status: 201, open: true },
  },
  'POST /api/v1/session': {
    summary: 'Sign in; 202 with a ticket when a second factor is asked for',
    ...{ tag: tag.signIn, body: signInRequestSchema, open: true },
    answer: z.union([sessionSchema, secondFactorNeededSchema]),
  },
  'GET /api/v1/session': { summary: 'Who is signed in and what they may do', tag: tag.signIn, answer: sessionSchema },
  'DELETE /api/v1/session': {
    summary: 'Sign out; 204, or where to sign out of single sign-on',
    ...{ tag: tag.signIn, answer: signedOutSchema },
  },
  'POST /api/v1/invitations/look': {
    summary: 'Whom an invitation is for',
    ...{ tag: tag.signIn, body: lookInvitationRequestSchema, answer: invitationLookSchema, open: true },
  },
  'POST /api/v1/invitations/accept': {
    summary: 'Take an invitation: makes the account and signs in',
    ...{ tag: tag.signIn, body: acceptInvitationRequestSchema, answer: sessionSchema, status: 201, open: true },
  },
  'POST /api/v1/password': {
    summary: 'Set a new password by a link',
    ...{ tag: tag.signIn, body: resetPasswordRequestSchema, open: true },
  },
  'GET /api/v1/sso/begin': {
    summary: 'Leave for the provider of single sign-on',
    ...{ tag: tag.signIn, query: z.object({ to: z.string().optional() }), status: 302, open: true },
  },
  'GET /api/v1/sso/callback': { summary: 'Come back from the provider', tag: tag.signIn, status: 302, open: true },
};

export const PROFILE: Operations = {
  'GET /api/v1/profile': { summary: 'One’s own profile', tag: tag.profile, answer: profileSchema },
  'PATCH /api/v1/profile': {
    summary: 'Change name or language',
    ...{ tag: tag.profile, body: changeProfileRequestSchema, answer: profileSchema },
  },
  'POST /api/v1/profile/password': {
    summary: 'Change the password; ends all other sign-ins',
    ...{ tag: tag.profile, body: changePasswordRequestSchema },
  },
  'GET /api/v1/profile/sessions': { summary: 'Where one is signed in', tag: tag.profile, answer: personSessionsSchema },
  'DELETE /api/v1/profile/sessions': { summary: 'End all other sign-ins', tag: tag.profile },
  'DELETE /api/v1/profile/sessions/:id': { summary: 'End a sign-in', tag: tag.profile },
  'POST /api/v1/profile/second-factor': {
    summary: 'Begin to set up an authenticator app',
    ...{ tag: tag.profile, body: passwordAgainRequestSchema, answer: secondFactorSetUpSchema },
  },
  'POST /api/v1/profile/second-factor/confirm': {
    summary: 'Switch the second factor on with a code of the app',
    ...{ tag: tag.profile, body: confirmSecondFactorRequestSchema, answer: recoveryCodesSchema },
  },
  'POST /api/v1/profile/second-factor/recovery-codes': {
    summary: 'New recovery codes in place of the old',
    ...{ tag: tag.profile, body: passwordAgainRequestSchema, answer: recoveryCodesSchema },
  },
  'DELETE /api/v1/profile/second-factor': {
    summary: 'Switch the second factor off',
    ...{ tag: tag.profile, body: passwordAgainRequestSchema },
  },
};

export const PEOPLE: Operations = {
  'GET /api/v1/members': {
    summary: 'Everybody with an account',
    ...{ tag: tag.people, answer: z.object({ members: z.array(memberSchema) }) },
  },
  'PATCH /api/v1/members/:id': {
    summary: 'Change roles, disable',
    ...{ tag: tag.people, body: changeMemberRequestSchema, answer: memberSchema },
  },
  'DELETE /api/v1/members/:id': { summary: 'Remove an account', tag: tag.people },
  'DELETE /api/v1/members/:id/sessions': { summary: 'End all sign-ins of a member', tag: tag.people },
  'DELETE /api/v1/members/:id/second-factor': { summary: 'Switch off the second factor of a member', tag: tag.people },
  'POST /api/v1/members/:id/password-link': {
    summary: 'A link with which a member sets a new password',
    ...{ tag: tag.people, answer: passwordLinkSchema, status: 201 },
  },
  'GET /api/v1/projects/:slug/members': {
    summary: 'Everybody with a role in a project',
    ...{ tag: tag.people, answer: projectMembersSchema },
  },
  'PUT /api/v1/projects/:slug/members/:id': {
    summary: 'Give a role in a project; by id or e-mail address',
    ...{ tag: tag.people, body: setProjectRoleRequestSchema, answer: projectMembersSchema },
  },
  'DELETE /api/v1/projects/:slug/members/:id': {
    summary: 'Take a role in a project away',
    ...{ tag: tag.people, answer: projectMembersSchema },
  },
  'GET /api/v1/groups': { summary: 'Groups', tag: tag.people, answer: z.object({ groups: z.array(groupSchema) }) },
  'POST /api/v1/groups': {
    summary: 'Make a group',
    ...{ tag: tag.people, body: createGroupRequestSchema, answer: groupSchema, status: 201 },
  },
  'PATCH /api/v1/groups/:id': {
    summary: 'Change a group',
    ...{ tag: tag.people, body: changeGroupRequestSchema, answer: groupSchema },
  },
  'DELETE /api/v1/groups/:id': { summary: 'Remove a group', tag: tag.people },
  'GET /api/v1/invitations': {
    summary: 'Invitations that still work',
    ...{ tag: tag.people, answer: z.object({ invitations: z.array(invitationSchema) }) },
  },
  'POST /api/v1/invitations': {
    summary: 'Invite by link, and by mail when it is set up',
    ...{ tag: tag.people, body: createInvitationRequestSchema, answer: createdInvitationSchema, status: 201 },
  },
  'DELETE /api/v1/invitations/:id': { summary: 'Take an invitation back', tag: tag.people },
  'GET /api/v1/sso': { summary: 'Settings of single sign-on', tag: tag.people, answer: ssoSchema },
  'PUT /api/v1/sso': {
    summary: 'Set single sign-on up',
    ...{ tag: tag.people, body: setSsoRequestSchema, answer: ssoSchema },
  },
  'DELETE /api/v1/sso': { summary: 'Switch single sign-on off', tag: tag.people },
};
