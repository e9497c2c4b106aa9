import type { FastifyInstance } from 'fastify';
import type { Access } from '#access';
import type { Notes } from '#audit';
import type { Catalog } from '#catalog';
import { type Mail, openMail } from '#mail';
import type { Secrets } from '#secrets';
import { groupRoutes } from './group-routes.ts';
import { Groups } from './groups.ts';
import { invitationRoutes } from './invitation-routes.ts';
import { Invitations } from './invitations.ts';
import { type LinkTo, linksAt } from './link.ts';
import { memberRoutes } from './member-routes.ts';
import { Members } from './members.ts';
import { People } from './people.ts';
import { PersonSessions } from './person-sessions.ts';
import { profileRoutes } from './profile-routes.ts';
import type { PersonAccess } from './reach.ts';
import { SecondFactor } from './second-factor.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';
import { SetUp } from './set-up.ts';
import { Tickets } from './tickets.ts';

/** Everything about people: who they are, what they may do, how they come in. */
export interface PeopleParts {
  readonly people: People;
  readonly sessions: PersonSessions;
  readonly members: Members;
  readonly groups: Groups;
  readonly invitations: Invitations;
  readonly tickets: Tickets;
  readonly secondFactor: SecondFactor;
  readonly setUp: SetUp;
  readonly mail: Mail | null;
  readonly linkTo: LinkTo;
}

/** `owner`: made when there is none yet. */
export async function openPeople({
  catalog,
  secrets,
  config,
  owner,
}: {
  catalog: Catalog;
  secrets: Secrets;
  config: Readonly<Record<'publicUrl' | 'mailUrl' | 'mailFrom', string | undefined>>;
  owner: { readonly email: string; readonly password: string } | null;
}): Promise<PeopleParts> {
  const people = new People(catalog);
  const setUp = new SetUp(people);
  const secondFactor = new SecondFactor(catalog, secrets);
  if (owner !== null) await setUp.ensureOwner(owner);
  return {
    people,
    setUp,
    secondFactor,
    sessions: new PersonSessions(catalog),
    members: new Members(catalog, secondFactor),
    groups: new Groups(catalog),
    invitations: new Invitations(catalog, people),
    tickets: new Tickets(catalog),
    mail: openMail({ url: config.mailUrl, from: config.mailFrom }),
    linkTo: linksAt(config.publicUrl),
  };
}

/** Profile, members, groups and invitations. Signing in stands with the keys. */
export function peopleRoutes(
  parts: PeopleParts & { access: Access & PersonAccess & Notes; onMailFailure: (error: unknown) => void },
) {
  return async (app: FastifyInstance): Promise<void> => {
    await app.register(profileRoutes(parts));
    await app.register(secondFactorRoutes(parts));
    await app.register(memberRoutes(parts));
    await app.register(groupRoutes(parts));
    await app.register(invitationRoutes(parts));
  };
}
