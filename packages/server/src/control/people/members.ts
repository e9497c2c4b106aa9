import type { ChangeMemberRequest, Member, OrganisationRole, Role } from '@moalog/contract';
import type { Catalog, UserRow } from '#catalog';
import { MoalogError } from '#errors';
import { isAtLeast, roleIn, rolesOf } from './roles.ts';
import type { SecondFactor } from './second-factor.ts';

type ProjectRole = { readonly project: string; readonly role: Role };

/** Whether who has `actor` may give or take `role`: owners are made and changed by owners. */
export function requireRank(actor: OrganisationRole, ...roles: readonly (OrganisationRole | undefined)[]): void {
  if (!isAtLeast(actor, 'owner') && roles.includes('owner'))
    throw new MoalogError('forbidden', 'Owners are made and changed by owners alone.');
}

/** People and their roles, as admins see and change them. */
export class Members {
  readonly #catalog: Catalog;

  readonly #secondFactor: SecondFactor;

  constructor(catalog: Catalog, secondFactor: SecondFactor) {
    this.#catalog = catalog;
    this.#secondFactor = secondFactor;
  }

  async list(): Promise<Member[]> {
    const users = await this.#catalog.selectFrom('users').selectAll().orderBy('name').orderBy('id').execute();
    const projects = await this.#catalog.selectFrom('project_roles').selectAll().orderBy('project').execute();
    const groups = await this.#catalog
      .selectFrom('group_members')
      .innerJoin('groups', 'groups.id', 'group_members.group_id')
      .select(['user_id', 'groups.id', 'groups.name'])
      .orderBy('groups.name')
      .execute();
    const identities = await this.#catalog.selectFrom('identities').select('user_id').execute();
    const bySso = new Set(identities.map((row) => row.user_id));
    const withIt = await this.#secondFactor.withIt();
    return users.map((user) => ({
      id: user.id,
      name: user.name,
      email: user.email,
      role: user.role,
      state: user.state,
      projects: projects.filter((row) => row.user_id === user.id).map(({ project, role }) => ({ project, role })),
      groups: groups.filter((row) => row.user_id === user.id).map(({ id, name }) => ({ id, name })),
      secondFactor: withIt.has(user.id),
      sso: bySso.has(user.id),
      createdAt: user.created_at,
      lastSignInAt: user.last_sign_in_at,
    }));
  }

  async require(id: string): Promise<Member> {
    const member = (await this.list()).find((one) => one.id === id);
    if (member === undefined) throw new MoalogError('not_found', `There is no member ${id}.`);
    return member;
  }

  /** The greatest role in the organisation, by groups too: who may not touch owners may not touch those either. */
  async standing({ id, role }: Member): Promise<OrganisationRole> {
    return (await rolesOf(this.#catalog, id, role)).organisation;
  }

  /** Rejects with `conflict` when no owner that can sign in would be left. */
  async change(before: Member, wanted: ChangeMemberRequest): Promise<Member> {
    const { role = before.role, state = before.state, projects } = wanted;
    if (role !== 'owner' || state !== 'active') await this.#requireOtherOwner(before);
    await this.#catalog.transaction().execute(async (transaction) => {
      await transaction.updateTable('users').set({ role, state }).where('id', '=', before.id).execute();
      // A link that was made for a lesser role does not open the greater one.
      if (role !== before.role) await transaction.deleteFrom('tickets').where('user_id', '=', before.id).execute();
      if (projects === undefined) return;
      await transaction.deleteFrom('project_roles').where('user_id', '=', before.id).execute();
      const rows = [...byProject(projects)].map(([project, given]) => ({ user_id: before.id, project, role: given }));
      if (rows.length > 0) await transaction.insertInto('project_roles').values(rows).execute();
    });
    return this.require(before.id);
  }

  async remove(member: Member): Promise<void> {
    await this.#requireOtherOwner(member);
    await this.#catalog.deleteFrom('users').where('id', '=', member.id).execute();
  }

  /** Everybody with a role in the project, by any way. */
  async inProject(slug: string) {
    const users = await this.#catalog
      .selectFrom('users')
      .selectAll()
      .where('state', '=', 'active')
      .orderBy('name')
      .orderBy('id')
      .execute();
    const given = await this.#catalog.selectFrom('project_roles').selectAll().where('project', '=', slug).execute();
    const described = await Promise.all(
      users.map(async (user) => ({ user, role: roleIn(await rolesOf(this.#catalog, user.id, user.role), slug) })),
    );
    return described.flatMap(({ user: { id, name, email }, role }) => {
      const own = given.find((row) => row.user_id === id)?.role ?? null;
      return role === null ? [] : [{ id, name, email, role, given: own }];
    });
  }

  /** Null takes the role away. */
  async setProjectRole(user: Pick<UserRow, 'id'>, project: string, role: Role | null): Promise<void> {
    await this.#catalog
      .deleteFrom('project_roles')
      .where('user_id', '=', user.id)
      .where('project', '=', project)
      .execute();
    if (role !== null)
      await this.#catalog.insertInto('project_roles').values({ user_id: user.id, project, role }).execute();
  }

  async #requireOtherOwner(member: Member): Promise<void> {
    if (member.role !== 'owner' || member.state !== 'active') return;
    const other = await this.#catalog
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'owner')
      .where('state', '=', 'active')
      .where('id', '!=', member.id)
      .executeTakeFirst();
    if (other === undefined)
      throw new MoalogError('conflict', `${member.name} is the last owner; make another owner first.`);
  }
}

/** The last word for each project counts. */
export const byProject = (roles: readonly ProjectRole[]): ReadonlyMap<string, Role> =>
  new Map(roles.map(({ project, role }) => [project, role]));
