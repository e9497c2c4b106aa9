export { KnownPipelines } from './known-pipelines.ts';
export { type Loader, type LoaderOptions, startLoader } from './loader.ts';
export { createPreview } from './preview.ts';
export { createWorkshop } from './workshop.ts';
