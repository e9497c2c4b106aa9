import { z } from 'zod';
import { agentSetupSchema } from '../agent-setup.ts';
import { expectedHostsRequestSchema, heartbeatResponseSchema, heartbeatSchema } from '../fleet.ts';
import type { Operation, Operations } from './operation.ts';

const json = 'application/json';
const oneProject = z.object({ project: z.string().optional() });
const fleet = (summary: string, more: Omit<Operation, 'summary' | 'tag'>): Operation => ({
  summary,
  tag: 'Fleet',
  ...more,
});
/** The token in the path is what lets somebody in. */
const bundle = (summary: string, answer: string): Operation => fleet(summary, { answer, open: true });

export const FLEET: Operations = {
  'POST /api/v1/agents/heartbeat': fleet('An agent says how it does; the first time registers it', {
    query: oneProject,
    body: heartbeatSchema,
    answer: heartbeatResponseSchema,
  }),
  'GET /api/v1/fleet': fleet('Agents and expected hosts with what is wrong with them, those in trouble first', {
    query: oneProject,
    answer: json,
  }),
  'GET /api/v1/fleet/prometheus-sd': fleet("Targets for Prometheus' http_sd_configs", {
    query: oneProject,
    answer: json,
  }),
  'PUT /api/v1/fleet/:slug/expected': fleet('The hosts on which agents should run', {
    body: expectedHostsRequestSchema,
  }),
  'DELETE /api/v1/fleet/:slug/agents/:id': fleet('Forgets an agent that was taken out of service', {}),
  'POST /api/v1/agent-setups/preview': fleet('Configuration files for answers, without a key', {
    body: agentSetupSchema,
    answer: json,
  }),
  'POST /api/v1/agent-setups': fleet('A line to paste and a bundle to download, with a key of their own', {
    body: agentSetupSchema,
    answer: json,
    status: 201,
  }),
  'GET /api/v1/agent-setups/:token/bundle.tar.gz': bundle('The bundle as tar', 'application/gzip'),
  'GET /api/v1/agent-setups/:token/bundle.zip': bundle('The bundle as zip', 'application/zip'),
  'GET /api/v1/agent-setups/:token/install.sh': bundle('Fetches and installs the bundle', 'text/x-shellscript'),
  'GET /api/v1/agent-setups/:token/install.ps1': bundle('Fetches and installs the bundle on Windows', 'text/plain'),
};
