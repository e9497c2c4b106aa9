import { z } from 'zod';

/** RFC 9457 body of every error answer (`application/problem+json`). `code` is from the error catalogue, docs/errors. */
export const problemSchema = z.object({
  type: z.string(),
  code: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  /** Places in the input that are wrong; `path` is a JSON path or, for a query, `from` and `to` are character offsets. */
  errors: z
    .array(
      z.object({
        path: z.string(),
        message: z.string(),
        from: z.number().optional(),
        to: z.number().optional(),
        /** Words of the message that differ from case to case, for translation. */
        values: z.record(z.string(), z.string()).optional(),
        /** What would be right in place of the text from `from` to `to`. */
        suggestion: z.string().optional(),
      }),
    )
    .optional(),
  requestId: z.string().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
