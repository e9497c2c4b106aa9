export { EventLine } from './event-line.ts';
export { EventLines } from './event-lines.ts';
export { asObject, parseExactly } from './exact-json.ts';
export { toEventLines } from './split-json.ts';
export { inTurns, textLines } from './turns.ts';
