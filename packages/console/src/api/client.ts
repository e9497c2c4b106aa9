import type { Problem } from '@moalog/contract';

/** An answer that is an error; `problem` says why. A server that does not answer has the code `offline`. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(method, path, body, signal);
  return (response.status === 204 ? undefined : await response.json()) as T; // shapes are those of @moalog/contract, made by the same version of the server
}

/** The answer itself, for streams. Throws ApiError for everything but success. */
export async function send(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ type: '', code: 'offline', title: '', status: 0, detail: '' });
  }
  if (response.ok) return response;
  const problem: Problem = await response.json().catch(() => ({
    type: '',
    code: 'internal',
    title: response.statusText,
    status: response.status,
    detail: response.statusText,
  }));
  throw new ApiError(problem);
}
