import path from 'node:path';
import { rolldown } from 'rolldown';

/** Writes the agent as one file that needs nothing beside Node. */
export async function buildAgent(file: string): Promise<void> {
  const bundle = await rolldown({
    input: path.join(import.meta.dirname, 'main.ts'),
    platform: 'node',
    logLevel: 'warn',
  });
  await bundle.write({
    file,
    format: 'esm',
    minify: true,
    codeSplitting: false,
    banner: '#!/usr/bin/env node\n// Moalog agent. Apache-2.0. Contains yaml (ISC).',
  });
  await bundle.close();
}
