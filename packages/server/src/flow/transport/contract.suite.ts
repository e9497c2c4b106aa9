import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Frame, FrameHeader, Transport } from './transport.ts';

/** Lines as the loader gets them. */
export interface Delivered {
  readonly header: FrameHeader;
  readonly lines: readonly string[];
}

/** One transport with its loader's side, over storage that survives `reopen`. */
export interface TransportUnderTest {
  readonly transport: Transport;
  /** Everything that was handed over and not taken yet, marked as loaded. */
  drain(): Promise<Delivered[]>;
  /** Ends this instance in order and opens another over the same storage. */
  reopen(): Promise<void>;
  dispose(): Promise<void>;
}

export function frameOf(lines: readonly string[], more: Partial<FrameHeader> = {}): Frame {
  const payload = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return {
    project: 'default',
    source: 'test',
    receivedAt: Date.now(),
    defaults: {},
    fields: {},
    ...more,
    payload,
    rows: lines.length,
  };
}

/** What every transport keeps, whatever it is made of. */
export function describeTransport(name: string, open: () => Promise<TransportUnderTest>): void {
  describe(`${name} as a transport`, () => {
    let under: TransportUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.dispose());
    const linesOf = (delivered: readonly Delivered[]) => delivered.flatMap(({ lines }) => lines);

    it('hands lines over byte for byte, with what their sender said', async () => {
      const lines = [
        '{"message":"결제 실패 🔥"}',
        'text with a tab\t and \\ backslash',
        '\x01deadbeef {"v":1,"bytes":3,"rows":1}',
        '\u0000',
        ' ',
      ];
      const header = {
        project: 'shop',
        source: 'filebeat',
        receivedAt: 1_763_600_000_123,
        defaults: {
          service: '주문',
          environment: 'prod',
          host: 'web-1',
          attributes: { 'elasticsearch.index': 'a"b\nc' },
        },
        fields: { time: ['when', 'at'], message: ['what'] },
        numericLevels: 'syslog' as const,
        timezone: 'Asia/Seoul',
        batchId: 'file-1:0-99',
      };
      expect(await under.transport.append({ ...frameOf(lines), ...header })).toBe('stored');
      expect(await under.drain()).toEqual([{ header, lines }]);
    });

    it('keeps bytes that are no UTF-8', async () => {
      const payload = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x0a]);
      await under.transport.append({ ...frameOf([]), payload: Buffer.from(payload), rows: 1 });
      const [frame] = await under.drain();
      expect(frame?.lines).toEqual(
        [payload.subarray(0, -1).toString('latin1')].map((text) => Buffer.from(text, 'latin1').toString()),
      );
    });

    it('delivers each of many concurrent frames once', async () => {
      const names = Array.from({ length: 500 }, (_, number) => `line ${number}`);
      await Promise.all(names.map((line) => under.transport.append(frameOf([line]))));
      expect(linesOf(await under.drain()).sort()).toEqual([...names].sort());
    });

    it('keeps the order of frames that one sender appends after each other', async () => {
      for (let number = 0; number < 20; number++) await under.transport.append(frameOf([`${number}`]));
      expect(linesOf(await under.drain())).toEqual(Array.from({ length: 20 }, (_, number) => `${number}`));
    });

    it('drops a batch whose id was stored before', async () => {
      expect(await under.transport.append(frameOf(['first'], { batchId: 'a' }))).toBe('stored');
      expect(await under.transport.append(frameOf(['again'], { batchId: 'a' }))).toBe('duplicate');
      expect(await under.transport.append(frameOf(['other project'], { batchId: 'a', project: 'shop' }))).toBe(
        'stored',
      );
      expect(linesOf(await under.drain())).toEqual(['first', 'other project']);
    });

    it('stores one of several frames with the same batch id that come at once, and answers the others after it', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => under.transport.append(frameOf(['x'], { batchId: 'same' }))),
      );
      expect(outcomes.sort()).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'stored']);
      expect(linesOf(await under.drain())).toEqual(['x']);
    });

    it('remembers batch ids over a restart, loaded or not', async () => {
      await under.transport.append(frameOf(['loaded'], { batchId: 'loaded' }));
      await under.drain();
      await under.transport.append(frameOf(['waiting'], { batchId: 'waiting' }));
      await under.reopen();
      expect(await under.transport.append(frameOf(['x'], { batchId: 'loaded' }))).toBe('duplicate');
      expect(await under.transport.append(frameOf(['x'], { batchId: 'waiting' }))).toBe('duplicate');
      expect(linesOf(await under.drain())).toEqual(['waiting']);
    });

    it('delivers after a restart what was not loaded before', async () => {
      await under.transport.append(frameOf(['a', 'b']));
      await under.reopen();
      await under.transport.append(frameOf(['c']));
      expect(linesOf(await under.drain())).toEqual(['a', 'b', 'c']);
    });

    it('makes what was handed over before close durable, and takes nothing after', async () => {
      const pending = under.transport.append(frameOf(['last']));
      const closed = under.transport.close();
      await expect(under.transport.append(frameOf(['late']))).rejects.toMatchObject({ code: 'shutting_down' });
      expect(await pending).toBe('stored');
      await closed;
      await under.reopen();
      expect(linesOf(await under.drain())).toEqual(['last']);
    });

    it('counts what waits, and nothing once it is loaded', async () => {
      expect(under.transport.backlog()).toMatchObject({ bytes: 0, rows: 0, oldestMs: 0, full: false });
      await under.transport.append(frameOf(['a', 'b'], { receivedAt: Date.now() - 5_000 }));
      const backlog = under.transport.backlog();
      expect(backlog.bytes).toBeGreaterThan(4);
      expect(backlog.rows).toBeGreaterThanOrEqual(2);
      expect(backlog.oldestMs).toBeGreaterThanOrEqual(5_000);
      await under.drain();
      expect(under.transport.backlog()).toMatchObject({ bytes: 0, rows: 0, oldestMs: 0, full: false });
    });
  });
}
