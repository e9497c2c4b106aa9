import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from './agent.ts';
import type { AgentConfig } from './config/config.ts';
import { readKey } from './config/load.ts';
import { createLog } from './log.ts';
import { takeStateDirectory } from './only-one.ts';
import { StdinBuffer } from './stdin-buffer.ts';

const CHECK_MS = 200;

/** Runs until a signal, or until standard input has ended and is sent when it is the only source. Rejects when it cannot start. */
export async function run(config: AgentConfig): Promise<void> {
  const log = createLog(config.logLevel);
  const stdin = config.sources.some((source) => source.stdin)
    ? new StdinBuffer(config.stateDir, config.bufferBytes)
    : null;
  const sources = config.sources.map((source) =>
    source.stdin && stdin !== null ? { ...source, paths: [stdin.pattern], exclude: [] } : source,
  );
  const key = readKey(config);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  let status: () => unknown = () => ({});
  const only = await takeStateDirectory(config.stateDir, () => status());
  const agent = await Agent.start({ config: { ...config, sources }, key, log });
  status = () => agent.status();
  log('info', 'agent_started', 'the agent runs', { server: config.server, sources: sources.map(({ id }) => id) });

  const ended = stdin === null ? null : readStdin(stdin, agent, stopping.signal);
  const isOnlySource = config.sources.length === 1;
  await Promise.race([aborted(stopping.signal), ...(ended !== null && isOnlySource ? [ended] : [])]);
  log('info', 'agent_stopping', 'the agent stops');
  await agent.stop();
  only.close();
  process.stdin.destroy();
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** Resolves when the pipe has ended and all of it is sent. */
async function readStdin(stdin: StdinBuffer, agent: Agent, signal: AbortSignal): Promise<void> {
  let isOver = false;
  const filled = stdin.fill(process.stdin).then(() => {
    isOver = true;
  });
  while (!signal.aborted) {
    const files = agent.filesOf(stdin.directory);
    for (const { path, isSent } of files) if (isSent) stdin.sent(path);
    if (isOver && stdin.isEmpty()) return;
    await Promise.race([sleep(CHECK_MS), isOver ? sleep(CHECK_MS) : filled]);
  }
}
