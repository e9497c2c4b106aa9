import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface Source {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** TypeScript of the project, as git knows it, tests apart. */
export function productSources(): Source[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'packages', 'tools', 'bench'],
    { encoding: 'utf8' },
  );
  return listed
    .split('\n')
    .filter(
      (path) =>
        /\.tsx?$/.test(path) &&
        !/(\.(test|suite|gen)|-under-test|\/rig|append-until-killed)\.tsx?$/.test(path) &&
        existsSync(path),
    )
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}
