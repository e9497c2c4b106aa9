export { bundleRoutes } from './routes.ts';
export { Setups } from './setups.ts';
