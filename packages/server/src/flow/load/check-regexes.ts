import { PipelineError, type PreviewStatement } from '#pipeline';
import type { Store } from '#store';

/** The engine's own word on every expression, in one question; one by one when it refuses. */
export async function checkRegexes(store: Store, regexes: PreviewStatement['regexes']): Promise<void> {
  if (regexes.length === 0) return;
  const ask = async (sources: readonly string[]): Promise<unknown> =>
    store.client
      .query({
        query: `SELECT ${sources.map((_, i) => `match('', {r${i}:String})`).join(', ')}`,
        query_params: Object.fromEntries(sources.map((source, i) => [`r${i}`, source])),
        format: 'JSONEachRow',
      })
      .then((result) => result.text())
      .then(() => null)
      .catch((error: unknown) => error);
  if ((await ask(regexes.map(({ source }) => source))) === null) return;
  const places = [];
  for (const { path, source } of regexes) {
    const error = await ask([source]);
    if (error !== null) places.push({ path, message: reasonOf(error) });
  }
  if (places.length > 0) throw new PipelineError(places);
}

/** RE2 says `cannot compile re2: SOURCE, error: REASON. Look at …`. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const why = /, error: ([\s\S]{1,200}?)(?:\. Look at |\. \(|$)/.exec(text)?.[1] ?? text.slice(0, 200);
  return `the expression cannot be used: ${why}`;
}
