import type { ChangeGroupRequest, CreateGroupRequest, Group } from '@moalog/contract';
import type { Catalog } from '#catalog';
import { MoalogError } from '#errors';
import { byProject } from './members.ts';
import { newId } from './tokens.ts';

/** Groups: people with the same roles. */
export class Groups {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  async list(): Promise<Group[]> {
    const groups = await this.#catalog.selectFrom('groups').selectAll().orderBy('name').execute();
    const members = await this.#catalog.selectFrom('group_members').selectAll().orderBy('user_id').execute();
    const projects = await this.#catalog.selectFrom('group_projects').selectAll().orderBy('project').execute();
    return groups.map(({ id, name, role, sso_groups }) => ({
      id,
      name,
      role,
      projects: projects.filter((row) => row.group_id === id).map((row) => ({ project: row.project, role: row.role })),
      members: members.filter((row) => row.group_id === id).map((row) => row.user_id),
      ssoGroups: JSON.parse(sso_groups) as string[], // written below
    }));
  }

  async require(id: string): Promise<Group> {
    const group = (await this.list()).find((one) => one.id === id);
    if (group === undefined) throw new MoalogError('not_found', `There is no group ${id}.`);
    return group;
  }

  /** Rejects with `conflict` when the name is taken. */
  async create(wanted: CreateGroupRequest): Promise<Group> {
    const id = newId('grp');
    await this.#requireFree(wanted.name, id);
    const { name, role } = wanted;
    const row = { id, name, role, sso_groups: '[]', created_at: new Date().toISOString() };
    await this.#catalog.insertInto('groups').values(row).execute();
    return this.change(await this.require(id), wanted);
  }

  async change(before: Group, wanted: ChangeGroupRequest): Promise<Group> {
    const { id } = before;
    const { name = before.name, role = before.role, ssoGroups = before.ssoGroups, projects, members } = wanted;
    await this.#requireFree(name, id);
    if (members !== undefined) await this.#requirePeople(members);
    await this.#catalog.transaction().execute(async (transaction) => {
      const sso_groups = JSON.stringify([...new Set(ssoGroups)]);
      await transaction.updateTable('groups').set({ name, role, sso_groups }).where('id', '=', id).execute();
      if (projects !== undefined) {
        await transaction.deleteFrom('group_projects').where('group_id', '=', id).execute();
        const rows = [...byProject(projects)].map(([project, given]) => ({ group_id: id, project, role: given }));
        if (rows.length > 0) await transaction.insertInto('group_projects').values(rows).execute();
      }
      if (members !== undefined) {
        const kept = members.length === 0 ? [''] : members;
        await transaction
          .deleteFrom('group_members')
          .where('group_id', '=', id)
          .where('user_id', 'not in', kept)
          .execute();
        const rows = members.map((user_id) => ({ group_id: id, user_id, origin: 'manual' as const }));
        if (rows.length > 0)
          await transaction
            .insertInto('group_members')
            .values(rows)
            .onConflict((conflict) => conflict.doNothing())
            .execute();
      }
    });
    return this.require(id);
  }

  async remove(id: string): Promise<void> {
    await this.#catalog.deleteFrom('groups').where('id', '=', id).execute();
  }

  async #requireFree(name: string, id: string): Promise<void> {
    const other = await this.#catalog
      .selectFrom('groups')
      .select('id')
      .where('name', '=', name)
      .where('id', '!=', id)
      .executeTakeFirst();
    if (other !== undefined) throw new MoalogError('conflict', `There is a group ${name} already.`);
  }

  async #requirePeople(ids: readonly string[]): Promise<void> {
    const known = new Set((await this.#catalog.selectFrom('users').select('id').execute()).map((row) => row.id));
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw new MoalogError('invalid_request', `members: there is no member ${unknown}.`);
  }
}
