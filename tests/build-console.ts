import { buildConsole } from '../packages/cli/src/console-build.ts';

/** Once before all tests: servers that start in them find the console built. */
export function setup(): void {
  const complaint = buildConsole();
  if (complaint !== null) throw new Error(complaint);
}
