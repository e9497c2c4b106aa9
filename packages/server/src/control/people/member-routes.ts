import {
  changeMemberRequestSchema,
  type OrganisationRole,
  resetPasswordRequestSchema,
  setProjectRoleRequestSchema,
} from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access, Caller } from '#access';
import type { Notes } from '#audit';
import type { UserRow } from '#catalog';
import { MoalogError } from '#errors';
import { isInstallation, requireInstallation } from './installation.ts';
import type { LinkTo } from './link.ts';
import { type Members, requireRank } from './members.ts';
import type { People } from './people.ts';
import type { PersonSessions } from './person-sessions.ts';
import { isReach } from './reach.ts';
import { roleIn } from './roles.ts';
import type { SecondFactor } from './second-factor.ts';
import type { Tickets } from './tickets.ts';

const PASSWORD_LINK_MS = 24 * 3_600_000;
const idSchema = z.object({ id: z.string().max(254) });
const inProjectSchema = z.object({ slug: z.string(), id: z.string().max(254) });

/** The rank with which a caller changes roles; keys with the scope admin have an owner's. */
export const rankOf = (caller: Caller): OrganisationRole =>
  isReach(caller) ? caller.person.roles.organisation : 'owner';

export interface MemberParts {
  readonly access: Access & Notes;
  readonly people: People;
  readonly members: Members;
  readonly sessions: PersonSessions;
  readonly tickets: Tickets;
  readonly secondFactor: SecondFactor;
  readonly linkTo: LinkTo;
}

/** People as admins see them: roles in the organisation and in projects, disabling, removing, new passwords. */
export function memberRoutes(parts: MemberParts) {
  const { access, members, sessions, tickets } = parts;
  const admin = (request: FastifyRequest) => requireInstallation(access.authorize(request, 'admin'));

  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/members', async (request) => {
      await admin(request);
      return { members: await members.list() };
    });

    app.patch('/api/v1/members/:id', async (request) => {
      const caller = await admin(request);
      const before = await members.require(idSchema.parse(request.params).id);
      const wanted = changeMemberRequestSchema.parse(request.body);
      requireRank(rankOf(caller), before.role, await members.standing(before), wanted.role);
      await access.projects(
        caller,
        (wanted.projects ?? []).map(({ project }) => project),
      );
      access.note(request, { before, target: before.email });
      const after = await members.change(before, wanted);
      if (after.state === 'disabled') await sessions.revokeAll(after.id);
      sessions.forget();
      return after;
    });

    app.delete('/api/v1/members/:id', async (request, reply) => {
      const caller = await admin(request);
      const member = await members.require(idSchema.parse(request.params).id);
      requireRank(rankOf(caller), member.role, await members.standing(member));
      access.note(request, { before: member, target: member.email });
      await members.remove(member);
      sessions.forget();
      return reply.code(204).send();
    });

    app.delete('/api/v1/members/:id/sessions', async (request, reply) => {
      const caller = await admin(request);
      const member = await members.require(idSchema.parse(request.params).id);
      requireRank(rankOf(caller), member.role, await members.standing(member));
      await sessions.revokeAll(member.id);
      return reply.code(204).send();
    });

    app.delete('/api/v1/members/:id/second-factor', async (request, reply) => {
      const caller = await admin(request);
      const member = await members.require(idSchema.parse(request.params).id);
      requireRank(rankOf(caller), member.role, await members.standing(member));
      await parts.secondFactor.remove(member.id);
      return reply.code(204).send();
    });

    app.post('/api/v1/members/:id/password-link', async (request, reply) => {
      const caller = await admin(request);
      const member = await members.require(idSchema.parse(request.params).id);
      requireRank(rankOf(caller), member.role, await members.standing(member));
      const { token, expiresAt } = await tickets.issue('password', member.id, PASSWORD_LINK_MS);
      return reply.code(201).send({ link: parts.linkTo(request, 'password', token), expiresAt });
    });

    app.post('/api/v1/password', async (request, reply) => {
      const { token, password } = resetPasswordRequestSchema.parse(request.body);
      const id = await tickets.look('password', token);
      const user = id === null ? null : await parts.people.find(id);
      if (user === null || user.state !== 'active')
        throw new MoalogError('not_found', 'This link was used or is over a day old; ask for another.');
      access.note(request, { actor: { kind: 'person', id: user.id, name: user.email }, action: 'password.reset' });
      await parts.people.setPassword(user, password);
      await tickets.take('password', token);
      await sessions.revokeAll(user.id);
      return reply.code(204).send();
    });

    await app.register(inProjects(parts));
  };
}

/** Roles in one project, for its admins. */
function inProjects({ access, people, members, sessions }: MemberParts) {
  const open = async (request: FastifyRequest, slug: string): Promise<Caller> => {
    const caller = await access.authorize(request, 'admin');
    await access.projects(caller, [slug]);
    return caller;
  };
  const byIdOrEmail = async (id: string): Promise<UserRow> => {
    const user = id.includes('@') ? await people.byEmail(id.toLowerCase()) : await people.find(id);
    if (user === null) throw new MoalogError('not_found', `${id} has no account; send an invitation.`);
    return user;
  };
  /** A project's admin neither makes nor unmakes its owners. */
  const requireOwnership = (caller: Caller, slug: string, touchesOwner: boolean): void => {
    if (!touchesOwner || isInstallation(caller)) return;
    if (!isReach(caller) || roleIn(caller.person.roles, slug) !== 'owner')
      throw new MoalogError('forbidden', `Owners of the project ${slug} are made and changed by its owners.`);
  };
  const answer = async (slug: string) => ({ members: await members.inProject(slug) });

  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/projects/:slug/members', async (request) => {
      const { slug } = z.object({ slug: z.string() }).parse(request.params);
      await open(request, slug);
      return answer(slug);
    });

    app.put('/api/v1/projects/:slug/members/:id', async (request) => {
      const { slug, id } = inProjectSchema.parse(request.params);
      const caller = await open(request, slug);
      const { role } = setProjectRoleRequestSchema.parse(request.body);
      const user = await byIdOrEmail(id);
      const before = (await members.inProject(slug)).find((one) => one.id === user.id)?.given;
      requireOwnership(caller, slug, role === 'owner' || before === 'owner');
      access.note(request, { before: { role: before ?? null }, target: `${slug}/${user.email}` });
      await members.setProjectRole(user, slug, role);
      sessions.forget();
      return answer(slug);
    });

    app.delete('/api/v1/projects/:slug/members/:id', async (request) => {
      const { slug, id } = inProjectSchema.parse(request.params);
      const caller = await open(request, slug);
      const user = await byIdOrEmail(id);
      const before = (await members.inProject(slug)).find((one) => one.id === user.id)?.given;
      requireOwnership(caller, slug, before === 'owner');
      access.note(request, { before: { role: before ?? null }, target: `${slug}/${user.email}` });
      await members.setProjectRole(user, slug, null);
      sessions.forget();
      return answer(slug);
    });
  };
}
