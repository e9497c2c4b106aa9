import { BlockList, isIPv6 } from 'node:net';
import type { KeyScope } from '@moalog/contract';
import type { FastifyRequest } from 'fastify';
import type { Access, Caller, ListenerAccess } from '#access';
import type { ProjectRow } from '#catalog';
import { MoalogError } from '#errors';
import { readCredential } from './credentials.ts';
import { mayUse } from './installation.ts';
import type { Keys, KnownKey } from './keys.ts';
import type { Projects } from './projects.ts';
import type { Sessions } from './sessions.ts';
import type { Usage } from './usage.ts';

/** Who may do what, from keys and console sessions: the ports of the flow. */
export function createAccess({
  keys,
  sessions,
  projects,
  usage,
}: {
  keys: Keys;
  sessions: Sessions;
  projects: Projects;
  usage: Usage;
}): Access & ListenerAccess {
  const permit = (key: KnownKey | null, scope: KeyScope, from: Sender): KnownKey => {
    if (key === null)
      throw new MoalogError('unauthenticated', 'The key is not known here. Check it, or make a new one.');
    requirePlace(key, from);
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

  const requireProject = async (caller: Caller, slug: string) => {
    // Before the question whether there is such a project: a key of one project learns nothing about others.
    if (!mayUse(caller, slug))
      throw new MoalogError(
        'forbidden',
        `This key belongs to the project ${caller.project} and may not use the project ${slug}.`,
      );
    return projects.require(slug);
  };

  const takingEvents = async (project: ProjectRow) => {
    const { slug, state } = project;
    if (state !== 'active')
      throw new MoalogError(
        'forbidden',
        `The project ${slug} is archived and takes no events; an administrator can make it active again.`,
      );
    return { slug, count: await usage.gate(project) };
  };

  return {
    authorize: async (request, scope) =>
      permit(await identify(request), scope, { address: request.ip, origin: request.headers.origin }),
    authorizeKey: async (secret, scope) => permit(await keys.find(secret), scope, {}),

    async projects(caller, slugs) {
      for (const slug of slugs) await requireProject(caller, slug);
      return [...new Set(slugs)];
    },

    ingestProject: async (caller, wanted) =>
      takingEvents(await requireProject(caller, wanted ?? caller.project ?? 'default')),
    listenerProject: async (slug) => takingEvents(await projects.require(slug)),
  };
}

/** Where a call comes from; what is absent is not known. */
interface Sender {
  readonly address?: string;
  readonly origin?: string | undefined;
}

function requirePlace(key: KnownKey, { address, origin }: Sender): void {
  if (key.networks.length > 0 && (address === undefined || !inNetworks(address, key.networks)))
    throw new MoalogError(
      'forbidden',
      `This key is bound to addresses, and ${address ?? 'the address of this call'} is not among them.`,
    );
  if (key.origins.length > 0 && (origin === undefined || !key.origins.includes(origin)))
    throw new MoalogError('forbidden', `This key is for pages of ${key.origins.join(', ')} alone.`);
}

function inNetworks(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [net = '', bits] = network.split('/');
    const family = isIPv6(net) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(bits), family);
  }
  // Node gives IPv4 peers of an IPv6 socket as ::ffff:192.0.2.7; BlockList knows that they are the same.
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** A cookie is sent by the browser whoever made the page, so a request that changes something must come from our own page. */
function requireSameOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const same =
    site === undefined
      ? origin === undefined || URL.parse(origin)?.host === request.headers.host
      : site === 'same-origin' || site === 'none';
  if (!same) throw new MoalogError('forbidden', 'This call came from another site.');
}
