export { compileLoad, compileSelect, EVERYTHING, type LoadPart, STATEMENT_SETTINGS } from './compile.ts';
export { type Definition, readDefinition, readDefinitionText } from './definition.ts';
export { FRAME_INDEX_COLUMNS, type LoadShape } from './framed-lines.ts';
export { type Pipeline, pipelineOf } from './pipeline.ts';
export { PipelineError, type PipelinePlace } from './pipeline-error.ts';
