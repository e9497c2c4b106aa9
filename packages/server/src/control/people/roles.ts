import type { KeyScope, OrganisationRole, Role } from '@moalog/contract';
import type { Catalog } from '#catalog';

const RANK: Readonly<Record<OrganisationRole, number>> = { member: 0, viewer: 1, editor: 2, admin: 3, owner: 4 };

/** What each role may do. People never send events: senders have keys. */
const SCOPES: Readonly<Record<OrganisationRole, readonly KeyScope[]>> = {
  member: [],
  viewer: ['read'],
  editor: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
  owner: ['read', 'write', 'admin'],
};

export const scopesOf = (role: OrganisationRole): readonly KeyScope[] => SCOPES[role];
const greater = <R extends OrganisationRole>(a: R, b: R): R => (RANK[a] >= RANK[b] ? a : b);

/** What a person may do where, own roles and those of groups together. */
export interface Roles {
  readonly organisation: OrganisationRole;
  /** Projects in which the person has a role of its own; the organisation's counts there too. */
  readonly projects: ReadonlyMap<string, Role>;
}

/** The greatest role in the project; null for none. */
export function roleIn({ organisation, projects }: Roles, slug: string): Role | null {
  const own = projects.get(slug);
  if (organisation === 'member') return own ?? null;
  return own === undefined ? organisation : greater<Role>(organisation, own);
}

export async function rolesOf(catalog: Catalog, userId: string, ownRole: OrganisationRole): Promise<Roles> {
  const groups = await catalog
    .selectFrom('group_members')
    .innerJoin('groups', 'groups.id', 'group_members.group_id')
    .select(['groups.id', 'groups.role'])
    .where('user_id', '=', userId)
    .execute();
  const own = await catalog.selectFrom('project_roles').selectAll().where('user_id', '=', userId).execute();
  const ids = groups.map((group) => group.id);
  const given =
    ids.length === 0
      ? []
      : await catalog.selectFrom('group_projects').selectAll().where('group_id', 'in', ids).execute();
  const projects = new Map<string, Role>();
  for (const { project, role } of [...own, ...given]) {
    const before = projects.get(project);
    projects.set(project, before === undefined ? role : greater(before, role));
  }
  return { organisation: groups.reduce((role, group) => greater(role, group.role), ownRole), projects };
}

export const isAtLeast = (role: OrganisationRole, wanted: OrganisationRole): boolean => RANK[role] >= RANK[wanted];
