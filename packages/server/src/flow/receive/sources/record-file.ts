import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const recordSchema = z.object({
  id: z.string(),
  /** '' for refusals before a project was known. */
  project: z.string(),
  events: z.number(),
  bytes: z.number(),
  lastEventAt: z.number().nullable(),
  lastError: z.object({ at: z.number(), reason: z.string(), message: z.string() }).nullable(),
});
const fileSchema = z.object({ version: z.literal(1), records: z.array(recordSchema) });

/** What a receiver brought to a project. Times are milliseconds since the epoch. */
export type SourceRecord = z.infer<typeof recordSchema>;

/** The records of the file; none when there is no such file or it cannot be understood: they are figures for people, not events. */
export function readRecords(file: string): SourceRecord[] {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).records;
  } catch {
    return [];
  }
}

/** Renamed into place, so that nobody reads half of it. */
export function writeRecords(file: string, records: readonly SourceRecord[]): void {
  writeFileSync(`${file}.new`, JSON.stringify({ version: 1, records }));
  renameSync(`${file}.new`, file);
}
