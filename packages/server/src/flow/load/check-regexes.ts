import { PipelineError, type PreviewStatement } from '#pipeline';
import { type Store, storeError } from '#store';

/** How many sources are remembered as good. */
const MAX_KNOWN = 2_000;

/** The engine's own word on every expression that is not in `known`, in one question; one by one when it refuses. */
export async function checkRegexes(store: Store, all: PreviewStatement['regexes'], known: Set<string>): Promise<void> {
  const regexes = all.filter(({ source }) => !known.has(source));
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
      .catch((error: unknown) => {
        // An engine that is away says nothing about the expression.
        const meant = storeError(error);
        if (meant.code !== 'invalid_query') throw meant;
        return error;
      });
  if ((await ask(regexes.map(({ source }) => source))) === null) {
    if (known.size > MAX_KNOWN) known.clear();
    for (const { source } of regexes) known.add(source);
    return;
  }
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
