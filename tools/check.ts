// `npm run check`: types, lint and format, unused code, allowed imports, size ratchet. Each part says what to do; exit code 1 when one fails.
import { spawn } from 'node:child_process';
import { checkArrows } from './arrows.ts';
import { checkRatchet } from './ratchet.ts';

interface Outcome {
  readonly name: string;
  readonly complaint: string | null;
  readonly ms: number;
}

async function tool(name: string, args: readonly string[], advice: string): Promise<Outcome> {
  const startedAt = Date.now();
  const output: Buffer[] = [];
  const child = spawn('node', ['bin/run.mjs', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return {
    name,
    complaint: code === 0 ? null : `${Buffer.concat(output).toString()}\n${advice}`,
    ms: Date.now() - startedAt,
  };
}

function own(name: string, complaints: readonly string[]): Outcome {
  return { name, complaint: complaints.length === 0 ? null : complaints.join('\n'), ms: 0 };
}

const update = process.argv.includes('--update');
const outcomes = await Promise.all([
  tool('types', ['tsc', '-p', 'tsconfig.json'], 'Fix the types above.'),
  tool('types of the console', ['tsc', '-p', 'packages/console/tsconfig.json'], 'Fix the types above.'),
  tool('lint and format', ['biome', 'check', '.'], 'npm run format mends most of it.'),
  tool('unused code', ['knip'], 'Remove what nothing uses; knip.json says what is loaded in another way.'),
  own('arrows', checkArrows()),
  own('ratchet', checkRatchet(update)),
]);
for (const { name, complaint, ms } of outcomes) {
  process.stdout.write(
    `${complaint === null ? 'ok  ' : 'FAIL'} ${name}${ms > 0 ? ` (${(ms / 1_000).toFixed(1)} s)` : ''}\n`,
  );
  if (complaint !== null) process.stdout.write(`${complaint}\n`);
}
if (outcomes.some((outcome) => outcome.complaint !== null)) process.exit(1);
