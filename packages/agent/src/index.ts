export { Agent } from './agent.ts';
export { agentCommand, HELP } from './command-line.ts';
