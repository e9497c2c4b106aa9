import type { Catalog, ProjectRow } from '#catalog';

/** How long a look-up is remembered; ingestion asks for each request. */
const CACHE_MS = 10_000;

export class Projects {
  readonly #catalog: Catalog;
  readonly #known = new Map<string, number>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  async list(): Promise<ProjectRow[]> {
    return this.#catalog.selectFrom('projects').selectAll().orderBy('created_at').execute();
  }

  async exists(slug: string): Promise<boolean> {
    if ((this.#known.get(slug) ?? 0) > Date.now()) return true;
    const found = await this.#catalog.selectFrom('projects').select('slug').where('slug', '=', slug).executeTakeFirst();
    if (found !== undefined) this.#known.set(slug, Date.now() + CACHE_MS);
    return found !== undefined;
  }

  /** Makes the project when it is not there yet. */
  async ensure(slug: string, name: string): Promise<void> {
    await this.#catalog
      .insertInto('projects')
      .values({ slug, name, created_at: new Date().toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
