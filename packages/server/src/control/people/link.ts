import type { FastifyRequest } from 'fastify';

/** The address of a page of the console with a token behind `#`, which no server and no log sees. */
export type LinkTo = (request: FastifyRequest, page: 'invitation' | 'password', token: string) => string;

/** At the configured address, else at the one that the asking browser used. */
export const linksAt =
  (publicUrl: string | undefined): LinkTo =>
  (request, page, token) =>
    `${addressAt(publicUrl)(request)}/#${page}=${token}`;

/** Address of the console, without a slash at the end. */
export const addressAt =
  (publicUrl: string | undefined) =>
  (request: FastifyRequest): string =>
    publicUrl ?? `${request.protocol}://${request.host}`;
