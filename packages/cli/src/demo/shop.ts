import type { Random } from './random.ts';
import { JAVA_POOL, JAVA_TIMEOUT, NODE_UPSTREAM, PYTHON_STOCK } from './stack-traces.ts';
import { clockText } from './timeline.ts';

const PRODUCTS = [
  '무선 이어폰',
  'Ceramic mug',
  '캠핑 의자',
  'USB-C cable 2m',
  '제주 감귤 5kg',
  'Linen shirt',
  '기계식 키보드',
  'Yoga mat',
] as const;
const CITIES = ['서울 마포구', '부산 해운대구', '대전 유성구', '제주시', 'Seoul Gangnam-gu', '인천 연수구'] as const;
const AGENTS = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Linux; Android 15; SM-S931N) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile',
  'MoashopApp/4.12.0 (Android 15)',
] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** One visitor's request on its way through the services; each line is one event. */
export interface Visit {
  readonly atMs: number;
  /** 0 to 1: how badly payment suffers. */
  readonly severity: number;
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const TRACES = {
  timeout: escaped(JAVA_TIMEOUT),
  pool: escaped(JAVA_POOL),
  stock: escaped(PYTHON_STOCK),
  upstream: escaped(NODE_UPSTREAM),
};

/** Writes the events of a visit, oldest first, as JSON texts onto `lines`. Deterministic by the random source. */
export function createShop(random: Random): (visit: Visit, lines: string[]) => void {
  const clock = clockText();
  const nginxClock = nginxTime();

  return ({ atMs, severity }, lines) => {
    const trace = random.hex8() + random.hex8() + random.hex8() + random.hex8();
    const span = (): string => random.hex8() + random.hex8();
    const user = random.between(1, 40_000);
    const node = random.between(1, 4);
    const at = (afterMs: number): string => clock(atMs + afterMs);
    const log = (afterMs: number, service: string, level: string, message: string, rest: string): void => {
      lines.push(
        `{"timestamp":"${at(afterMs)}","level":"${level}","service":"${service}","environment":"production","host":"${service}-${node}","message":"${message}","trace_id":"${trace}","span_id":"${span()}"${rest}}`,
      );
    };
    const access = (afterMs: number, method: string, path: string, status: number, tookMs: number): void => {
      const ip = `203.0.113.${user % 250}`;
      const agent = AGENTS[user % AGENTS.length] ?? AGENTS[0];
      const bytes = 300 + ((user * 7) % 18_000);
      if (user % 5 === 0) {
        lines.push(
          `{"log":"${ip} - - [${nginxClock(atMs + afterMs)}] \\"${method} ${path} HTTP/1.1\\" ${status} ${bytes} \\"-\\" \\"${agent}\\"","stream":"stdout","time":"${at(afterMs)}","environment":"production","kubernetes":{"container_name":"edge-nginx","pod_name":"edge-nginx-7c9f-${node}"}}`,
        );
        return;
      }
      const level = status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info';
      log(
        afterMs,
        'gateway',
        level,
        `${method} ${path} ${status} ${tookMs}ms`,
        `,"http":{"method":"${method}","path":"${path}","status":${status},"request":{"bytes":${200 + (user % 900)}},"response":{"bytes":${bytes}}},"duration_ms":${tookMs},"client":{"ip":"${ip}","user_agent":"${agent}"}`,
      );
    };

    const kind = random.next();
    if (kind < 0.46) browse();
    else if (kind < 0.6) signIn();
    else if (kind < 0.88) order();
    else deliver();

    function browse(): void {
      const sku = `SKU-${1_000 + (user % 700)}`;
      const tookMs = random.latencyMs(38);
      if (random.next() < 0.004) {
        log(
          tookMs,
          'catalogue',
          'error',
          `failed to read stock of ${sku}`,
          `,"sku":"${sku}","error":{"type":"KeyError","stack":"${TRACES.stock}"}`,
        );
        access(tookMs + 2, 'GET', `/api/products/${sku}`, 500, tookMs + 2);
        return;
      }
      const missing = random.next() < 0.02;
      const product = PRODUCTS[user % PRODUCTS.length] ?? PRODUCTS[0];
      if (missing)
        log(tookMs, 'catalogue', 'warn', `상품을 찾을 수 없습니다: ${sku}`, `,"sku":"${sku}","cache":{"hit":false}`);
      else
        log(
          tookMs,
          'catalogue',
          'info',
          `product viewed: ${product}`,
          `,"sku":"${sku}","user_id":${user},"cache":{"hit":${user % 3 !== 0}},"duration_ms":${tookMs}`,
        );
      access(tookMs + 2, 'GET', `/api/products/${sku}`, missing ? 404 : 200, tookMs + 2);
    }

    function signIn(): void {
      const tookMs = random.latencyMs(90);
      const wrong = random.next() < 0.07;
      if (wrong)
        log(
          tookMs,
          'auth',
          'warn',
          `로그인 실패: 비밀번호가 일치하지 않습니다 (user ${user})`,
          `,"user_id":${user},"attempt":${1 + (user % 4)}`,
        );
      else
        log(
          tookMs,
          'auth',
          'info',
          `user ${user} signed in`,
          `,"user_id":${user},"method":"${user % 3 === 0 ? 'kakao' : 'password'}","duration_ms":${tookMs}`,
        );
      access(tookMs + 1, 'POST', '/api/login', wrong ? 401 : 200, tookMs + 1);
    }

    function order(): void {
      const id = `ORD-${random.between(100_000, 999_999)}`;
      const amount = random.between(5, 320) * 1_000;
      log(
        4,
        'checkout',
        'info',
        `order ${id} received`,
        `,"order":{"id":"${id}","items":${1 + (user % 6)},"amount":${amount},"currency":"KRW"},"user_id":${user}`,
      );
      const pay = `,"order":{"id":"${id}"},"payment":{"provider":"example-pay","amount":${amount},"method":"${user % 2 === 0 ? 'card' : 'transfer'}"}`;
      if (random.next() < severity * 0.55) {
        const tookMs = 3_000 + random.between(0, 90);
        const pool = random.next() < 0.15;
        log(1_000, 'payment', 'warn', '결제 대행사 응답이 늦습니다, 재시도합니다', `${pay},"attempt":2`);
        log(
          tookMs,
          'payment',
          'error',
          pool
            ? 'connection pool exhausted while writing the ledger'
            : `payment timeout: no answer from pg.example-pay.kr for order ${id}`,
          `${pay},"duration_ms":${tookMs},"error":{"type":"${pool ? 'SQLTransientConnectionException' : 'GatewayTimeoutException'}","stack":"${pool ? TRACES.pool : TRACES.timeout}"}`,
        );
        log(
          tookMs + 5,
          'checkout',
          'error',
          `주문 실패: ${id} 결제 시간 초과`,
          `,"order":{"id":"${id}"},"error":{"type":"Error","stack":"${TRACES.upstream}"}`,
        );
        access(tookMs + 8, 'POST', '/api/checkout', 504, tookMs + 8);
        return;
      }
      const tookMs = random.latencyMs(180 + 2_300 * severity);
      const declined = random.next() < 0.03;
      if (declined)
        log(
          tookMs,
          'payment',
          'warn',
          `카드 승인 거절: 한도 초과 (${id})`,
          `${pay},"duration_ms":${tookMs},"decline_code":"LIMIT"`,
        );
      else
        log(tookMs, 'payment', 'info', `payment of ${amount} KRW approved for ${id}`, `${pay},"duration_ms":${tookMs}`);
      log(
        tookMs + 6,
        'checkout',
        declined ? 'warn' : 'info',
        declined ? `order ${id} declined` : `주문 완료: ${id}`,
        `,"order":{"id":"${id}"},"duration_ms":${tookMs + 6}`,
      );
      access(tookMs + 9, 'POST', '/api/checkout', declined ? 402 : 201, tookMs + 9);
    }

    function deliver(): void {
      const city = CITIES[user % CITIES.length] ?? CITIES[0];
      const parcel = `PCL-${random.hex8()}`;
      if (random.next() < 0.03)
        log(
          2,
          'delivery',
          'warn',
          `배송 지연: ${city} (${parcel})`,
          `,"parcel":"${parcel}","delay_minutes":${random.between(20, 240)}`,
        );
      else
        log(
          2,
          'delivery',
          'info',
          user % 2 === 0 ? `배송 출발: ${city}` : `parcel ${parcel} handed to courier`,
          `,"parcel":"${parcel}","city":"${city}","weight_g":${random.between(100, 9_000)}`,
        );
      if (user % 4 === 0)
        log(3, 'delivery', 'debug', 'route recalculated', `,"parcel":"${parcel}","stops":${random.between(3, 40)}`);
    }
  };
}

/** `21/Nov/2026:09:12:33 +0900`, formatted once a second. */
function nginxTime(): (atMs: number) => string {
  let second = Number.NaN;
  let text = '';
  return (atMs) => {
    const current = Math.floor(atMs / 1_000);
    if (current !== second) {
      second = current;
      const local = new Date(current * 1_000 + 9 * 3_600_000);
      const two = (value: number): string => String(value).padStart(2, '0');
      text = `${two(local.getUTCDate())}/${MONTHS[local.getUTCMonth()]}/${local.getUTCFullYear()}:${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())} +0900`;
    }
    return text;
  };
}
