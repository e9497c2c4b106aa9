import { agentCommand, HELP } from '@moalog/agent';
import type { Command } from '../command.ts';

export const agent: Command = {
  name: 'agent',
  summary: 'follow log files and send them, as moalog-agent does',
  help: () => HELP.replaceAll('moalog-agent ', 'moalog agent '),
  run: (argv) => agentCommand(argv),
};
