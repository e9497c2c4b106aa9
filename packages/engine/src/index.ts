export { type Engine, type EngineOptions, EngineStartError, type EngineState, startEngine } from './supervisor.ts';
export { isEngineUnavailable } from './unavailable.ts';
