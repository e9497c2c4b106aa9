import { startPostgres } from '@moalog/testkit';

/** `MOALOG_TEST_CATALOG=postgres npm test`: every server of the tests keeps accounts, projects and keys in PostgreSQL in place of SQLite. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.MOALOG_TEST_CATALOG !== 'postgres') return undefined;
  const server = await startPostgres();
  process.env.MOALOG_TEST_POSTGRES_PORT = String(server.port);
  return () => server.stop();
}
