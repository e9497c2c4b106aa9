import type { Caller } from '#access';
import { MoalogError } from '#errors';
import type { KnownKey } from './keys.ts';

/** Whether the caller's key reaches the project. Every Caller comes from createAccess, which gives keys. */
export function mayUse(caller: Caller, slug: string): boolean {
  const { projects } = caller as KnownKey;
  return projects === null || projects.includes(slug);
}

/** The caller, when its key is for the whole installation. */
export async function requireInstallation(authorized: Promise<Caller>): Promise<Caller> {
  const caller = await authorized;
  if (caller.project === null) return caller;
  throw new MoalogError(
    'forbidden',
    `This key belongs to the project ${caller.project}; this call needs a key of the installation.`,
  );
}
