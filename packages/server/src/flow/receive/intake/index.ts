export { answerErrors } from './answer-errors.ts';
export type { Arrival, Delivery, Stream } from './arrival.ts';
export { Body } from './body.ts';
export type { Preview } from './draft.ts';
export { createIntake, type Intake, type IntakeParts } from './intake.ts';
export { headerValue, queryParameter, takeKeyFrom } from './key-place.ts';
export { knownError } from './known-error.ts';
export { type Lines, linesOf } from './lines.ts';
