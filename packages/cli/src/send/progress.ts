import type { SendProgress } from './send-files.ts';

const REDRAW_MS = 100;
/** Batches in flight meet the same trouble together; it is told once. */
const NOTE_RETRY_MS = 1_000;

export interface ProgressReport extends SendProgress {
  /** Takes the bar away. */
  end(): void;
  summary(): string;
}

/** A bar on a terminal (standard error), nothing elsewhere; and the totals. `totalBytes` 0: unknown. */
export function createProgress(totalBytes: number, terminal: boolean): ProgressReport {
  const startedAt = performance.now();
  const sum = { files: 0, lines: 0, bytes: 0, read: 0, again: 0, skipped: 0 };
  let drawnAt = 0;
  let notedAt = Number.NEGATIVE_INFINITY;
  const seconds = (): number => Math.max(0.001, (performance.now() - startedAt) / 1_000);
  const draw = (): void => {
    if (!terminal || performance.now() - drawnAt < REDRAW_MS) return;
    drawnAt = performance.now();
    const share = totalBytes === 0 ? 0 : Math.min(1, sum.read / totalBytes);
    const bar =
      totalBytes === 0 ? '' : `[${'█'.repeat(Math.round(share * 24)).padEnd(24, '░')}] ${Math.floor(share * 100)} % `;
    process.stderr.write(`\r\x1b[K${bar}${sum.lines} lines, ${Math.round(sum.lines / seconds())} events/s`);
  };
  const note = (text: string): void => {
    process.stderr.write(`${terminal ? '\r\x1b[K' : ''}${text}\n`);
  };
  return {
    file() {
      sum.files++;
    },
    read(bytes) {
      sum.read += bytes;
      draw();
    },
    sent(events, bytes, duplicate) {
      sum.lines += events;
      sum.bytes += bytes;
      if (duplicate) sum.again += events;
      draw();
    },
    alreadySent(name) {
      sum.skipped++;
      note(`${name}: was sent before (--again sends it again)`);
    },
    retry(reason, pauseMs) {
      if (performance.now() - notedAt < NOTE_RETRY_MS) return;
      notedAt = performance.now();
      note(`trying again in ${Math.round(pauseMs)} ms: ${reason}`);
    },
    end() {
      if (terminal) process.stderr.write('\r\x1b[K');
    },
    summary() {
      const s = seconds();
      const again = sum.again === 0 ? '' : `; the server had ${sum.again} of these lines already and stored them once`;
      const skipped = sum.skipped === 0 ? '' : `; ${sum.skipped} files had been sent before`;
      return `sent ${sum.files} files, ${sum.lines} lines, ${sum.bytes} bytes in ${s.toFixed(2)} s (${Math.round(sum.lines / s)} events/s)${again}${skipped}`;
    },
  };
}
