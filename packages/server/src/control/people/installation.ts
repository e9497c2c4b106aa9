import { AUDIT_PROJECT, type KeyScope } from '@moalog/contract';
import type { Caller } from '#access';
import { MoalogError } from '#errors';
import { isReach } from './reach.ts';

/** Every Caller comes from createAccess, which gives keys and people's reach: both say where they count. */
const placeOf = (caller: Caller) =>
  caller as Caller & { readonly projects: readonly string[] | null; readonly asked: KeyScope };

/** Whether the caller reaches the project with the right that it asked for. The audit log is read by admins, and changed by nobody. */
export function mayUse(caller: Caller, slug: string): boolean {
  const { projects, asked, scopes } = placeOf(caller);
  if (slug === AUDIT_PROJECT) return projects === null && asked === 'read' && scopes.has('admin');
  return projects === null || projects.includes(slug);
}

/** Whether the caller has its rights in the whole installation. */
export const isInstallation = (caller: Caller): boolean => placeOf(caller).projects === null;

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
