/**
 * CPU µs a row of the load statement and of its steps, on lines like those of bench's generator: `node bin/run.mjs bench/load-cost.ts [ROWS]`.
 * Each step is measured with all it needs below it, so subtract. Runs chDB in this process, one thread; nothing else should run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compileLoad, compileSelect, selectOf } from '../packages/server/src/flow/pipeline/compile.ts';
import { readMigrations } from '../packages/server/src/flow/store/migrate.ts';

const { Session } = createRequire(import.meta.url)('chdb') as typeof import('chdb');
const rows = Number(process.argv[2] ?? 300_000);
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-load-cost-'));
const linesPath = path.join(dir, 'segment');
const framesPath = path.join(dir, 'frames');
const session = new Session(path.join(dir, 'db'));
const shape = { lines: 'file', overrides: false, adds: false, mixed: false, zones: 0 } as const;
const settings =
  'max_threads=1, max_insert_threads=1, max_block_size=8192, min_insert_block_size_rows=20000000, min_insert_block_size_bytes=8000000000, input_format_parallel_parsing=0, query_plan_enable_optimizations=0, compile_expressions=0';
const bound = (sql: string): string =>
  sql
    .replace('{lines_path:String}', `'${linesPath}'`)
    .replace('{frames_path:String}', `'${framesPath}'`)
    .replace('{first_event_id:UInt64}', '0')
    .replace('{retention_projects:Array(String)}', "['']")
    .replace('{retention_of_projects:Array(UInt16)}', '[30]')
    .replace('{retention_days:UInt16}', '30');

let seed = 7;
const random = (below: number): number => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
  return seed % below;
};
const hex = (digits: number): string => Array.from({ length: digits }, () => random(16).toString(16)).join('');
const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;

function line(i: number): string {
  return JSON.stringify({
    timestamp: new Date(Date.now() - 3_600_000 + i).toISOString(),
    service: `svc-${random(20)}`,
    level: pick(['info', 'info', 'info', 'warn', 'error', 'debug']),
    message: `request ${hex(8)} to upstream replica ${random(100)} completed after ${random(1_000)} retries user=${random(100_000)} connection timeout maybe`,
    environment: 'prod',
    host: `web-${random(30)}`,
    trace_id: hex(32),
    'http.method': 'GET',
    'http.status': pick([200, 200, 200, 404, 500]),
    'http.path': `/api/v1/items/${random(500)}`,
    duration_ms: random(100_000) / 100,
    user_id: `u${random(100_000)}`,
    'client.ip': `10.${random(255)}.${random(255)}.${random(255)}`,
    region: 'ap-northeast-2',
  });
}

function measure(name: string, sql: string, per = rows): void {
  const before = process.cpuUsage();
  session.query(sql);
  const { user, system } = process.cpuUsage(before);
  console.log(`${name.padEnd(28)} ${((user + system) / per).toFixed(2)} µs`);
}

try {
  for (const migration of readMigrations()) for (const statement of migration.statements) session.query(statement);
  writeFileSync(linesPath, `header\n${Array.from({ length: rows }, (_, i) => line(i)).join('\n')}\n`);
  const frame = {
    header_row: 0,
    project: 'default',
    source: 'bench',
    received_at_ms: Date.now(),
    service: '',
    environment: '',
    host: '',
    attributes: {},
    time_fields: [],
    message_fields: [],
    level_fields: [],
    numeric_levels: 'pino',
    timezone: '',
  };
  writeFileSync(framesPath, `${JSON.stringify(frame)}\n`);
  for (const step of [
    'raw',
    'line',
    'kv_strict',
    'braced',
    'quotes_numbers',
    'nests',
    'kv',
    'codes',
    'message_text',
    'kept',
    'line_time',
    'event_time',
    'event_level',
    'own_attributes',
    'marks',
    'event_attributes',
  ]) {
    measure(step, bound(`SELECT sum(ignore(${step})) FROM (${selectOf(shape, [step])}) SETTINGS ${settings}`));
  }
  measure('whole SELECT', bound(`SELECT sum(ignore(*)) FROM (${compileSelect(shape)}) SETTINGS ${settings}`));
  measure('INSERT', bound(`${compileLoad(shape)} SETTINGS ${settings}`));
  measure('OPTIMIZE FINAL (one merge)', 'OPTIMIZE TABLE logs FINAL');
  console.log(`peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
} finally {
  session.close();
  rmSync(dir, { recursive: true, force: true });
}
