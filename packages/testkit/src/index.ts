export { openBrowser } from './browser.ts';
export { TestCertificates } from './certificates.ts';
export { missing } from './needs.ts';
export { missingPostgres, startPostgres, type TestPostgres } from './postgres.ts';
export { type ServerOptions, startServer, type TestServer } from './server.ts';
