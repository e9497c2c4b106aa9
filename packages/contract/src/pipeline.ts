import { z } from 'zod';

/** Text of a pipeline, YAML or JSON. */
const text = z.string().max(500_000);
const note = z.string().max(500);

/** `PUT /api/v1/pipelines/:slug` (admin). `base` is the version that was edited: when there is a newer one by now, it is a conflict. */
export const savePipelineRequestSchema = z.strictObject({
  text,
  note: note.optional(),
  base: z.number().int().min(0).optional(),
});
export type SavePipelineRequest = z.infer<typeof savePipelineRequestSchema>;

/** `POST /api/v1/pipelines/:slug/rollback` (admin): saves an older version again, as a new one. */
export const rollbackPipelineRequestSchema = z.strictObject({ version: z.number().int().min(1) });

export const MAX_PREVIEW_LINES = 500;

/** `POST /api/v1/pipelines/:slug/preview`: the text, or what is in force, on lines, or on the last events of the project. */
export const previewPipelineRequestSchema = z.strictObject({
  text: text.optional(),
  lines: z.array(z.string().max(65_536)).max(MAX_PREVIEW_LINES).optional(),
  /** How many of the last events, when there are no lines. */
  last: z.number().int().min(1).max(MAX_PREVIEW_LINES).default(100),
  /** A search for them. */
  query: z.string().max(10_000).default(''),
  /** IANA zone for times without one. */
  timezone: z.string().max(64).optional(),
});
export type PreviewPipelineRequest = z.input<typeof previewPipelineRequestSchema>;

/** A version as lists show it. */
export interface PipelineVersion {
  readonly version: number;
  readonly createdAt: string;
  /** Who saved it. */
  readonly createdBy: string;
  readonly note: string;
}

/** `GET /api/v1/pipelines/:slug`; version 0 with an empty text when the project has none. */
export interface PipelineAnswer extends PipelineVersion {
  readonly project: string;
  readonly text: string;
}

/** A line of a difference: in both, only in the older or only in the newer text. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Fields of an event at some point of its pipeline: columns under their names, attributes under theirs. */
export type PreviewFields = Readonly<Record<string, string>>;

export interface PreviewStep {
  readonly fields: PreviewFields;
  /** Why the processor failed; empty when it did not. */
  readonly failures: readonly string[];
  readonly dropped: boolean;
}

export interface PreviewLine {
  readonly raw: string;
  /** Before the first processor. */
  readonly given: PreviewFields;
  /** After each processor, in their order. */
  readonly steps: readonly PreviewStep[];
  /** What would be stored; null when it would be dropped. */
  readonly event: Readonly<Record<string, unknown>> | null;
}

export interface PreviewPipelineResponse {
  readonly processors: readonly { readonly path: string; readonly label: string }[];
  readonly lines: readonly PreviewLine[];
  readonly parsed: number;
  readonly failed: number;
  readonly dropped: number;
  readonly elapsedMs: number;
}

/** `GET /api/v1/pipelines/:slug/failures?from=&to=`: how a project's events came through its pipeline. */
export const pipelineFailuresRequestSchema = z.strictObject({
  from: z.string().default('now-24h'),
  to: z.string().default('now'),
});

export interface PipelineFailures {
  readonly events: number;
  readonly failed: number;
  /** Most failures first. */
  readonly processors: readonly {
    readonly processor: string;
    readonly reason: string;
    readonly version: string;
    readonly events: number;
  }[];
}

/** `GET /api/v1/processors`: what a pipeline can be made of. */
export interface ProcessorInfo {
  readonly type: string;
  readonly about: string;
  /** JSON schema of its options, beside `type`, `id` and `when`, which all have. */
  readonly options: unknown;
}

/** `POST /api/v1/pipelines/:slug/suggest`: pipelines for lines, or for the last events. */
export const suggestPipelineRequestSchema = previewPipelineRequestSchema.omit({ text: true });

export interface PipelineSuggestion {
  readonly name: string;
  readonly text: string;
  /** Share of the lines that it reads without a failure. */
  readonly share: number;
  /** Names of the fields it finds. */
  readonly fields: readonly string[];
}
