import { READING, SENDING, SERVER } from './events.ts';
import { FLEET } from './fleet.ts';
import type { Operations } from './operation.ts';
import { PEOPLE, PROFILE, SIGN_IN } from './people.ts';
import { PIPELINES, PROJECTS } from './projects.ts';

export type { Operation } from './operation.ts';

/** What is known of routes, by route. A route that is not here is in the OpenAPI document with its method, path and parameters. */
export const OPERATIONS: Operations = {
  ...SIGN_IN,
  ...PROFILE,
  ...PEOPLE,
  ...PROJECTS,
  ...PIPELINES,
  ...READING,
  ...SENDING,
  ...FLEET,
  ...SERVER,
};
