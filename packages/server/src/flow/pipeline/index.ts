export {
  compileLoad,
  compilePreview,
  compileSelect,
  type LoadPart,
  type PreviewStatement,
  STATEMENT_SETTINGS,
} from './compile.ts';
export { placesInText, readDefinitionText } from './definition.ts';
export { FRAME_INDEX_COLUMNS, type LoadShape } from './framed-lines.ts';
export { type Pipeline, pipelineOf } from './pipeline.ts';
export { PipelineError, type PipelinePlace } from './pipeline-error.ts';
export { PROCESSORS } from './processors/index.ts';
export { compileSignalLoad, compileSignalSelect } from './signals.ts';
export { suggestionsFor } from './suggest.ts';
