export { Sso } from './sso.ts';
export { ssoRoutes } from './sso-routes.ts';
