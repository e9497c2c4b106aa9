export { compileLoad, compileSelect, FRAME_INDEX_COLUMNS, type LoadShape } from './compile.ts';
