import { BlockList, isIPv6 } from 'node:net';
import { AUDIT_PROJECT, type KeyScope } from '@moalog/contract';
import type { FastifyRequest } from 'fastify';
import type { Access, Caller, ListenerAccess } from '#access';
import type { Actor, Notes } from '#audit';
import type { ProjectRow } from '#catalog';
import { MoalogError } from '#errors';
import { isReach, mayUse, type Person, type PersonAccess, type PersonSessions, reachOf } from '#people';
import { readCredential } from './credentials.ts';
import type { Keys, KnownKey } from './keys.ts';
import type { Projects } from './projects.ts';
import type { Sessions } from './sessions.ts';
import type { Usage } from './usage.ts';

/** Who may do what, from keys and from people's and keys' sign-ins: the ports of the flow, and who a person is. */
export function createAccess({
  keys,
  sessions,
  personSessions,
  projects,
  usage,
  audit,
}: {
  keys: Keys;
  sessions: Sessions;
  personSessions: PersonSessions;
  projects: Projects;
  usage: Usage;
  audit: Notes;
}): Access & PersonAccess & ListenerAccess & Notes {
  const permit = (key: KnownKey | null, scope: KeyScope, from: Sender): KnownKey & { asked: KeyScope } => {
    if (key === null)
      throw new MoalogError('unauthenticated', 'The key is not known here. Check it, or make a new one.');
    requirePlace(key, from);
    if (!key.scopes.has(scope) && !(scope === 'write' && key.scopes.has('admin'))) {
      throw new MoalogError('forbidden', `This key may ${[...key.scopes].join(', ')}; this call needs ${scope}.`);
    }
    return { ...key, asked: scope };
  };

  const identify = async (request: FastifyRequest): Promise<KnownKey | Person | null> => {
    const credential = readCredential(request);
    if (credential === null) {
      throw new MoalogError(
        'unauthenticated',
        'Sign in, or send a key: `Authorization: Bearer KEY`, `X-Api-Key: KEY`, or Basic with the key as password.',
      );
    }
    if (credential.kind === 'session') {
      requireSameOrigin(request);
      return (await personSessions.find(credential.token)) ?? sessions.find(credential.token);
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
        slug === AUDIT_PROJECT
          ? 'The audit log is read by admins of the installation, and changed by nobody.'
          : isReach(caller)
            ? `Your role does not allow this in the project ${slug}.`
            : `This key belongs to the project ${caller.project} and may not use the project ${slug}.`,
      );
    return projects.require(slug);
  };

  const takingEvents = async (project: ProjectRow) => {
    const { slug, state } = project;
    if (slug === AUDIT_PROJECT) throw new MoalogError('forbidden', 'The audit log takes no events from outside.');
    if (state !== 'active')
      throw new MoalogError(
        'forbidden',
        `The project ${slug} is archived and takes no events; an administrator can make it active again.`,
      );
    return { slug, count: await usage.gate(project) };
  };

  return {
    note: (request, note) => audit.note(request, note),
    async authorize(request, scope) {
      const who = await identify(request);
      if (who !== null) audit.note(request, { actor: actorOf(who), scope });
      if (who !== null && 'user' in who) return reachOf(who, scope);
      return permit(who, scope, { address: request.ip, origin: request.headers.origin });
    },
    async person(request) {
      const who = await identify(request);
      if (who === null) throw new MoalogError('unauthenticated', 'Your sign-in ended; sign in again.');
      audit.note(request, { actor: actorOf(who), scope: 'self' });
      if ('user' in who) return who;
      throw new MoalogError('forbidden', 'A key has no profile; sign in as a person.');
    },
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

const actorOf = (who: KnownKey | Person): Actor =>
  'user' in who
    ? { kind: 'person', id: who.user.id, name: who.user.email }
    : { kind: 'key', id: who.id, name: who.name };

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
export function requireSameOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const same =
    site === undefined
      ? origin === undefined || URL.parse(origin)?.host === request.headers.host
      : site === 'same-origin' || site === 'none';
  if (!same) throw new MoalogError('forbidden', 'This call came from another site.');
}
