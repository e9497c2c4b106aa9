import type { FastifyPluginAsync } from 'fastify';
import type { Config } from '#config';
import type { Intake } from './intake/index.ts';

/** Options of single receivers. */
export type ReceiverConfig = Partial<
  Pick<Config, 'pubsubAudience' | 'pubsubServiceAccount' | 'pubsubCertsUrl' | 'vercelSecret'>
>;

/**
 * One wire protocol over HTTP. A receiver frames what came into event lines and answers in its protocol's own words, for errors too; key,
 * limits, inflation, durable hand-over and debugging are the intake's (`Delivery` says what is special about a body). Receivers never import each
 * other.
 */
export interface HttpReceiver {
  /** Label of metrics, and the `source` column of events whose sender names none. */
  readonly name: string;
  /** Name for people, and the path that senders are given: what the Sources screen shows. */
  readonly protocol: string;
  readonly path: string;
  /** Its routes. They are registered in a scope of their own in which Fastify parses no bodies. */
  readonly routes: (intake: Intake, config: ReceiverConfig) => FastifyPluginAsync;
}
