import { z } from 'zod';

export const AGENT_TARGETS = ['moalog', 'filebeat', 'fluent-bit', 'vector', 'otel-collector', 'rsyslog'] as const;
export type AgentTarget = (typeof AGENT_TARGETS)[number];
export const AGENT_PLATFORMS = [
  'linux-x64',
  'linux-arm64',
  'darwin-arm64',
  'win32-x64',
  'docker',
  'kubernetes',
] as const;
export type AgentPlatform = (typeof AGENT_PLATFORMS)[number];
export const MULTILINE_PRESETS = ['java', 'python', 'node', 'go'] as const;

/** No control characters: these texts go into files of several formats. */
const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}+$/u, 'holds a control character');

/** Where logs come from, as somebody answered it: what the agent's configuration is made of. */
export const agentSetupSchema = z.object({
  project: z.string().min(1).max(128),
  agent: z.enum(AGENT_TARGETS).default('moalog'),
  platform: z.enum(AGENT_PLATFORMS).default('linux-x64'),
  service: line(256).optional(),
  environment: line(256).optional(),
  labels: z.record(z.string().regex(/^[A-Za-z_][\w.-]{0,63}$/), line(256)).default({}),
  /** Globs. */
  paths: z.array(line(1_024)).min(1).max(50),
  format: z.enum(['lines', 'docker', 'cri']).default('lines'),
  encoding: z.enum(['auto', 'utf-8', 'cp949', 'euc-kr', 'utf-16le', 'utf-16be']).default('auto'),
  /** IANA zone of times without one. */
  timezone: z
    .string()
    .regex(/^[A-Za-z][\w+/-]{1,63}$/)
    .optional(),
  multiline: z.union([z.object({ preset: z.enum(MULTILINE_PRESETS) }), z.object({ start: line(512) })]).optional(),
  /** Lines with one of these texts are not sent. */
  dropContaining: z.array(line(512)).max(50).default([]),
  startAt: z.enum(['beginning', 'end']).default('beginning'),
});
export type AgentSetup = z.infer<typeof agentSetupSchema>;

/** A file of the configuration, as text. */
export interface SetupFile {
  readonly name: string;
  readonly content: string;
}

/** 200 of `POST /api/v1/agent-setups/preview`: the files with `KEY` in place of a key. */
export interface SetupPreview {
  readonly files: readonly SetupFile[];
}

/** 201 of `POST /api/v1/agent-setups`. */
export interface SetupLink {
  /** The bundle, for whoever has the address, until `expiresAt`. */
  readonly bundle: { readonly tar: string; readonly zip: string };
  /** One line to paste; null where there is no script for it. */
  readonly command: string | null;
  readonly expiresAt: string;
  /** Whether the bundle brings a Node runtime; without it the machine needs Node 24. */
  readonly hasRuntime: boolean;
}
