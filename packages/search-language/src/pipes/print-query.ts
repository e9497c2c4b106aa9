import type { SearchNode } from '../tree.ts';
import { GRAMMARS } from './grammar/index.ts';
import { printSearch } from './print.ts';
import type { Pipe, PipeName, PipeOf } from './tree.ts';

/** Text that is read as the same query. */
export function printQuery(filter: SearchNode | null, pipes: readonly Pipe[]): string {
  const parts = [printSearch(filter), ...pipes.map((pipe) => `| ${pipe.pipe}${printArguments(pipe)}`)];
  return parts.filter((part) => part !== '').join(' ');
}

function printArguments<K extends PipeName>(pipe: PipeOf<K>): string {
  return GRAMMARS[pipe.pipe].print(pipe);
}
