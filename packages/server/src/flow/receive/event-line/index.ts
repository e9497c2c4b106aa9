export { documentTexts } from './documents.ts';
export { EventLine } from './event-line.ts';
export { EventLines } from './event-lines.ts';
export { asObject, parseExactly, parseOr, textOf } from './exact-json.ts';
export { JsonCursor } from './json-cursor.ts';
export { ENVIRONMENT_NAMES, HOST_NAMES, LEVEL_NAMES, SERVICE_NAMES } from './names.ts';
export { toEventLines } from './split-json.ts';
export { inTurns, textLines } from './turns.ts';
