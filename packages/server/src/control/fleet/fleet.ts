import { AGENT_STATES, type FleetMember, type FleetResponse, type Heartbeat, heartbeatSchema } from '@moalog/contract';
import type { AgentRow, Catalog } from '#catalog';
import { type Health, nextHealth, statesOf } from './health.ts';

/** Which agents there are and which there should be, and what is wrong with them. */
export class Fleet {
  readonly #catalog: Catalog;
  /** Version of the server, which its agents are to have. */
  readonly #version: string;

  constructor(catalog: Catalog, version: string) {
    this.#catalog = catalog;
    this.#version = version;
  }

  /** Registers the agent when it is new. */
  async heard(project: string, heartbeat: Heartbeat, now: number = Date.now()): Promise<void> {
    const before = await this.#find(project, heartbeat.id);
    const health = nextHealth(before === undefined ? null : healthOf(before), heartbeat, now, this.#version);
    const fresh = {
      host: heartbeat.host,
      report: JSON.stringify(heartbeat),
      health: JSON.stringify(health),
      last_seen_at: new Date(now).toISOString(),
    };
    await this.#catalog
      .insertInto('agents')
      .values({ id: heartbeat.id, project, first_seen_at: fresh.last_seen_at, ...fresh })
      .onConflict((conflict) => conflict.columns(['project', 'id']).doUpdateSet(fresh))
      .execute();
  }

  /** Agents and expected hosts of projects; those that need somebody first. */
  async describe(projects: readonly string[], now: number = Date.now()): Promise<FleetResponse> {
    const [agents, expected] = await Promise.all([
      this.#catalog.selectFrom('agents').selectAll().where('project', 'in', projects).execute(),
      this.#catalog.selectFrom('expected_hosts').selectAll().where('project', 'in', projects).execute(),
    ]);
    const place = (project: string, host: string): string => `${project} ${host.toLowerCase()}`;
    const expectedPlaces = new Set(expected.map(({ project, host }) => place(project, host)));
    const heardPlaces = new Set(agents.map(({ project, host }) => place(project, host)));
    const members = [
      ...agents.map((row) => memberOf(row, expectedPlaces.has(place(row.project, row.host)), now)),
      ...expected.filter(({ project, host }) => !heardPlaces.has(place(project, host))).map(missing),
    ];
    const urgency = ({ states }: FleetMember): number =>
      Math.min(AGENT_STATES.length, ...states.map(({ state }) => AGENT_STATES.indexOf(state)));
    members.sort((a, b) => urgency(a) - urgency(b) || (a.host < b.host ? -1 : 1));
    return { members, counts: countsOf(members) };
  }

  /** The whole list; hosts that were in it before keep the time since when they are expected. */
  async expect(project: string, hosts: readonly string[]): Promise<void> {
    const createdAt = new Date().toISOString();
    const rows = [...new Set(hosts)].map((host) => ({ project, host, created_at: createdAt }));
    await this.#catalog.transaction().execute(async (transaction) => {
      const before = await transaction
        .selectFrom('expected_hosts')
        .selectAll()
        .where('project', '=', project)
        .execute();
      const known = new Map(before.map((row) => [row.host, row.created_at]));
      await transaction.deleteFrom('expected_hosts').where('project', '=', project).execute();
      for (let at = 0; at < rows.length; at += 500)
        await transaction
          .insertInto('expected_hosts')
          .values(
            rows.slice(at, at + 500).map((row) => ({ ...row, created_at: known.get(row.host) ?? row.created_at })),
          )
          .execute();
    });
  }

  /** Forgets an agent that was taken out of service; one that still runs comes back. False when there is none. */
  async forget(project: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#catalog
      .deleteFrom('agents')
      .where('project', '=', project)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** Slugs of projects that have agents or expect hosts. */
  async projects(): Promise<string[]> {
    const [agents, expected] = await Promise.all([
      this.#catalog.selectFrom('agents').select('project').distinct().execute(),
      this.#catalog.selectFrom('expected_hosts').select('project').distinct().execute(),
    ]);
    return [...new Set([...agents, ...expected].map(({ project }) => project))];
  }

  async #find(project: string, id: string): Promise<AgentRow | undefined> {
    return this.#catalog
      .selectFrom('agents')
      .selectAll()
      .where('project', '=', project)
      .where('id', '=', id)
      .executeTakeFirst();
  }
}

const healthOf = (row: AgentRow): Health => JSON.parse(row.health) as Health; // written by `heard`

function memberOf(row: AgentRow, expected: boolean, now: number): FleetMember {
  const health = healthOf(row);
  const report = heartbeatSchema.parse(JSON.parse(row.report));
  const states = statesOf(health, report, Date.parse(row.last_seen_at), now);
  return {
    id: row.id,
    project: row.project,
    host: row.host,
    expected,
    states: states.map(({ since, ...rest }) => ({ ...rest, since: new Date(since).toISOString() })),
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    eventsPerMinute: health.usualPerMinute,
    report,
  };
}

const missing = ({ project, host, created_at: since }: { project: string; host: string; created_at: string }) => ({
  ...{ id: null, project, host, expected: true },
  states: [{ state: 'missing' as const, since, detail: 'no agent was heard from this host' }],
  ...{ firstSeenAt: null, lastSeenAt: null, eventsPerMinute: null, report: null },
});

function countsOf(members: readonly FleetMember[]): FleetResponse['counts'] {
  const of = (state: (typeof AGENT_STATES)[number]): number =>
    members.filter(({ states }) => states.some((each) => each.state === state)).length;
  return {
    healthy: members.filter(({ states }) => states.length === 0).length,
    missing: of('missing'),
    dead: of('dead'),
    stalled: of('stalled'),
    silent: of('silent'),
    failing: of('failing'),
    version_drift: of('version_drift'),
    clock_skew: of('clock_skew'),
  };
}
