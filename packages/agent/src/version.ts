import manifest from '../package.json' with { type: 'json' };

/** The same as the server's of the same release. */
export const VERSION: string = manifest.version;
