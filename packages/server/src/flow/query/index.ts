export { type QueryParts, queryRoutes } from './routes.ts';
