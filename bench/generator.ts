const LEVELS = ['info', 'info', 'info', 'info', 'warn', 'error', 'debug'];
const STATUS = [200, 200, 200, 200, 404, 500];
const LINES_A_BODY = 10_000;
/** One event in so many holds the word `needle`. */
const NEEDLE_EVERY = 250_000;

/** Bodies of JSON lines of about 430 bytes: time, service, level, message and 9 further fields; the same for the same count. */
export function* eventBodies(events: number, now = Date.now()): Generator<Buffer, undefined> {
  const random = linearCongruential(12_345);
  for (let from = 0; from < events; from += LINES_A_BODY) {
    const lines: string[] = [];
    for (let i = from; i < Math.min(events, from + LINES_A_BODY); i++) {
      lines.push(
        `{"timestamp":"${new Date(now - 3_600_000 + Math.floor((i / events) * 3_600_000)).toISOString()}","service":"svc-${random(20)}","level":"${LEVELS[random(LEVELS.length)]}",` +
          `"message":"request ${hex(random, 8)} to upstream replica ${random(100)} completed after ${random(1_000)} retries user=${random(100_000)} connection timeout${i % NEEDLE_EVERY === 0 ? ' needle' : ''} maybe",` +
          `"environment":"prod","host":"web-${random(30)}","trace_id":"${hex(random, 32)}","http.method":"GET","http.status":${STATUS[random(STATUS.length)]},"http.path":"/api/v1/items/${random(500)}",` +
          `"duration_ms":${random(100_000) / 100},"user_id":"u${random(100_000)}","client.ip":"10.${random(255)}.${random(255)}.${random(255)}","region":"ap-northeast-2"}`,
      );
    }
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}

type Random = (below: number) => number;

/** The constants of C's rand(): repeatable everywhere, good enough for test data. */
function linearCongruential(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
}

function hex(random: Random, digits: number): string {
  let text = '';
  while (text.length < digits) text += random(0x1_0000).toString(16).padStart(4, '0');
  return text.slice(0, digits);
}
