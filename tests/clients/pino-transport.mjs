// A transport of pino: `pino({ transport: { target: './pino-transport.mjs', options: { url, key } } })`.
import build from 'pino-abstract-transport';

const LINES_A_REQUEST = 500;
const WAIT_MS = 1_000;

export default async function moalog({ url, key }) {
  let lines = [];
  let timer;
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const body = lines.join('\n');
    lines = [];
    // Sent again with the same batch id until it is taken, so that nothing is lost or stored twice.
    const batch = crypto.randomUUID();
    while (body !== '') {
      const answer = await fetch(`${url}/api/v1/ingest?batch_id=${batch}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
        body,
      }).catch(() => undefined);
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) return;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  };
  return build(
    async (source) => {
      for await (const line of source) {
        lines.push(line);
        if (lines.length >= LINES_A_REQUEST) await flush();
        else timer ??= setTimeout(flush, WAIT_MS);
      }
    },
    { parse: 'lines', close: flush },
  );
}
