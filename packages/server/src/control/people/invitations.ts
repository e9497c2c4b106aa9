import { type CreateInvitationRequest, type Invitation, type InvitationLook, invitationSchema } from '@moalog/contract';
import type { Catalog, InvitationRow, UserRow } from '#catalog';
import { MoalogError } from '#errors';
import { byProject } from './members.ts';
import type { People } from './people.ts';
import { hashToken, newId, newToken } from './tokens.ts';

const LIFE_MS = 7 * 24 * 3_600_000;

/** Links that let people in: for a week, once, for one e-mail address. A new one for the same address takes the place of the old. */
export class Invitations {
  readonly #catalog: Catalog;
  readonly #people: People;
  readonly #now: () => number;

  constructor(catalog: Catalog, people: People, now: () => number = Date.now) {
    this.#catalog = catalog;
    this.#people = people;
    this.#now = now;
  }

  async create(
    wanted: Pick<CreateInvitationRequest, 'email' | 'role' | 'projects' | 'groups'>,
    invitedBy: string,
  ): Promise<{ invitation: Invitation; token: string }> {
    if ((await this.#people.byEmail(wanted.email)) !== null)
      throw new MoalogError('conflict', `${wanted.email} has an account already; change its roles.`);
    await this.#requireGroups(wanted.groups);
    const token = newToken();
    const now = this.#now();
    const row: InvitationRow = {
      id: newId('inv'),
      token_hash: hashToken(token),
      email: wanted.email,
      role: wanted.role,
      projects: JSON.stringify([...byProject(wanted.projects)].map(([project, role]) => ({ project, role }))),
      groups: JSON.stringify([...new Set(wanted.groups)]),
      invited_by: invitedBy,
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + LIFE_MS).toISOString(),
    };
    await this.#catalog.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('invitations').where('email', '=', wanted.email).execute();
      await transaction.insertInto('invitations').values(row).execute();
    });
    return { invitation: describe(row), token };
  }

  /** Those that still work, newest first. */
  async list(): Promise<Invitation[]> {
    const rows = await this.#catalog
      .selectFrom('invitations')
      .selectAll()
      .where('expires_at', '>', new Date(this.#now()).toISOString())
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map(describe);
  }

  async revoke(id: string): Promise<void> {
    await this.#catalog.deleteFrom('invitations').where('id', '=', id).execute();
  }

  async look(token: string): Promise<InvitationLook> {
    const { email, invited_by } = await this.#require(token);
    return { email, invitedBy: invited_by };
  }

  /** Makes the account with what the invitation gives. What was deleted meanwhile is left out. */
  async accept({ token, name, password }: { token: string; name: string; password: string }): Promise<UserRow> {
    return this.#accept(await this.#require(token), name, password);
  }

  /** For who came by single sign-on, with an address that the provider vouches for; null when nobody invited it. */
  async acceptFor(email: string, name: string): Promise<UserRow | null> {
    const row = await this.#catalog
      .selectFrom('invitations')
      .selectAll()
      .where('email', '=', email)
      .where('expires_at', '>', new Date(this.#now()).toISOString())
      .executeTakeFirst();
    return row === undefined ? null : this.#accept(row, name, null);
  }

  async #accept(row: InvitationRow, name: string, password: string | null): Promise<UserRow> {
    const user = await this.#people.create({ email: row.email, name, password, role: row.role });
    const { projects, groups } = describe(row);
    const there = new Set(
      (await this.#catalog.selectFrom('projects').select('slug').execute()).map(({ slug }) => slug),
    );
    const roles = projects.filter(({ project }) => there.has(project));
    if (roles.length > 0)
      await this.#catalog
        .insertInto('project_roles')
        .values(roles.map((given) => ({ user_id: user.id, ...given })))
        .execute();
    const known = groups.length === 0 ? [] : await this.#knownGroups(groups);
    if (known.length > 0)
      await this.#catalog
        .insertInto('group_members')
        .values(known.map((group_id) => ({ group_id, user_id: user.id, origin: 'manual' as const })))
        .execute();
    await this.revoke(row.id);
    return user;
  }

  async #require(token: string): Promise<InvitationRow> {
    const row = await this.#catalog
      .selectFrom('invitations')
      .selectAll()
      .where('token_hash', '=', hashToken(token))
      .where('expires_at', '>', new Date(this.#now()).toISOString())
      .executeTakeFirst();
    if (row === undefined)
      throw new MoalogError(
        'not_found',
        'This invitation was used, taken back, or is over a week old; ask for another.',
      );
    return row;
  }

  async #knownGroups(ids: readonly string[]): Promise<string[]> {
    const rows = await this.#catalog
      .selectFrom('groups')
      .select('id')
      .where('id', 'in', [...ids])
      .execute();
    return rows.map(({ id }) => id);
  }

  async #requireGroups(ids: readonly string[]): Promise<void> {
    const known = new Set(ids.length === 0 ? [] : await this.#knownGroups(ids));
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw new MoalogError('invalid_request', `groups: there is no group ${unknown}.`);
  }
}

const describe = (row: InvitationRow): Invitation =>
  invitationSchema.parse({
    id: row.id,
    email: row.email,
    role: row.role,
    projects: JSON.parse(row.projects),
    groups: JSON.parse(row.groups),
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  });
