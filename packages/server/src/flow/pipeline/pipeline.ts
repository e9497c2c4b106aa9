import type { Definition, Node } from './definition.ts';

/** A project's pipeline in one of its versions, read and found good. */
export interface Pipeline {
  /** Number of the version, as its events carry it. */
  readonly version: string;
  readonly nodes: readonly Node[];
}

export const pipelineOf = (version: string, { nodes }: Definition): Pipeline => ({ version, nodes });
