import type { Body } from '../intake/index.ts';
import { DocumentPacker } from './document-packer.ts';

const NEWLINE = 10;

type BulkAction = 'index' | 'create' | 'update' | 'delete';
const ACTIONS: ReadonlySet<string> = new Set<BulkAction>(['index', 'create', 'update', 'delete']);

/** Why an item is refused; label of the metric. */
type RefusedReason = 'broken_action' | 'unsupported_action' | 'missing_document';

/** One action of the request, in order. */
export interface BulkItem {
  readonly action: BulkAction;
  /** '' when neither the action nor the URL names one. */
  readonly index: string;
  readonly id: string | null;
  /** Run that holds its document, or why there is none. */
  readonly fate: { readonly run: number } | { readonly refused: RefusedReason; readonly why: string };
}

/** Documents that follow each other and go to the same index. */
export interface BulkRun {
  readonly index: string;
  readonly payload: Buffer;
  readonly rows: number;
}

export interface BulkRequest {
  readonly items: readonly BulkItem[];
  readonly runs: readonly BulkRun[];
}

interface ActionLine {
  readonly action: BulkAction;
  readonly index: string;
  readonly id: string | null;
}

/**
 * Takes a bulk body apart: an action line, then (but for `delete`) a document line. Documents are moved together within the body and
 * never parsed; one that is no JSON is stored as text. A broken action line costs its own item alone.
 */
export function parseBulk(body: Body, urlIndex: string): BulkRequest {
  const bytes = body.terminated;
  const lines = new LineReader(bytes);
  const packer = new DocumentPacker(bytes);
  const readAction = actionReader(urlIndex);
  const items: BulkItem[] = [];
  const open: { index: string; start: number; end: number; rows: number }[] = [];

  for (let line = lines.next(); line !== null; line = lines.next()) {
    if (isBlank(bytes, line)) continue;
    const action = readAction(bytes.subarray(line.start, line.end));
    if (action === null) {
      skipDocument(lines, bytes, readAction);
      const why = `Malformed action/metadata line [${line.number}], expected {"create":{…}} or {"index":{…}}.`;
      items.push({ action: 'index', index: urlIndex, id: null, fate: { refused: 'broken_action', why } });
      continue;
    }
    const document = action.action === 'delete' ? null : lines.next();
    const fate = refuse(action, document, bytes);
    if (fate !== null || document === null) {
      items.push({ ...action, fate: fate ?? MISSING });
      continue;
    }
    let run = open.at(-1);
    if (run === undefined || run.index !== action.index) {
      run = { index: action.index, start: packer.length, end: packer.length, rows: 0 };
      open.push(run);
    }
    packer.add(document.start, document.end, action.id);
    run.end = packer.length;
    run.rows++;
    items.push({ ...action, fate: { run: open.length - 1 } });
  }
  return {
    items,
    runs: open.map(({ index, start, end, rows }) => ({ index, rows, payload: packer.slice(start, end) })),
  };
}

const MISSING = {
  refused: 'missing_document',
  why: 'The document is missing: the action line is followed by an empty line or by nothing.',
} as const;

/** Why the action is refused, null when its document is to be stored. */
function refuse(
  { action }: ActionLine,
  document: LineExtent | null,
  bytes: Buffer,
): { refused: RefusedReason; why: string } | null {
  if (action === 'update' || action === 'delete') {
    return {
      refused: 'unsupported_action',
      why: `Events stay as they came: ${action} is not offered. Send create or index.`,
    };
  }
  return document === null || isBlank(bytes, document) ? MISSING : null;
}

interface LineExtent {
  readonly start: number;
  /** Offset of the newline. */
  readonly end: number;
  /** From 1. */
  readonly number: number;
}

class LineReader {
  readonly #bytes: Buffer;
  #at = 0;
  #number = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(): LineExtent | null {
    const line = this.peek();
    if (line !== null) {
      this.#at = line.end + 1;
      this.#number++;
    }
    return line;
  }

  peek(): LineExtent | null {
    const end = this.#bytes.indexOf(NEWLINE, this.#at);
    return end < 0 ? null : { start: this.#at, end, number: this.#number + 1 };
  }
}

const isBlank = (bytes: Buffer, { start, end }: LineExtent): boolean =>
  end === start || (end === start + 1 && bytes[start] === 13);

/** After a broken action line: the next line is its document, unless it reads as an action itself. */
function skipDocument(lines: LineReader, bytes: Buffer, readAction: (line: Buffer) => ActionLine | null): void {
  const next = lines.peek();
  if (next !== null && readAction(bytes.subarray(next.start, next.end)) === null) lines.next();
}

/** Reads action lines; agents send the same one again and again, so the last is remembered by its bytes. */
function actionReader(urlIndex: string): (line: Buffer) => ActionLine | null {
  let lastLine = Buffer.alloc(0);
  let last: ActionLine | null = null;
  return (line) => {
    if (last !== null && lastLine.equals(line)) return last;
    last = parseAction(line, urlIndex);
    // A copy: documents are moved over the action lines.
    lastLine = Buffer.from(line);
    return last;
  };
}

function parseAction(line: Buffer, urlIndex: string): ActionLine | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
  const [name, ...more] = parsed !== null && typeof parsed === 'object' ? Object.keys(parsed) : [];
  if (name === undefined || more.length > 0 || !ACTIONS.has(name)) return null;
  const given = (parsed as Record<string, unknown>)[name];
  if (given === null || typeof given !== 'object') return null;
  const { _index: index, _id: id } = given as { _index?: unknown; _id?: unknown };
  return {
    action: name as BulkAction,
    index: typeof index === 'string' && index !== '' ? index : urlIndex,
    id: typeof id === 'string' ? id : typeof id === 'number' ? String(id) : null,
  };
}
