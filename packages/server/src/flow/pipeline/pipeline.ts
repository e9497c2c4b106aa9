import type { Definition, Node } from './definition.ts';

/** A project's pipeline in one of its versions, read and found good. */
export interface Pipeline {
  /** Number of the version, as its events carry it. */
  readonly version: string;
  readonly nodes: readonly Node[];
  /** Whether events keep the line they were made of, in `moalog.raw`. */
  readonly keepRaw: boolean;
  /** The store refuses statements with its processors; they are left out, and its events say so. */
  readonly isRefused?: boolean;
}

export const pipelineOf = (version: string, { nodes, keepRaw }: Definition): Pipeline => ({ version, nodes, keepRaw });
