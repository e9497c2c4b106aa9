import { z } from 'zod';
import { projectsSchema } from './query.ts';

/** `POST /api/v1/sql`: one SELECT on the tables of the projects (`logs`, `logs_10s`, …), in ClickHouse's SQL. */
export const sqlRequestSchema = z.strictObject({
  project: projectsSchema.default(['default']),
  sql: z.string().min(1).max(100_000),
});

export const sqlResponseSchema = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  /** A value a column; 64-bit integers are text. */
  rows: z.array(z.array(z.unknown())),
  elapsedMs: z.number(),
  scanned: z.object({ rows: z.number(), bytes: z.number() }),
});
export type SqlResponse = z.infer<typeof sqlResponseSchema>;
