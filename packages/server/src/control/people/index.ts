export { mayUse, requireInstallation } from './installation.ts';
export { openPeople, type PeopleParts, peopleRoutes } from './open.ts';
export { type Person, PersonSessions } from './person-sessions.ts';
export { describePerson, isReach, type PersonAccess, type Reach, reachOf, scopesAnywhere } from './reach.ts';
export { roleIn } from './roles.ts';
