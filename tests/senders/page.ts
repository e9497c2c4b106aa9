import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestServer } from '@moalog/testkit';

const ROOT = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A fenced piece of a page of docs/senders. */
export interface Snippet {
  readonly language: string;
  readonly text: string;
}

/** The fenced pieces of `docs/senders/PAGE.md`, in order. */
export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(path.join(ROOT, 'docs/senders', `${page}.md`), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', piece = '']) => ({
    language,
    text: piece,
  }));
}

/** The snippet with the server's address in place of the documented one. */
export const addressed = ({ text }: Snippet, server: TestServer): string =>
  text.replaceAll('http://127.0.0.1:3080', server.url).replaceAll('127.0.0.1:3080', new URL(server.url).host);

/** Runs a shell or JavaScript snippet as a reader would, with the key in MOALOG_KEY; rejects when it fails. */
export async function runSnippet(snippet: Snippet, server: TestServer): Promise<string> {
  const text = addressed(snippet, server);
  const [program, ...args] =
    snippet.language === 'js' ? [process.execPath, '--input-type=module', '-e', text] : ['sh', '-euc', text];
  const env = { ...process.env, MOALOG_KEY: server.key };
  const { stdout } = await run(program ?? 'false', args, { cwd: ROOT, env, timeout: 30_000 });
  return stdout;
}
