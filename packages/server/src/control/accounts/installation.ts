import type { Caller } from '#access';
import { MoalogError } from '#errors';
import type { Reach } from '#people';
import type { KnownKey } from './keys.ts';

/** Every Caller comes from createAccess, which gives keys and people's reach. */
const projectsOf = (caller: Caller) => (caller as KnownKey | Reach).projects;

/** Whether the caller reaches the project. */
export function mayUse(caller: Caller, slug: string): boolean {
  const projects = projectsOf(caller);
  return projects === null || projects.includes(slug);
}

/** The caller, when it has its rights in the whole installation. */
export async function requireInstallation(authorized: Promise<Caller>): Promise<Caller> {
  const caller = await authorized;
  if (projectsOf(caller) === null) return caller;
  throw new MoalogError(
    'forbidden',
    'person' in caller
      ? 'This call needs the role admin in the organisation.'
      : `This key belongs to the project ${caller.project}; this call needs a key of the installation.`,
  );
}
