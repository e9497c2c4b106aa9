export { openBrowser } from './browser.ts';
export { missing } from './needs.ts';
export { type ServerOptions, startServer, type TestServer } from './server.ts';
