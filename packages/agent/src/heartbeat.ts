import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AgentConfig } from './config/config.ts';
import type { AgentStatus } from './status.ts';
import { VERSION } from './version.ts';

const MAX_TEXT = 2_000;

/** Who the agent is: made once, kept in the state directory. */
export function agentId(stateDir: string): string {
  const file = path.join(stateDir, 'agent-id');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    const id = randomBytes(12).toString('base64url');
    writeFileSync(file, `${id}\n`, { mode: 0o600 });
    return id;
  }
}

/** What `POST /api/v1/agents/heartbeat` takes. */
export function heartbeatOf(id: string, { host, labels }: AgentConfig, status: AgentStatus): object {
  const cut = (text: string | null): string | null => text?.slice(0, MAX_TEXT) ?? null;
  const sources = Object.entries(status.sources).map(([name, source]) => [
    name.slice(0, 512),
    { ...source, error: cut(source.error) },
  ]);
  return {
    ...{ id, host, labels, version: VERSION, platform: `${process.platform}-${process.arch}` },
    ...{ startedAt: status.startedAt, sentAt: new Date().toISOString() },
    ...{ cpuMs: status.cpuMs, residentBytes: status.residentBytes },
    ...{ bytesSent: status.bytesSent, retries: status.retries, lastError: cut(status.lastError) },
    sources: Object.fromEntries(sources),
  };
}
