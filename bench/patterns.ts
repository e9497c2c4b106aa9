// `node bin/run.mjs bench/patterns.ts [DIRECTORY]`: how often messages are grouped as people grouped them, and how long it takes. DIRECTORY holds the
// files `*_2k.log_structured.csv` of Loghub (https://github.com/logpai/loghub): 2,000 lines of each system, with the event that wrote each.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { cluster } from '../packages/server/src/flow/query/patterns/cluster.ts';
import { readCsv } from './csv.ts';

const directory = process.argv[2] ?? path.resolve(import.meta.dirname, '../../shared/data/loghub');
const SPEED_MESSAGES = 100_000;

/** Share of lines whose group holds exactly the lines of their event: the measure of Zhu et al. 2019, by which Drain has 0.87 on sixteen systems. */
function accuracy(groups: ArrayLike<number>, events: readonly string[]): number {
  const lines = new Map<string, number>();
  const [ofGroup, ofEvent] = [new Map<number, number>(), new Map<string, number>()];
  const add = <K>(counts: Map<K, number>, key: K): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  events.forEach((event, i) => {
    const group = groups[i] ?? -1;
    add(lines, `${group} ${event}`);
    add(ofGroup, group);
    add(ofEvent, event);
  });
  let right = 0;
  for (const [key, count] of lines) {
    const [group = '', event = ''] = key.split(' ');
    if (ofGroup.get(Number(group)) === count && ofEvent.get(event) === count) right += count;
  }
  return right / events.length;
}

const all: string[] = [];
const found: number[] = [];
process.stdout.write(`${'system'.padEnd(12)} accuracy  groups  events\n`);
for (const file of readdirSync(directory).filter((name) => name.endsWith('_structured.csv'))) {
  const [head = [], ...rows] = readCsv(readFileSync(path.join(directory, file), 'utf8'));
  const column = (name: string): string[] => rows.map((row) => row[head.indexOf(name)] ?? '');
  const [messages, events] = [column('Content'), column('EventId')];
  const { templates, templateOf } = cluster(messages);
  const share = accuracy(templateOf, events);
  found.push(share);
  all.push(...messages);
  const cells = [
    share.toFixed(3).padStart(8),
    String(templates.length).padStart(7),
    String(new Set(events).size).padStart(7),
  ];
  process.stdout.write(`${file.replace(/_2k.*/, '').padEnd(12)} ${cells.join(' ')}\n`);
}
process.stdout.write(
  `${'average'.padEnd(12)} ${(found.reduce((sum, share) => sum + share, 0) / found.length).toFixed(3).padStart(8)}\n`,
);
const many = Array.from({ length: SPEED_MESSAGES }, (_, i) => `${all[i % all.length] ?? ''} #${i}`);
const times = Array.from({ length: 5 }, () => {
  const startedAt = performance.now();
  cluster(many);
  return performance.now() - startedAt;
}).sort((a, b) => a - b);
process.stdout.write(`${SPEED_MESSAGES} messages, no two equal: ${Math.round(times[2] ?? 0)} ms\n`);
