import path from 'node:path';

let built: Promise<string> | null = null;

/** The agent as one file that needs nothing beside Node. Built when it is asked for first. */
export function agentProgram(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: path.join(import.meta.dirname, 'main.ts'),
    platform: 'node',
    logLevel: 'warn',
  });
  const { output } = await bundle.generate({ format: 'esm', minify: true, codeSplitting: false });
  await bundle.close();
  return `#!/usr/bin/env node\n// Moalog agent (Apache-2.0), with yaml (ISC).\n${output[0].code}`;
}
