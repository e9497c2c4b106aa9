export type { Pipelines } from './load-parts.ts';
export { type Loader, type LoaderOptions, startLoader } from './loader.ts';
export { createPreview } from './preview.ts';
