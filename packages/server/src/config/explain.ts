import type { LoadedConfig, Origin } from './load.ts';
import { flagName, variableName } from './load.ts';
import { OPTIONS, type OptionName } from './schema.ts';

export interface ExplainedOption {
  readonly name: OptionName;
  readonly flag: string;
  readonly variable: string;
  readonly help: string;
  /** Text of the value in force; '(secret)' for secrets that are set, '' for nothing. */
  readonly value: string;
  readonly default: string;
  readonly origin: Origin;
}

/** What is in force and where each value came from, for `moalog config` and the docs. */
export function explainConfig(loaded: LoadedConfig): ExplainedOption[] {
  return (Object.keys(OPTIONS) as OptionName[]).map((name) => {
    const option = OPTIONS[name];
    const value = loaded.config[name];
    const standard = option.schema.safeParse(undefined);
    return {
      name,
      flag: `--${flagName(name)}`,
      variable: variableName(name),
      help: option.help,
      value: value === undefined ? '' : 'secret' in option ? '(secret)' : asText(value),
      default: standard.success && standard.data !== undefined ? asText(standard.data) : '',
      origin: loaded.origins[name],
    };
  });
}

const asText = (value: LoadedConfig['config'][OptionName]): string =>
  Array.isArray(value) ? value.map(({ url }) => url).join(' ') : String(value);
