export { Pipelines } from './pipelines.ts';
export { pipelineRoutes } from './routes.ts';
