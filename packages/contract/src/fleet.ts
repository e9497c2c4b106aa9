import { z } from 'zod';

const count = z.number().nonnegative();
const shortText = z.string().max(256);

/** What an agent says every 15 s. Counts are since it started. */
export const heartbeatSchema = z.object({
  /** Random, kept in the agent's state: the same after a restart. */
  id: z.string().regex(/^[\w-]{8,64}$/),
  host: z.string().min(1).max(256),
  platform: shortText,
  version: shortText,
  /** Of the configuration in force, as the server named it; null for one that was written by hand. */
  configVersion: shortText.nullable().default(null),
  startedAt: z.iso.datetime(),
  sentAt: z.iso.datetime(),
  labels: z.record(z.string().max(128), shortText).default({}),
  cpuMs: count,
  residentBytes: count,
  bytesSent: count,
  retries: count,
  lastError: z.string().max(2_048).nullable(),
  sources: z
    .record(
      z.string().max(512),
      z.object({
        files: count,
        bytesRead: count,
        eventsSent: count,
        eventsDropped: count,
        lagBytes: count,
        lostBytes: count,
        error: z.string().max(2_048).nullable(),
      }),
    )
    .refine((sources) => Object.keys(sources).length <= 200, 'at most 200 sources'),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

/** 200 of `POST /api/v1/agents/heartbeat`. */
export const heartbeatResponseSchema = z.object({ serverTime: z.iso.datetime(), heartbeatSeconds: z.number() });
export type HeartbeatResponse = z.infer<typeof heartbeatResponseSchema>;

/**
 * What is wrong with an agent or an expected host. `missing`: expected, and no agent was ever heard there. `dead`: no heartbeat. `stalled`: input grows and nothing is
 * sent. `silent`: it sends nothing where it usually does. `failing`: it reports an error.
 */
export const AGENT_STATES = ['missing', 'dead', 'stalled', 'silent', 'failing', 'version_drift', 'clock_skew'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

export interface FleetMember {
  /** Null for a host that is expected and was never heard. */
  readonly id: string | null;
  readonly project: string;
  readonly host: string;
  readonly expected: boolean;
  /** Empty when all is well. */
  readonly states: readonly { readonly state: AgentState; readonly since: string; readonly detail: string }[];
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
  readonly eventsPerMinute: number | null;
  /** The last heartbeat. */
  readonly report: Heartbeat | null;
}

/** 200 of `GET /api/v1/fleet`. */
export interface FleetResponse {
  readonly members: readonly FleetMember[];
  /** Members by state; `healthy` for those that have none. */
  readonly counts: Readonly<Record<AgentState | 'healthy', number>>;
}

/** `PUT /api/v1/fleet/PROJECT/expected`: the whole list. */
export const expectedHostsRequestSchema = z.object({
  hosts: z.array(z.string().trim().min(1).max(256)).max(20_000),
});
