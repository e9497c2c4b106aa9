import { Gauge, type Registry } from 'prom-client';
import type { Fleet } from './fleet.ts';

/** `moalog_fleet_agents{project,state}`: counted when Prometheus asks. */
export function fleetMetrics(registry: Registry, fleet: Fleet): void {
  new Gauge({
    name: 'moalog_fleet_agents',
    help: 'Agents and expected hosts by state; one in several states counts in each',
    labelNames: ['project', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const project of await fleet.projects()) {
        const { counts } = await fleet.describe([project]);
        for (const [state, agents] of Object.entries(counts)) this.set({ project, state }, agents);
      }
    },
  });
}
