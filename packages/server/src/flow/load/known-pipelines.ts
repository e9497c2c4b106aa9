import type { Logger } from 'pino';
import { type Pipeline, PipelineError, pipelineOf, readDefinitionText } from '#pipeline';

/** Versions of pipelines as they were saved; `control` implements it, main.ts connects them. */
export interface PipelineTexts {
  /**
   * By project slug, of a segment. The same for the same segment however often it is asked: a segment that is loaded again after a crash must be
   * cut into the same statements, or its events are stored twice.
   */
  inForce(firstEventId: bigint): Promise<ReadonlyMap<string, { readonly version: number; readonly text: string }>>;
}

/** The pipelines by which segments are loaded, each version read once. */
export class KnownPipelines {
  readonly #texts: PipelineTexts;
  readonly #log: Logger;
  readonly #read = new Map<string, { readonly version: number; readonly pipeline: Pipeline | null }>();

  constructor(texts: PipelineTexts, log: Logger) {
    this.#texts = texts;
    this.#log = log;
  }

  /** Projects whose pipeline does nothing are not in it. */
  async inForce(firstEventId: bigint): Promise<ReadonlyMap<string, Pipeline>> {
    const all = new Map<string, Pipeline>();
    for (const [project, { version, text }] of await this.#texts.inForce(firstEventId)) {
      const pipeline = this.#pipeline(project, version, text);
      if (pipeline !== null) all.set(project, pipeline);
    }
    return all;
  }

  #pipeline(project: string, version: number, text: string): Pipeline | null {
    const known = this.#read.get(project);
    if (known?.version === version) return known.pipeline;
    let pipeline: Pipeline | null = null;
    try {
      const read = pipelineOf(String(version), readDefinitionText(text));
      pipeline = read.nodes.length === 0 && !read.keepRaw ? null : read;
    } catch (error) {
      // It was good when it was saved: this is another Moalog. Events are stored as they were sent.
      if (!(error instanceof PipelineError)) throw error;
      this.#log.error(
        { event: 'pipeline_unreadable', project, version, why: error.message },
        'a pipeline cannot be read any more; events are stored without it',
      );
    }
    this.#read.set(project, { version, pipeline });
    return pipeline;
  }
}
