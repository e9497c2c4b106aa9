import type { FastifyInstance } from 'fastify';
import type { Metrics } from '#metrics';

/** One thing that must be well for the server to be ready; null when it is, else why not. */
export interface ReadinessCheck {
  readonly name: string;
  readonly reason: () => string | null;
  /** It wants a look, but the server accepts and answers all the same. */
  readonly isWarning?: boolean;
}

/** `/healthz` (alive), `/readyz` (can accept and query, with reasons) and `/metrics`. Open to all: they hold no events and no secrets. */
export function healthRoutes({
  checks,
  metrics,
  beforeScrape,
}: {
  checks: readonly ReadinessCheck[];
  metrics: Metrics;
  beforeScrape: () => void;
}) {
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/healthz', async () => ({ status: 'ok' }));
    app.get('/readyz', async (_request, reply) => {
      const report = checks.map(({ name, reason, isWarning = false }) => ({ name, reason: reason(), isWarning }));
      const ready = report.every((item) => item.isWarning || item.reason === null);
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks: report });
    });
    app.get('/metrics', async (_request, reply) => {
      beforeScrape();
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
    });
  };
}
