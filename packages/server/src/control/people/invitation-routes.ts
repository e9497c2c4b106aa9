import {
  type CreatedInvitation,
  type CreateInvitationRequest,
  createInvitationRequestSchema,
  lookInvitationRequestSchema,
} from '@moalog/contract';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Access, Caller } from '#access';
import { MoalogError } from '#errors';
import type { Mail } from '#mail';
import type { Groups } from './groups.ts';
import { isInstallation, mayUse } from './installation.ts';
import { invitationMail } from './invitation-mail.ts';
import type { Invitations } from './invitations.ts';
import type { LinkTo } from './link.ts';
import { rankOf } from './member-routes.ts';
import { requireRank } from './members.ts';
import { isReach } from './reach.ts';
import { roleIn } from './roles.ts';

/** Inviting people, for admins of the organisation and of projects. Accepting stands with signing in. */
export function invitationRoutes({
  access,
  invitations,
  groups,
  mail,
  linkTo,
  onMailFailure,
}: {
  access: Access;
  invitations: Invitations;
  groups: Groups;
  mail: Mail | null;
  linkTo: LinkTo;
  onMailFailure: (error: unknown) => void;
}) {
  const send = async (wanted: CreateInvitationRequest, from: string, link: string) => {
    if (mail === null || !wanted.mail) return 'off';
    try {
      await mail.send({ to: wanted.email, ...invitationMail(wanted.language, from, link) });
      return 'sent';
    } catch (error) {
      onMailFailure(error);
      return 'failed';
    }
  };
  /** Invitations that reach no further than the caller. */
  const within = (caller: Caller, given: { projects: readonly { project: string }[] }): boolean =>
    isInstallation(caller) ||
    (given.projects.length > 0 && given.projects.every(({ project }) => mayUse(caller, project)));

  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/v1/invitations', async (request) => {
      const caller = await access.authorize(request, 'admin');
      return { invitations: (await invitations.list()).filter((one) => within(caller, one)) };
    });

    app.post('/api/v1/invitations', async (request, reply) => {
      const caller = await access.authorize(request, 'admin');
      const wanted = createInvitationRequestSchema.parse(request.body);
      const given = (await groups.list()).filter(({ id }) => wanted.groups.includes(id));
      requireRank(rankOf(caller), wanted.role, ...given.map(({ role }) => role));
      if (!isInstallation(caller)) requireOwnProjects(caller, wanted);
      await access.projects(
        caller,
        wanted.projects.map(({ project }) => project),
      );
      const from = isReach(caller) ? caller.person.user.name : 'Moalog';
      const { invitation, token } = await invitations.create(wanted, from);
      const link = linkTo(request, 'invitation', token);
      const answer: CreatedInvitation = { invitation, link, mail: await send(wanted, from, link) };
      return reply.code(201).send(answer);
    });

    app.post('/api/v1/invitations/look', async (request) =>
      invitations.look(lookInvitationRequestSchema.parse(request.body).token),
    );

    app.delete('/api/v1/invitations/:id', async (request, reply) => {
      const caller = await access.authorize(request, 'admin');
      const { id } = z.object({ id: z.string() }).parse(request.params);
      const found = (await invitations.list()).find((one) => one.id === id && within(caller, one));
      if (found === undefined) throw new MoalogError('not_found', `There is no invitation ${id}.`);
      await invitations.revoke(id);
      return reply.code(204).send();
    });
  };
}

/** An admin of projects gives roles in those, and no greater than its own. */
function requireOwnProjects(caller: Caller, wanted: CreateInvitationRequest): void {
  const beyond = wanted.role !== 'member' || wanted.groups.length > 0 || wanted.projects.length === 0;
  const owners = wanted.projects.filter(({ role }) => role === 'owner');
  const notOwn = owners.some(({ project }) => !isReach(caller) || roleIn(caller.person.roles, project) !== 'owner');
  if (beyond || notOwn)
    throw new MoalogError('forbidden', 'Invite to your own projects, with a role no greater than yours.');
}
