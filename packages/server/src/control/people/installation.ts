import type { Caller } from '#access';
import { MoalogError } from '#errors';
import { isReach } from './reach.ts';

/** Every Caller comes from createAccess, which gives keys and people's reach: both say where they count. */
const projectsOf = (caller: Caller) => (caller as Caller & { readonly projects: readonly string[] | null }).projects;

/** Whether the caller reaches the project. */
export function mayUse(caller: Caller, slug: string): boolean {
  const projects = projectsOf(caller);
  return projects === null || projects.includes(slug);
}

/** Whether the caller has its rights in the whole installation. */
export const isInstallation = (caller: Caller): boolean => projectsOf(caller) === null;

/** The caller, when it has its rights in the whole installation. */
export async function requireInstallation(authorized: Promise<Caller>): Promise<Caller> {
  const caller = await authorized;
  if (isInstallation(caller)) return caller;
  throw new MoalogError(
    'forbidden',
    isReach(caller)
      ? 'This call needs the role admin in the organisation.'
      : `This key belongs to the project ${caller.project}; this call needs a key of the installation.`,
  );
}
