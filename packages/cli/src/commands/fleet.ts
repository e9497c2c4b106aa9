import { readFileSync } from 'node:fs';
import { type FleetMember, type FleetResponse, problemSchema } from '@moalog/contract';
import { type Command, CommandError, readCommandLine, UsageError } from '../command.ts';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf, unreachable } from '../connection/connect.ts';

export const fleet: Command = {
  name: 'fleet',
  summary: 'list agents, or check that none is missing or in trouble',
  help: () => `moalog fleet [list] [OPTIONS]               agents and expected hosts, those in trouble first
moalog fleet check [--expect FILE] [OPTIONS] exit code 1 when one is missing, dead, stalled, silent or failing

  --project P    the project (default)
  --expect FILE  hosts that must be there, one a line or the first column of a CSV file
  --json         JSON in place of text
${CONNECTION_HELP}`,

  async run(argv) {
    const { values, positionals } = readCommandLine(argv, {
      ...CONNECTION_OPTIONS,
      project: { type: 'string', default: 'default' },
      expect: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [what = 'list', ...rest] = positionals;
    if (rest.length > 0 || (what !== 'list' && what !== 'check')) throw new UsageError('fleet takes list or check');
    const connection = connectionOf(values);
    const response = await fetch(`${connection.url}/api/v1/fleet?${new URLSearchParams({ project: values.project })}`, {
      headers: { authorization: `Bearer ${connection.key}` },
    }).catch((error: unknown) => {
      throw unreachable(connection.url, error);
    });
    if (!response.ok) throw new CommandError(problemSchema.parse(await response.json()).detail);
    const { members } = (await response.json()) as FleetResponse; // shape of the contract
    const all = [...absent(values.expect, members), ...members.map(lineOf)];
    process.stdout.write(
      values.json
        ? `${JSON.stringify(all)}\n`
        : all
            .map(({ host, state, detail }) => `${state.padEnd(14)} ${host}${detail === '' ? '' : `  ${detail}`}\n`)
            .join(''),
    );
    return what === 'check' && all.some(({ state }) => TROUBLE.has(state)) ? 1 : 0;
  },
};

const TROUBLE = new Set(['missing', 'dead', 'stalled', 'silent', 'failing']);

interface Line {
  readonly host: string;
  readonly state: string;
  readonly detail: string;
}

const lineOf = ({ host, states }: FleetMember): Line => ({
  host,
  state: states[0]?.state ?? 'healthy',
  detail: states.map(({ detail, since }) => `${detail} (since ${since})`).join('; '),
});

/** Hosts of the file from which no agent was heard. Throws CommandError. */
function absent(file: string | undefined, members: readonly FleetMember[]): Line[] {
  if (file === undefined) return [];
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const known = new Set(members.map(({ host }) => host.toLowerCase()));
  return content
    .split('\n')
    .map((line) => (line.split(',')[0] ?? '').trim().replace(/^"(.*)"$/, '$1'))
    .filter((host) => host !== '' && host !== 'host' && !known.has(host.toLowerCase()))
    .map((host) => ({ host, state: 'missing', detail: `in ${file}, and no agent was heard from it` }));
}
