import type { PipelineAnswer, PipelineVersion } from '@moalog/contract';
import type { Catalog } from '#catalog';
import { MoalogError } from '#errors';

/** A version in force, as text. */
export interface PipelineText {
  readonly version: number;
  readonly text: string;
}

const NO_PIPELINE: PipelineVersion & { readonly text: string } = {
  version: 0,
  text: '',
  createdAt: '',
  createdBy: '',
  note: '',
};

const padded = (eventId: bigint): string => eventId.toString().padStart(20, '0');

/**
 * The pipelines of projects, all versions of them. Which version a segment is loaded by depends on its first event id alone, so that it is the same
 * when the segment is loaded again after a crash.
 */
export class Pipelines {
  readonly #catalog: Catalog;
  readonly #acceptedBelow: () => bigint;
  #saving: Promise<unknown> = Promise.resolve();

  /** `acceptedBelow` is greater than the ids of all events accepted so far: the first id that a version saved now is for. */
  constructor(catalog: Catalog, acceptedBelow: () => bigint) {
    this.#catalog = catalog;
    this.#acceptedBelow = acceptedBelow;
  }

  /** By project slug, for a segment. Waits for versions that are being saved: they may be for it. */
  async inForce(firstEventId: bigint): Promise<ReadonlyMap<string, PipelineText>> {
    await this.#saving;
    const rows = await this.#catalog
      .selectFrom('pipeline_versions as p')
      .select(['p.project', 'p.version', 'p.text'])
      .where('p.version', '=', (eb) =>
        eb
          .selectFrom('pipeline_versions as q')
          .select((each) => each.fn.max('q.version').as('newest'))
          .whereRef('q.project', '=', 'p.project')
          .where('q.from_event_id', '<=', padded(firstEventId)),
      )
      .execute();
    return new Map(rows.map(({ project, version, text }) => [project, { version: Number(version), text }]));
  }

  async newest(project: string): Promise<PipelineAnswer> {
    const row = await this.#catalog
      .selectFrom('pipeline_versions')
      .selectAll()
      .where('project', '=', project)
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? { project, ...NO_PIPELINE } : { project, text: row.text, ...described(row) };
  }

  async version(project: string, version: number): Promise<PipelineAnswer> {
    if (version === 0) return { project, ...NO_PIPELINE };
    const row = await this.#catalog
      .selectFrom('pipeline_versions')
      .selectAll()
      .where('project', '=', project)
      .where('version', '=', version)
      .executeTakeFirst();
    if (row === undefined)
      throw new MoalogError('not_found', `The pipeline of the project ${project} has no version ${version}.`);
    return { project, text: row.text, ...described(row) };
  }

  /** Newest first. */
  async versions(project: string): Promise<PipelineVersion[]> {
    const rows = await this.#catalog
      .selectFrom('pipeline_versions')
      .select(['version', 'note', 'created_at', 'created_by'])
      .where('project', '=', project)
      .orderBy('version', 'desc')
      .execute();
    return rows.map(described);
  }

  /** Saves a text that was found good. Rejects with `conflict` when `base` is not the newest version. */
  async save(
    project: string,
    { text, note, by, base }: { text: string; note: string; by: string; base: number | undefined },
  ): Promise<PipelineAnswer> {
    const saved = this.#saving.then(async () => {
      const { version: newest } = await this.newest(project);
      if (base !== undefined && base !== newest)
        throw new MoalogError(
          'conflict',
          `The pipeline is at version ${newest} by now, and ${base} was edited. Look at what changed, and save again.`,
        );
      const row = {
        project,
        version: newest + 1,
        text,
        note,
        // No load begins until it is written, and those that run are of segments below it.
        from_event_id: padded(this.#acceptedBelow()),
        created_at: new Date().toISOString(),
        created_by: by,
      };
      await this.#catalog.insertInto('pipeline_versions').values(row).execute();
      return { project, text, ...described(row) };
    });
    this.#saving = saved.catch(() => undefined);
    return saved;
  }
}

const described = (row: {
  version: number;
  note: string;
  created_at: string;
  created_by: string;
}): PipelineVersion => ({
  version: Number(row.version),
  createdAt: row.created_at,
  createdBy: row.created_by,
  note: row.note,
});
