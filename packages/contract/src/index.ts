export * from './account.ts';
export * from './event.ts';
export * from './ingest.ts';
export * from './problem.ts';
export * from './project.ts';
export * from './query.ts';
export * from './source.ts';
export * from './sql.ts';
