import {
  acceptInvitationRequestSchema,
  type SecondFactorNeeded,
  type SessionInfo,
  type SignInOptions,
  type SignInRequest,
  setUpRequestSchema,
  signInRequestSchema,
} from '@moalog/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access, Caller } from '#access';
import type { Notes } from '#audit';
import type { UserRow } from '#catalog';
import { MoalogError } from '#errors';
import {
  describePerson,
  mayUse,
  type PeopleParts,
  type Person,
  type PersonAccess,
  requireInstallation,
  roleIn,
  scopesAnywhere,
} from '#people';
import { type Sso, ssoRoutes } from '#sso';
import { requireSameOrigin } from './access.ts';
import { readCredential } from './credentials.ts';
import type { Keys } from './keys.ts';
import type { Projects } from './projects.ts';
import { SESSION_COOKIE, type Sessions } from './sessions.ts';

/** Between the password and the code. */
const SECOND_FACTOR_MS = 5 * 60_000;

export interface SignInParts {
  readonly access: Access & PersonAccess & Notes;
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly of: PeopleParts;
  readonly sso: Sso;
  /** Of the console, without a slash at the end. */
  readonly addressOf: (request: FastifyRequest) => string;
  readonly projects: Projects;
  /** The key that the set-up link stands for while there is no owner. */
  readonly bootstrapKey: string;
  readonly version: string;
  /** A sign-in at the provider that let nobody in. */
  readonly onRefusal: (error: unknown) => void;
}

/** Signing in and out: people with passwords, keys, and the first owner. */
export function signInRoutes(parts: SignInParts) {
  const { access, sessions } = parts;
  const { sessions: personSessions, people, setUp, invitations, tickets, secondFactor } = parts.of;

  const open = async (
    request: FastifyRequest,
    reply: FastifyReply,
    user: UserRow,
    way: { method: 'password' | 'sso'; idToken?: string | null },
  ): Promise<string> => {
    access.note(request, { actor: { kind: 'person', id: user.id, name: user.email } });
    await endPresent(request);
    const agent = request.headers['user-agent'] ?? '';
    const { token, maxAgeS } = await personSessions.open(user, { ...way, address: request.ip, agent });
    setCookie(reply, `${token}; Max-Age=${maxAgeS}`, request.protocol === 'https');
    return token;
  };

  const asPerson = async (request: FastifyRequest, reply: FastifyReply, user: UserRow): Promise<SessionInfo> => {
    const token = await open(request, reply, user, { method: 'password' });
    const person = await personSessions.find(token);
    if (person === null) throw new MoalogError('unauthenticated', 'The account was disabled a moment ago.');
    return ofPerson(parts, person);
  };

  const withCode = async (
    request: FastifyRequest,
    { ticket, code }: { ticket: string; code: string },
  ): Promise<UserRow> => {
    const id = await tickets.look('second-factor', ticket);
    const user = id === null ? null : await people.find(id);
    if (user === null || user.state !== 'active')
      throw new MoalogError('unauthenticated', 'Five minutes are over; sign in with your password again.');
    const actor = { kind: 'person', id: user.id, name: user.email } as const;
    access.note(request, { actor, action: 'sign-in.second-factor' });
    await secondFactor.require(user.id, code, request.ip);
    await tickets.take('second-factor', ticket);
    return user;
  };

  const asKey = async (request: FastifyRequest, reply: FastifyReply, secret: string): Promise<SessionInfo> => {
    const caller = await access.authorizeKey(secret, 'read');
    const known = await parts.keys.byId(caller.id);
    if (known === null) throw new MoalogError('unauthenticated', 'The key was revoked a moment ago.');
    access.note(request, { actor: { kind: 'key', id: known.id, name: known.name }, action: 'sign-in.key' });
    const { token, maxAgeS } = await sessions.open(known);
    setCookie(reply, `${token}; Max-Age=${maxAgeS}`, request.protocol === 'https');
    return ofKey(parts, caller);
  };

  const endPresent = async (request: FastifyRequest): Promise<void> => {
    const credential = readCredential(request);
    if (credential?.kind !== 'session') return;
    const person = await personSessions.find(credential.token);
    if (person === null) await sessions.close(credential.token);
    else await personSessions.revoke(person.user.id, person.sessionId);
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/sign-in', async (): Promise<SignInOptions> => {
      const settings = await parts.sso.settings();
      return {
        setUp: await setUp.isNeeded(),
        passwords: settings?.passwords ?? true,
        sso: settings === null ? null : { name: settings.name },
      };
    });

    app.post('/api/v1/setup', async (request, reply) => {
      requireSameOrigin(request);
      const { token } = setUpRequestSchema.pick({ token: true }).strip().parse(request.body);
      if (token === undefined) await requireInstallation(access.authorize(request, 'admin'));
      else await setUp.require(token);
      const wanted = setUpRequestSchema.parse(request.body);
      access.note(request, { actor: personBy(wanted.email), action: 'sign-in.set-up' });
      const user = await setUp.makeOwner(wanted);
      return reply.code(201).send(await asPerson(request, reply, user));
    });

    app.post('/api/v1/invitations/accept', async (request, reply) => {
      requireSameOrigin(request);
      const user = await invitations.accept(acceptInvitationRequestSchema.parse(request.body));
      access.note(request, { action: 'sign-in.invitation' });
      return reply.code(201).send(await asPerson(request, reply, user));
    });

    app.post('/api/v1/session', async (request, reply) => {
      const given: SignInRequest = signInRequestSchema.parse(request.body);
      requireSameOrigin(request);
      if ('key' in given) return asKey(request, reply, given.key);
      if ('email' in given) {
        access.note(request, { actor: personBy(given.email), action: 'sign-in' });
        const user = await people.withPassword(given, request.ip);
        if (user.role !== 'owner' && (await parts.sso.settings())?.passwords === false)
          throw new MoalogError('forbidden', 'Passwords are for owners alone here; use single sign-on.');
        if (!(await secondFactor.isOn(user.id))) return asPerson(request, reply, user);
        access.note(request, { actor: { kind: 'person', id: user.id, name: user.email }, action: 'sign-in.password' });
        const { token: ticket } = await tickets.issue('second-factor', user.id, SECOND_FACTOR_MS);
        return reply.code(202).send({ ticket } satisfies SecondFactorNeeded);
      }
      if ('ticket' in given) return asPerson(request, reply, await withCode(request, given));
      await setUp.require(given.setUp);
      return asKey(request, reply, parts.bootstrapKey);
    });

    app.get('/api/v1/session', async (request): Promise<SessionInfo> => {
      const person = await signedIn(access, request);
      return person === null ? ofKey(parts, await access.authorize(request, 'read')) : ofPerson(parts, person);
    });

    app.delete('/api/v1/session', async (request, reply) => {
      const person = await signedIn(access, request);
      access.note(request, { action: 'sign-out' });
      if (person === null) await access.authorize(request, 'read');
      const idToken = person === null ? null : await personSessions.idToken(person.sessionId);
      await endPresent(request);
      setCookie(reply, '; Max-Age=0', request.protocol === 'https');
      const signOutUrl =
        person === null || idToken === null
          ? null
          : await parts.sso.signOutUrl(person.user.id, idToken, `${parts.addressOf(request)}/`);
      return signOutUrl === null ? reply.code(204).send() : { signOutUrl };
    });

    await app.register(
      ssoRoutes({
        ...parts,
        signedIn: async (request, reply, { user, idToken }) => {
          await open(request, reply, user, { method: 'sso', idToken });
        },
      }),
    );
  };
}

/** As who they say they are; who they are is known when the password was right. */
const personBy = (email: string) => ({ kind: 'person', id: '', name: email.trim().toLowerCase() }) as const;

/** The person behind a cookie; null for a key. */
async function signedIn(access: PersonAccess, request: FastifyRequest): Promise<Person | null> {
  try {
    return await access.person(request);
  } catch (error) {
    if (error instanceof MoalogError && error.code === 'forbidden') return null;
    throw error;
  }
}

async function ofKey({ projects, version }: SignInParts, caller: Caller): Promise<SessionInfo> {
  const rows = (await projects.list()).filter((project) => mayUse(caller, project.slug));
  return {
    scopes: [...caller.scopes],
    projects: rows.map(({ slug, name }) => ({ slug, name, role: null })),
    person: null,
    version,
  };
}

async function ofPerson({ projects, version }: SignInParts, { user, roles }: Person): Promise<SessionInfo> {
  const rows = (await projects.list()).flatMap(({ slug, name }) => {
    const role = roleIn(roles, slug);
    return role === null ? [] : [{ slug, name, role }];
  });
  return {
    scopes: scopesAnywhere(roles),
    projects: rows,
    person: { ...describePerson(user, roles), language: user.language },
    version,
  };
}

function setCookie(reply: FastifyReply, value: string, secure: boolean): void {
  reply.header(
    'set-cookie',
    `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`,
  );
}
