import { agentCommand } from './command-line.ts';

process.exitCode = await agentCommand(process.argv.slice(2));
