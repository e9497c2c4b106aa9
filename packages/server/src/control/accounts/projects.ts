import {
  AUDIT_PROJECT,
  type ChangeProjectRequest,
  type CreateProjectRequest,
  type ProjectInfo,
} from '@moalog/contract';
import type { Catalog, ProjectRow } from '#catalog';
import { MoalogError } from '#errors';
import type { Usage } from './usage.ts';

/** How long a look-up is remembered; ingestion asks for each request. */
const CACHE_MS = 10_000;
/** Marks of projects that choose none, taken in turn: told apart on light and dark. */
const COLOURS = ['#4c6ef5', '#12b886', '#f59f00', '#e64980', '#15aabf', '#7950f2', '#82c91e', '#fd7e14'];

/** Projects: what belongs together, with limits of its own. */
export class Projects {
  readonly #catalog: Catalog;
  readonly #usage: Usage;
  readonly #known = new Map<string, { row: ProjectRow; until: number }>();

  constructor(catalog: Catalog, usage: Usage) {
    this.#catalog = catalog;
    this.#usage = usage;
  }

  /** All but those that are being deleted and the audit log's, oldest first. */
  async list(): Promise<ProjectRow[]> {
    return this.#catalog
      .selectFrom('projects')
      .selectAll()
      .where('state', '!=', 'deleting')
      .where('slug', '!=', AUDIT_PROJECT)
      .orderBy('created_at')
      .orderBy('slug')
      .execute();
  }

  /** The project, unless there is none or it is being deleted. */
  async find(slug: string): Promise<ProjectRow | null> {
    const cached = this.#known.get(slug);
    if (cached !== undefined && cached.until > Date.now()) return cached.row;
    const row = await this.#catalog
      .selectFrom('projects')
      .selectAll()
      .where('slug', '=', slug)
      .where('state', '!=', 'deleting')
      .executeTakeFirst();
    if (row === undefined) return null;
    this.#known.set(slug, { row, until: Date.now() + CACHE_MS });
    return row;
  }

  async require(slug: string): Promise<ProjectRow> {
    const row = await this.find(slug);
    if (row === null) throw new MoalogError('unknown_project', `There is no project ${slug}.`);
    return row;
  }

  /** Makes the project when it is not there yet. */
  async ensure(slug: string, name: string, retentionDays: number | null = null): Promise<void> {
    const colour = COLOURS[0] ?? '';
    await this.#catalog
      .insertInto('projects')
      .values({ ...blank(slug, name), colour, retention_days: retentionDays })
      .onConflict((conflict) =>
        retentionDays === null
          ? conflict.doNothing()
          : conflict.column('slug').doUpdateSet({ retention_days: retentionDays }),
      )
      .execute();
  }

  /** Rejects with `conflict` when the slug is taken, by a project that is being deleted too. */
  async create(wanted: CreateProjectRequest): Promise<ProjectInfo> {
    const slug = wanted.slug ?? slugOf(wanted.name);
    const { count } = await this.#catalog
      .selectFrom('projects')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('slug', '!=', AUDIT_PROJECT)
      .executeTakeFirstOrThrow();
    const colour = wanted.colour ?? COLOURS[count % COLOURS.length] ?? '';
    const done = await this.#catalog
      .insertInto('projects')
      .values({ ...blank(slug, wanted.name), colour, ...limitColumns(wanted.limits) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if ((done.numInsertedOrUpdatedRows ?? 0n) === 0n)
      throw new MoalogError('conflict', `There is a project ${slug} already; choose another slug.`);
    await this.#setEnvironments(slug, wanted.environments ?? []);
    return this.describe(await this.require(slug));
  }

  async change(slug: string, wanted: ChangeProjectRequest): Promise<ProjectInfo> {
    await this.require(slug);
    const columns = {
      ...(wanted.name !== undefined && { name: wanted.name }),
      ...(wanted.colour !== undefined && { colour: wanted.colour }),
      ...(wanted.state !== undefined && { state: wanted.state }),
      ...limitColumns(wanted.limits),
    };
    if (Object.keys(columns).length > 0)
      await this.#catalog
        .updateTable('projects')
        .set(columns)
        .where('slug', '=', slug)
        .where('state', '!=', 'deleting')
        .execute();
    if (wanted.environments !== undefined) await this.#setEnvironments(slug, wanted.environments);
    this.#known.delete(slug);
    return this.describe(await this.require(slug));
  }

  /** From now on nobody finds it; its events and its row go by `forget`. */
  async beginDeleting(slug: string): Promise<void> {
    await this.#catalog.updateTable('projects').set({ state: 'deleting' }).where('slug', '=', slug).execute();
    this.#known.delete(slug);
  }

  async deleting(): Promise<string[]> {
    const rows = await this.#catalog.selectFrom('projects').select('slug').where('state', '=', 'deleting').execute();
    return rows.map((row) => row.slug);
  }

  async forget(slug: string): Promise<void> {
    this.#usage.forget(slug);
    await this.#catalog.deleteFrom('projects').where('slug', '=', slug).where('state', '=', 'deleting').execute();
  }

  /** Days by slug, of projects that have a retention of their own. */
  async retention(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#catalog
      .selectFrom('projects')
      .select(['slug', 'retention_days'])
      .where('retention_days', 'is not', null)
      .execute();
    return new Map(rows.map((row) => [row.slug, row.retention_days ?? 0]));
  }

  async describe(row: ProjectRow): Promise<ProjectInfo> {
    const environments = await this.#catalog
      .selectFrom('environments')
      .select('name')
      .where('project', '=', row.slug)
      .orderBy('name')
      .execute();
    return {
      slug: row.slug,
      name: row.name,
      colour: row.colour,
      state: row.state,
      environments: environments.map((environment) => environment.name),
      limits: {
        eventsPerSecond: row.max_events_per_second,
        bytesPerDay: row.max_bytes_per_day,
        retentionDays: row.retention_days,
      },
      usage: await this.#usage.today(row.slug),
      createdAt: row.created_at,
    };
  }

  async #setEnvironments(project: string, names: readonly string[]): Promise<void> {
    await this.#catalog.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('environments').where('project', '=', project).execute();
      const rows = [...new Set(names)].map((name) => ({ project, name }));
      if (rows.length > 0) await transaction.insertInto('environments').values(rows).execute();
    });
  }
}

const blank = (slug: string, name: string) => ({
  slug,
  name,
  created_at: new Date().toISOString(),
  state: 'active' as const,
  retention_days: null,
  max_events_per_second: null,
  max_bytes_per_day: null,
});

function limitColumns(limits: CreateProjectRequest['limits'] = {}) {
  return {
    ...(limits.eventsPerSecond !== undefined && { max_events_per_second: limits.eventsPerSecond }),
    ...(limits.bytesPerDay !== undefined && { max_bytes_per_day: limits.bytesPerDay }),
    ...(limits.retentionDays !== undefined && { retention_days: limits.retentionDays }),
  };
}

/** `Shop Seoul (AWS)` → `shop-seoul-aws`. A name without Latin letters and digits needs a slug of its own. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replaceAll(/^-+|-+$/g, '');
  if (slug === '')
    throw new MoalogError(
      'invalid_request',
      `No slug can be made from the name ${name}; give one: lower-case letters, digits, dashes.`,
      {
        places: [{ path: 'slug', message: 'required for this name' }],
      },
    );
  return slug;
}
