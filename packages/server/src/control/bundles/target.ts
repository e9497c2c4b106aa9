import type { AgentSetup } from '@moalog/contract';

/** What a configuration is made of. */
export interface Delivery {
  readonly setup: AgentSetup;
  /** Address of the server as agents reach it, without a slash at the end. */
  readonly address: string;
  readonly key: string;
}

export interface BundleFile {
  readonly name: string;
  readonly content: string | Buffer;
  readonly isExecutable?: true;
}

/** An agent that a configuration can be made for. */
export interface Target {
  /** Configuration files; the first is the main one. */
  files(delivery: Delivery): BundleFile[];
  /** What to do with them, a line each, in English and Korean. */
  steps(delivery: Delivery): { readonly en: readonly string[]; readonly ko: readonly string[] };
}

/** Fields of every event. */
export function fieldsOf({ service, environment, labels }: AgentSetup): Record<string, string> {
  return { ...labels, ...(service && { service }), ...(environment && { environment }) };
}

/** A line that begins an event, for agents that know no traces: a time, a level, a bracket, JSON. */
const EVENT_START = String.raw`^(\d|\[|\{|<\d|[A-Z]{4,5}\b|[A-Z][a-z]{2} +\d)`;

/** RE2 for the first line of an event; null when every line is one. */
export function startPattern({ multiline }: AgentSetup): string | null {
  if (multiline === undefined) return null;
  return 'start' in multiline ? multiline.start : EVENT_START;
}

/** Of a text, for a regular expression of any dialect. */
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);

/** RE2 that finds lines to leave out; null when there are none. */
export function dropPattern({ dropContaining }: AgentSetup): string | null {
  return dropContaining.length === 0 ? null : dropContaining.map(escaped).join('|');
}
