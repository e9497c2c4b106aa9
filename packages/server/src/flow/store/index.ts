export { eraseProject } from './erase-project.ts';
export { migrate, StoreTooNewError } from './migrate.ts';
export { openStore, type StoreOptions } from './open-store.ts';
export type { Store } from './store.ts';
export { storeError } from './store-error.ts';
