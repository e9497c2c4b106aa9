export { queryRoutes, type QueryParts } from './routes.ts';
