export { Body } from './body.ts';
export { type Arrival, createIntake, type Intake, type IntakeParts } from './intake.ts';
export { type Lines, linesOf } from './lines.ts';
