export { type Loader, type LoaderOptions, startLoader } from './loader.ts';
