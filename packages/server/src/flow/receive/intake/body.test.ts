import { describe, expect, it } from 'vitest';
import { Body } from './body.ts';

describe('a body', () => {
  it('is gone, with every view of it, once a large one is released', () => {
    const body = Body.of([Buffer.alloc(100_000, 'x')], 100_000);
    const view = body.terminated;
    expect(view).toHaveLength(100_001);
    body.release();
    expect(view).toHaveLength(0);
  });

  it('never takes memory that it shares with others along', () => {
    const shared = Buffer.alloc(200_000, 'x');
    Body.owning(shared.subarray(0, 100_000)).release();
    expect(shared).toHaveLength(200_000);
  });
});
