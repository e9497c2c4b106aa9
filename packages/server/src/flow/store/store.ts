import type { ClickHouseClient } from '@clickhouse/client';

/** The opened store: migrated, and ready for statements. Embedded engine or cluster, the same calls. */
export interface Store {
  /** For queries; every statement names its own settings. */
  readonly client: ClickHouseClient;
  /** Database that holds the tables. */
  readonly database: string;
  /** True when the engine runs on this machine and reads segment files by path; else segments are sent as bodies. */
  readonly readsLocalFiles: boolean;
  /** Days that events loaded from now on are kept. */
  readonly retentionDays: number;
  /** Days by project, of those that have a retention of their own; asked for each load. */
  projectRetention(): Promise<ReadonlyMap<string, number>>;
  /** Null when it answers; else why not, for people. */
  unavailable(): string | null;
  close(): Promise<void>;
}
