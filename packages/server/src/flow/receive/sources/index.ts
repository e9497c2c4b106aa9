export { sourceRoutes } from './routes.ts';
export { type SourcePlace, Sources } from './sources.ts';
