import type { Caller } from '#access';
import { MoalogError } from '#errors';
import type { Reach } from '#people';
import type { KnownKey } from './keys.ts';

/** Whether the caller reaches the project. Every Caller comes from createAccess, which gives keys and people's reach. */
export function mayUse(caller: Caller, slug: string): boolean {
  const { projects } = caller as KnownKey | Reach;
  return projects === null || projects.includes(slug);
}

/** The caller, when it has its rights in the whole installation. */
export async function requireInstallation(authorized: Promise<Caller>): Promise<Caller> {
  const caller = await authorized;
  if ((caller as KnownKey | Reach).projects === null) return caller;
  throw new MoalogError(
    'forbidden',
    'person' in caller
      ? 'This call needs the role admin in the organisation.'
      : `This key belongs to the project ${caller.project}; this call needs a key of the installation.`,
  );
}
