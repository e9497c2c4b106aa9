import { readmes } from './readme.ts';
import { runtimeFile, runtimeOf } from './runtime.ts';
import type { BundleFile, Delivery } from './target.ts';
import { TARGETS } from './targets/index.ts';

/** Configuration and READMEs. */
export function configurationFiles(delivery: Delivery): BundleFile[] {
  const target = TARGETS[delivery.setup.agent];
  return [...target.files(delivery), ...readmes(delivery, target)];
}

/** All that a machine needs: for the Moalog agent its program and, where there is one here, a runtime. */
export async function bundleFiles(
  delivery: Delivery,
  { program, dataDir }: { program: () => Promise<string>; dataDir: string },
): Promise<BundleFile[]> {
  const files = configurationFiles(delivery);
  if (delivery.setup.agent !== 'moalog') return files;
  const runtime = runtimeOf(delivery.setup.platform, dataDir);
  const own = { name: 'moalog-agent.mjs', content: await program() };
  return [...files, own, ...(runtime === null ? [] : [runtimeFile(runtime)])];
}
