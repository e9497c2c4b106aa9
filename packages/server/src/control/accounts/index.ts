export { createAccess } from './access.ts';
export { BOOTSTRAP_KEY_FILE, ensureBootstrapKey } from './bootstrap-key.ts';
export { Erasure } from './erasure.ts';
export { Keys } from './keys.ts';
export { projectRoutes } from './project-routes.ts';
export { Projects } from './projects.ts';
export { accountRoutes } from './routes.ts';
export { Sessions } from './sessions.ts';
export { Usage } from './usage.ts';
