import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type AgentConfig, readConfig } from './config.ts';
import { ConfigError } from './shape.ts';

/** Reads a YAML or JSON file; paths in it are relative to it. Throws ConfigError. */
export async function loadConfig(file: string): Promise<AgentConfig> {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  let given: unknown;
  try {
    // Loaded when it is needed: it takes 3 MB of memory.
    given = file.endsWith('.json') ? JSON.parse(content) : (await import('yaml')).parse(content);
  } catch (error) {
    throw new ConfigError(`${file}: ${messageOf(error)}`, { cause: error });
  }
  const config = readConfig(given);
  const absolute = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : path.resolve(path.dirname(path.resolve(file)), name);
  return {
    ...config,
    ca: absolute(config.ca),
    keyFile: absolute(config.keyFile),
    stateDir: path.resolve(path.dirname(path.resolve(file)), config.stateDir),
  };
}

/** The key itself. Throws ConfigError when its file cannot be read. */
export function readKey({ key, keyFile }: Pick<AgentConfig, 'key' | 'keyFile'>): string {
  if (keyFile === undefined) return key ?? '';
  try {
    return readFileSync(keyFile, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`keyFile: ${messageOf(error)}`, { cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
