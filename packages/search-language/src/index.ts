export { type CursorContext, describeCursor } from './cursor.ts';
export { addCondition, addText, quoteField, quoteValue } from './edit.ts';
export { nearestOf } from './nearest.ts';
export { type ParsedSearch, parseSearch } from './parse.ts';
export type { Diagnostic, Pattern, SearchNode, Span, Test, Token } from './tree.ts';
