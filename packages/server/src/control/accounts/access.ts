import type { KeyScope } from '@moalog/contract';
import type { FastifyRequest } from 'fastify';
import type { Access, Caller } from '#access';
import { MoalogError } from '#errors';
import { readCredential } from './credentials.ts';
import type { Keys, KnownKey } from './keys.ts';
import type { Projects } from './projects.ts';
import type { Sessions } from './sessions.ts';

/** Who may do what, from keys and console sessions: the `Access` port of the flow. */
export function createAccess({
  keys,
  sessions,
  projects,
}: {
  keys: Keys;
  sessions: Sessions;
  projects: Projects;
}): Access {
  const permit = (key: KnownKey | null, scope: KeyScope): Caller => {
    if (key === null)
      throw new MoalogError('unauthenticated', 'The key is not known here. Check it, or make a new one.');
    if (!key.scopes.has(scope)) {
      throw new MoalogError('forbidden', `This key may ${[...key.scopes].join(', ')}; this call needs ${scope}.`);
    }
    return key;
  };

  const identify = async (request: FastifyRequest): Promise<KnownKey | null> => {
    const credential = readCredential(request);
    if (credential === null) {
      throw new MoalogError(
        'unauthenticated',
        'Send a key: `Authorization: Bearer KEY`, `X-Api-Key: KEY`, or Basic with the key as password.',
      );
    }
    if (credential.kind === 'session') {
      requireSameOrigin(request);
      return sessions.find(credential.token);
    }
    for (const candidate of credential.candidates) {
      const key = await keys.find(candidate);
      if (key !== null) return key;
    }
    return null;
  };

  return {
    authorize: async (request, scope) => permit(await identify(request), scope),
    authorizeKey: async (secret, scope) => permit(await keys.find(secret), scope),

    async projects(caller, slugs) {
      for (const slug of slugs) {
        if (caller.project !== null && caller.project !== slug) {
          throw new MoalogError(
            'forbidden',
            `This key belongs to the project ${caller.project} and may not use ${slug}.`,
          );
        }
        if (!(await projects.exists(slug))) throw new MoalogError('unknown_project', `There is no project ${slug}.`);
      }
      return [...new Set(slugs)];
    },

    async ingestProject(caller, wanted) {
      const slug = wanted ?? caller.project ?? 'default';
      await this.projects(caller, [slug]);
      return { slug };
    },
  };
}

/** A cookie is sent by the browser whoever made the page, so a request that changes something must come from our own page. */
function requireSameOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const same =
    site === undefined
      ? origin === undefined || new URL(origin).host === request.headers.host
      : site === 'same-origin' || site === 'none';
  if (!same) throw new MoalogError('forbidden', 'This call came from another site.');
}
