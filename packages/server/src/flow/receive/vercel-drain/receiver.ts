import { createHmac, timingSafeEqual } from 'node:crypto';
import { MoalogError } from '#errors';
import { documentTexts, EventLines, inTurns } from '../event-line/index.ts';
import { answerErrors, headerValue, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { vercelEventLine } from './entry.ts';

/** Vercel's log drains: a JSON array or lines. */
export const vercelDrain: HttpReceiver = {
  name: 'vercel-drain',
  protocol: 'Vercel log drain',
  path: '/vercel/drain',
  routes: (intake, config) => async (app) => {
    const secrets = (config.vercelSecret ?? '').split(',').filter((secret) => secret !== '');
    takeKeyFrom(app, (request) => queryParameter(request, 'key'));
    answerErrors(app, ({ code, status, message }) => ({ status, body: { error: { code, message } } }));
    app.post('/vercel/drain', async (request, reply) => {
      await intake.receive(request, reply, vercelDrain.name, async ({ body, header, store, reserve }) => {
        requireSignature(body.bytes, headerValue(request, 'x-vercel-signature'), secrets);
        const lines = new EventLines(reserve);
        await inTurns(documentTexts(body), (text) => lines.add(vercelEventLine(text)));
        await store(lines.lines(), header);
      });
      // Vercel shows a value when the drain is made and wants it back: whoever owns the address puts it there.
      const verify = queryParameter(request, 'verify');
      if (verify !== undefined && /^[\w.-]{1,256}$/.test(verify)) reply.header('x-vercel-verify', verify);
      return reply.code(200).send();
    });
  },
};

/** Vercel signs the body with the drain's secret (HMAC-SHA1, hex). Without secrets in the configuration the key alone lets a request in. */
function requireSignature(body: Buffer, signature: string | undefined, secrets: readonly string[]): void {
  if (secrets.length === 0) return;
  const given = Buffer.from(signature ?? '');
  const isOurs = secrets.some((secret) => {
    const expected = Buffer.from(createHmac('sha1', secret).update(body).digest('hex'));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isOurs)
    throw new MoalogError('forbidden', 'The signature (x-vercel-signature) is not of the secret of this drain.');
}
