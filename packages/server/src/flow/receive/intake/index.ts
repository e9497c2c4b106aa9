export { answerErrors } from './answer-errors.ts';
export { Body } from './body.ts';
export type { Preview } from './draft.ts';
export { type Arrival, createIntake, type Delivery, type Intake, type IntakeParts } from './intake.ts';
export { headerValue, queryParameter, takeKeyFrom } from './key-place.ts';
export { knownError } from './known-error.ts';
export { type Lines, linesOf } from './lines.ts';
