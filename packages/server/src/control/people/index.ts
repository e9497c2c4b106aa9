export { mayUse, requireInstallation } from './installation.ts';
export type { Invitations } from './invitations.ts';
export { addressAt } from './link.ts';
export { rankOf } from './member-routes.ts';
export { openPeople, type PeopleParts, peopleRoutes } from './open.ts';
export type { People } from './people.ts';
export { type Person, PersonSessions } from './person-sessions.ts';
export { describePerson, isReach, type PersonAccess, type Reach, reachOf, scopesAnywhere } from './reach.ts';
export { roleIn } from './roles.ts';
