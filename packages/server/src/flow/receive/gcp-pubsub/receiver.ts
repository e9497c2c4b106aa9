import type { FastifyRequest } from 'fastify';
import { answerErrors, queryParameter, takeKeyFrom } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { GoogleTokens } from './google-token.ts';
import { readPush } from './push.ts';

/** Google Pub/Sub push subscriptions: Cloud Logging's sinks, and whatever else is published. */
export const gcpPubsub: HttpReceiver = {
  name: 'gcp-pubsub',
  protocol: 'Google Pub/Sub push',
  path: '/gcp/pubsub',
  routes: (intake, config) => async (app) => {
    const { pubsubAudience: audience, pubsubServiceAccount: serviceAccount, pubsubCertsUrl: certsUrl } = config;
    const tokens =
      audience === undefined || certsUrl === undefined
        ? null
        : new GoogleTokens({ audience, serviceAccount, certsUrl });
    /** The Authorization that came, before the key takes its place. */
    const given = new WeakMap<FastifyRequest, string | undefined>();
    app.addHook('onRequest', async (request) => {
      given.set(request, request.headers.authorization);
    });
    // Pub/Sub sets no header of ours: the key stands in the address. Its own token stands in Authorization.
    takeKeyFrom(app, (request) => queryParameter(request, 'key'));
    // Pub/Sub looks at the status alone, and delivers again with growing pauses.
    answerErrors(app, ({ code, status, message }) => ({
      status,
      body: { error: { code: status, status: code, message } },
    }));
    app.post('/gcp/pubsub', async (request, reply) => {
      await intake.receive(request, reply, gcpPubsub.name, async ({ body, header, store, reserve }) => {
        await tokens?.check(given.get(request));
        const { lines, messageId, attributes } = readPush(body, reserve);
        const hasAttributes = Object.keys(attributes).length > 0;
        await store(lines.lines(), {
          ...header,
          ...(hasAttributes && { defaults: { ...header.defaults, attributes } }),
          ...(messageId !== undefined && header.batchId === undefined && { batchId: `pubsub ${messageId}` }),
        });
      });
      return reply.code(204).send();
    });
  },
};
