/**
 * Every error a caller can meet: code → HTTP status and title. A page docs/errors/CODE.md explains each; a test keeps
 * both equal. A code, once published, keeps its meaning.
 */
export const ERRORS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_query: { status: 400, title: 'The search cannot be understood' },
  invalid_pipeline: { status: 400, title: 'The pipeline cannot be used' },
  invalid_body: { status: 400, title: 'The body cannot be read' },
  unauthenticated: { status: 401, title: 'A key or a sign-in is needed' },
  forbidden: { status: 403, title: 'The key or the role does not allow this' },
  not_found: { status: 404, title: 'Nothing is here' },
  unknown_project: { status: 404, title: 'There is no such project' },
  method_not_allowed: { status: 405, title: 'This method is not offered here' },
  conflict: { status: 409, title: 'It is there already' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  body_too_large: { status: 413, title: 'The body is over the limit' },
  unsupported_encoding: { status: 415, title: 'The content type or encoding is not supported' },
  back_pressure: { status: 429, title: 'The store is behind; send again later' },
  project_limit: { status: 429, title: 'The project is over its limit' },
  too_many_attempts: { status: 429, title: 'Too many wrong attempts' },
  too_many_queries: { status: 429, title: 'Too many queries are running' },
  query_memory_limit: { status: 422, title: 'The query needs more memory than it may use' },
  query_time_limit: { status: 422, title: 'The query took longer than it may' },
  query_failed: { status: 500, title: 'The query failed' },
  internal: { status: 500, title: 'Something went wrong here' },
  engine_unavailable: { status: 503, title: 'The store is starting or restarting' },
  shutting_down: { status: 503, title: 'The server is stopping' },
  disk_full: { status: 507, title: 'The disk is full' },
} as const;

export type ErrorCode = keyof typeof ERRORS;
