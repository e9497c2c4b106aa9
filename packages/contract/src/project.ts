import { z } from 'zod';

/** The project of the audit log: read by admins of the installation (`POST /api/v1/search`, `/export`, …), written by nobody, not listed. */
export const AUDIT_PROJECT = 'moalog-audit';

export const PROJECT_STATES = ['active', 'archived', 'deleting'] as const;

export const projectSlugSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'lower-case letters, digits and dashes, 64 at most');

const name = z.string().trim().min(1).max(128);
const colour = z.string().regex(/^#[0-9a-f]{6}$/, 'a colour as #rrggbb, lower case');
const environments = z.array(z.string().trim().min(1).max(64)).max(32);

/** What a project may take; null: no limit of its own. What is over is answered 429. */
export const projectLimitsSchema = z.strictObject({
  eventsPerSecond: z.number().int().min(1).max(1e9).nullable(),
  bytesPerDay: z.number().int().min(1).max(1e15).nullable(),
  /** For events that arrive from now on; null: as configured for the installation. */
  retentionDays: z.number().int().min(1).max(36_500).nullable(),
});
export type ProjectLimits = z.infer<typeof projectLimitsSchema>;

/** `POST /api/v1/projects` (admin of the installation). The slug is made from the name when absent. */
export const createProjectRequestSchema = z.strictObject({
  name,
  slug: projectSlugSchema.optional(),
  colour: colour.optional(),
  environments: environments.optional(),
  limits: projectLimitsSchema.partial().optional(),
});
export type CreateProjectRequest = z.infer<typeof createProjectRequestSchema>;

/** `PATCH /api/v1/projects/:slug` (admin): what is absent stays. */
export const changeProjectRequestSchema = z.strictObject({
  name: name.optional(),
  colour: colour.optional(),
  environments: environments.optional(),
  limits: projectLimitsSchema.partial().optional(),
  /** An archived project is searched and takes no events. */
  state: z.enum(['active', 'archived']).optional(),
});
export type ChangeProjectRequest = z.infer<typeof changeProjectRequestSchema>;

/** `DELETE /api/v1/projects/:slug` (admin of the installation): the project's name, typed again. */
export const deleteProjectRequestSchema = z.strictObject({ name });

export const projectSchema = z.object({
  slug: z.string(),
  name: z.string(),
  colour: z.string(),
  state: z.enum(PROJECT_STATES),
  environments: z.array(z.string()),
  limits: projectLimitsSchema,
  /** Of today in UTC; `refusedEvents` were over a limit. */
  usage: z.object({ events: z.number(), bytes: z.number(), refusedEvents: z.number() }),
  createdAt: z.string(),
});
export type ProjectInfo = z.infer<typeof projectSchema>;
