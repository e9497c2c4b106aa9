import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits for a link, a cookie or a ticket. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is kept of a token. It has too many random bits to be guessed, so that no slow hash is needed. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

export const newId = (prefix: string): string => `${prefix}_${randomBytes(8).toString('hex')}`;
