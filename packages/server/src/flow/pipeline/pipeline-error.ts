/** Why a pipeline is refused, and where: `path` as `processors.2.pattern`; `from` and `to` are characters of the text at that path. */
export interface PipelinePlace {
  readonly path: string;
  readonly message: string;
  readonly from?: number;
  readonly to?: number;
}

/** A pipeline that cannot be used. Whoever was given it answers `invalid_pipeline` with the places. */
export class PipelineError extends Error {
  readonly places: readonly PipelinePlace[];

  constructor(places: readonly PipelinePlace[]) {
    super(places.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '));
    this.name = 'PipelineError';
    this.places = places;
  }
}

export const refuse = (path: string, message: string, span: { from?: number; to?: number } = {}): PipelineError =>
  new PipelineError([{ path, message, ...span }]);
