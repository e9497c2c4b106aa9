import type { PipeName, PipeOf } from '@moalog/search-language/pipes';
import type { Context, Rows } from './rows.ts';

/** One pipe: from the rows before it to the rows behind it. */
export type Compiler<K extends PipeName> = (pipe: PipeOf<K>, rows: Rows, context: Context) => Rows;
