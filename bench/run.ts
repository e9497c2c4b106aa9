// `npm run bench -- receivers [--events N] [--only NAME]`: what each receiver takes (receivers.ts);
// `npm run bench -- pipelines [--events N]`: what pipelines cost (pipelines.ts). And
// `npm run bench [-- --events N] [--peer victorialogs | --peer-url URL] [--write]`: from HTTP request to searchable, and the questions people
// ask, on this machine, in one run; beside another system when one is named.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startMoalog } from './moalog.ts';
import { benchPipelines } from './pipelines.ts';
import { QUESTIONS } from './questions.ts';
import { measureReceivers } from './receivers.ts';
import type { SendOrder, SendReport } from './sender.ts';
import type { System } from './system.ts';
import { runningVictoriaLogs, startVictoriaLogs } from './victorialogs.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string' },
    only: { type: 'string' },
    peer: { type: 'string' },
    'peer-url': { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const DEFAULT_EVENTS = 2_000_000;
const DEFAULT_EVENTS_A_RECEIVER = 400_000;
const DEFAULT_EVENTS_A_PIPELINE = 200_000;
const EVENTS = Number(values.events ?? DEFAULT_EVENTS);
const IN_FLIGHT = 4;
const REPEATS = 9;
const FOUND_MS = 600_000;
/** Background work is over when for some windows the processes took less than this share of a core and no file changed its size. */
const IDLE_SHARE = 0.03;
const WINDOW_MS = 4_000;
const QUIET_WINDOWS = 12;
const SETTLE_MS = 180_000;

interface Row {
  readonly name: string;
  readonly value: string;
}
interface Measured {
  readonly name: string;
  readonly loading: readonly Row[];
  /** Milliseconds over HTTP, in the order of the questions. */
  readonly asked: readonly number[];
}

async function send(system: System): Promise<SendReport & { readonly searchableMs: number }> {
  const order: SendOrder = { ...system.ingest, events: EVENTS, inFlight: IN_FLIGHT };
  const child = fork(path.join(import.meta.dirname, 'sender.ts'), [JSON.stringify(order)]);
  await once(child, 'message');
  const startedAt = performance.now();
  child.send('go');
  const [report] = (await once(child, 'message')) as [SendReport]; // written by sender.ts
  for (let found = -1; found < EVENTS; await sleep(100)) {
    found = await system.count();
    if (performance.now() - startedAt > FOUND_MS) throw new Error(`only ${found} events were found`);
  }
  return { ...report, searchableMs: performance.now() - startedAt };
}

/** Until merges are over and the files they replaced are gone. Asked something now and then: an engine that nobody asks puts removing them off. */
async function settled(system: System): Promise<void> {
  const cpuMs = (): number => Object.values(system.meters).reduce((sum, meter) => sum + meter.cpuMs(), 0);
  const giveUp = Date.now() + SETTLE_MS;
  let bytes = Number.NaN;
  for (let quiet = 0; quiet < QUIET_WINDOWS && Date.now() < giveUp; ) {
    const before = cpuMs();
    await sleep(WINDOW_MS);
    const isQuiet = cpuMs() - before < IDLE_SHARE * WINDOW_MS && (system.diskBytes() ?? 0) === bytes;
    quiet = isQuiet ? quiet + 1 : 0;
    bytes = system.diskBytes() ?? 0;
    await system.count();
  }
}

async function measure(system: System): Promise<Measured> {
  try {
    const { acknowledgedMs, cpuMs, searchableMs } = await send(system);
    const meters = Object.entries(system.meters);
    const perEvent = (ms: number): string => ((ms * 1_000) / EVENTS).toFixed(1);
    const rate = (ms: number): string => `${Math.round((EVENTS / ms) * 1_000).toLocaleString('en')} events/s`;
    const listed = (of: (meter: (typeof meters)[number][1]) => string): string =>
      meters.length === 0 ? '–' : meters.map(([name, meter]) => `${name} ${of(meter)}`).join(', ');
    const loading: Row[] = [
      { name: 'acknowledged', value: rate(acknowledgedMs) },
      { name: 'searchable', value: rate(searchableMs) },
      { name: 'CPU µs an event, sender', value: perEvent(cpuMs) },
      { name: 'CPU µs an event', value: listed((meter) => perEvent(meter.cpuMs())) },
    ];
    await settled(system);
    loading.push({ name: 'CPU µs an event, merges done', value: listed((meter) => perEvent(meter.cpuMs())) });
    const bytes = system.diskBytes();
    loading.push({
      name: 'on disk, merges done',
      value: bytes === null ? '–' : `${Math.round(bytes / 1024 ** 2)} MiB`,
    });
    const asked: number[] = [];
    for (const question of QUESTIONS) {
      const waited: number[] = [];
      for (let i = 0; i <= REPEATS; i++) {
        const startedAt = performance.now();
        await system.ask(question);
        if (i > 0) waited.push(performance.now() - startedAt);
      }
      asked.push(waited.sort((a, b) => a - b)[Math.floor(waited.length / 2)] ?? Number.NaN);
    }
    loading.push({ name: 'peak resident memory', value: listed((meter) => `${meter.peakMiB()} MiB`) });
    return { name: system.name, loading, asked };
  } finally {
    await system.stop();
  }
}

function tables(measured: readonly Measured[]): string {
  const [own, peer] = measured;
  if (own === undefined) return '';
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const columns = measured.map(({ name }) => name);
  const lines = [
    row([`${EVENTS.toLocaleString('en')} events, ${IN_FLIGHT} requests in flight`, ...columns]),
    row(['---', ...columns.map(() => '---')]),
    ...own.loading.map(({ name }, i) => row([name, ...measured.map(({ loading }) => loading[i]?.value ?? '')])),
    '',
    row([`query, median of ${REPEATS}, ms over HTTP`, ...columns, ...(peer === undefined ? [] : ['ratio'])]),
    row(['---', ...columns.map(() => '---'), ...(peer === undefined ? [] : ['---'])]),
    ...QUESTIONS.map(({ name }, i) => {
      const ms = measured.map(({ asked }) => asked[i] ?? Number.NaN);
      const [mine = Number.NaN, theirs] = ms;
      return row([
        name,
        ...ms.map((value) => value.toFixed(0)),
        ...(theirs === undefined ? [] : [(mine / theirs).toFixed(2)]),
      ]);
    }),
  ];
  return lines.join('\n');
}

async function peer(): Promise<System | null> {
  if (values['peer-url'] !== undefined) return runningVictoriaLogs(values['peer-url']);
  if (values.peer === undefined) return null;
  if (values.peer !== 'victorialogs') throw new Error(`--peer knows victorialogs, not ${values.peer}`);
  return startVictoriaLogs();
}

if (positionals[0] === 'receivers') {
  await measureReceivers(Number(values.events ?? DEFAULT_EVENTS_A_RECEIVER), values.only);
  process.exit(0);
}
if (positionals[0] === 'pipelines') {
  await benchPipelines(Number(values.events ?? DEFAULT_EVENTS_A_PIPELINE));
  process.exit(0);
}
// One after the other, so that neither takes the other's cores.
const measured = [await measure(await startMoalog())];
const other = await peer();
if (other !== null) measured.push(await measure(other));
const text = tables(measured);
console.log(text);
if (values.write) {
  const file = path.resolve(import.meta.dirname, 'README.md');
  const readme = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    readme.replace(/<!-- run -->[\s\S]*<!-- end -->/, () => `<!-- run -->\n${text}\n<!-- end -->`),
  );
  execFileSync(process.execPath, [
    path.resolve(import.meta.dirname, '../bin/run.mjs'),
    'biome',
    'format',
    '--write',
    file,
  ]);
}
