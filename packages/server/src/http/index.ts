export { CONSOLE_DIST, serveConsole } from './console-files.ts';
export { answerBrowsers } from './cors.ts';
export { healthRoutes, type ReadinessCheck } from './health.ts';
export { createHttp2Server } from './http2-server.ts';
export { openApiRoutes } from './openapi/routes.ts';
export { sendProblem, toMoalogError } from './problem.ts';
export { renewCertificates } from './renew-certificates.ts';
export { createHttpServer } from './server.ts';
