export { People } from './people.ts';
export { type Person, PersonSessions } from './person-sessions.ts';
export { profileRoutes } from './profile-routes.ts';
export { describePerson, type PersonAccess, type Reach, reachOf, scopesAnywhere } from './reach.ts';
export { roleIn } from './roles.ts';
export { SetUp } from './set-up.ts';
