import { describe, expect, it } from 'vitest';
import { BodyMemory } from './body-budget.ts';

describe('memory for bodies', () => {
  it('refuses what goes over the total while others hold a part of it, and takes it after they ended', async () => {
    const memory = new BodyMemory(100);
    const held = Promise.withResolvers<void>();
    const first = memory.share(async ({ take }) => {
      take(60);
      await held.promise;
    });
    await expect(memory.share(async ({ take }) => take(50))).rejects.toMatchObject({
      code: 'back_pressure',
      retryAfterS: 1,
    });
    await memory.share(async ({ take }) => take(40));
    held.resolve();
    await first;
    await memory.share(async ({ take }) => take(90));
  });

  it('lets a request that is alone go over the total: its own limit holds for it', async () => {
    const memory = new BodyMemory(100);
    await memory.share(async ({ take }) => {
      take(80);
      take(80);
    });
    await memory.share(async ({ take }) => take(100));
  });
});
