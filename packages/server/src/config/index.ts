export { type ExplainedOption, explainConfig } from './explain.ts';
export type { ListenerConfig, ListenerProtocol } from './listeners.ts';
export { ConfigError, flagName, type LoadedConfig, loadConfig, type Origin, variableName } from './load.ts';
export { type Config, OPTIONS, type OptionName } from './schema.ts';
