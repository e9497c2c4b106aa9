import { readFileSync, writeFileSync } from 'node:fs';
import { productSources } from './sources.ts';

const BASELINE = 'tools/ratchet.json';

/** What may only get better. Line counts include comments. */
interface Ratchet {
  readonly longestFileLines: number;
  readonly p95FileLines: number;
  readonly casts: number;
  readonly lintDisables: number;
}

function measure(): Ratchet {
  const sources = productSources();
  const lengths = sources.map(({ text }) => text.split('\n').length).sort((a, b) => a - b);
  const count = (pattern: RegExp): number =>
    sources.reduce((sum, { text }) => sum + (text.match(pattern)?.length ?? 0), 0);
  return {
    longestFileLines: lengths[lengths.length - 1] ?? 0,
    p95FileLines: lengths[Math.floor(lengths.length * 0.95)] ?? 0,
    casts: count(/\bas (?!const\b)[A-Z{][\w<[]*/g),
    lintDisables: count(/biome-ignore|@ts-(?:ignore|expect-error)/g),
  };
}

/** Compares with the committed baseline; `update` writes what is there now. */
export function checkRatchet(update: boolean): string[] {
  const now = measure();
  if (update) {
    writeFileSync(BASELINE, `${JSON.stringify(now, null, 2)}\n`);
    return [];
  }
  const before = JSON.parse(readFileSync(BASELINE, 'utf8')) as Ratchet; // written by the lines above
  return (Object.keys(now) as (keyof Ratchet)[])
    .filter((name) => now[name] > before[name])
    .map(
      (name) =>
        `${name} rose from ${before[name]} to ${now[name]}; bring it down, or accept it with npm run check -- --update`,
    );
}
