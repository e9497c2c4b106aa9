export { Fleet } from './fleet.ts';
export { fleetMetrics } from './metrics.ts';
export { fleetRoutes } from './routes.ts';
