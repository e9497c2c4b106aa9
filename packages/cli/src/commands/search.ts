import { once } from 'node:events';
import { searchResponseSchema } from '@moalog/contract';
import { type Command, positiveNumber, readSearchLine } from '../command.ts';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf, postJson } from '../connection/connect.ts';
import { eventLine } from '../reading/event-line.ts';

export const search: Command = {
  name: 'search',
  summary: 'print the events that match, newest last',
  help: () => `moalog search QUERY [OPTIONS]     (an empty query matches everything; docs/howto/search.md)

  --from TIME    ISO time or relative, such as now-15m (now-1h)
  --to TIME      (now)
  --limit N      the newest N events (100; at most 10000)
  --all          everything found, streamed as JSON lines, oldest first
  --json         JSON lines in place of text
  --project P    the project, may be repeated (default)
${CONNECTION_HELP}`,

  async run(argv) {
    const { values, query } = readSearchLine(argv, {
      ...CONNECTION_OPTIONS,
      from: { type: 'string', default: 'now-1h' },
      to: { type: 'string', default: 'now' },
      limit: { type: 'string', default: '100' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      project: { type: 'string', multiple: true, default: ['default'] },
    });
    const connection = connectionOf(values);
    const scope = { project: values.project, query, from: values.from, to: values.to };
    if (values.all) {
      const answer = await postJson(connection, '/api/v1/export', { ...scope, format: 'ndjson', order: 'asc' });
      for await (const chunk of answer.body ?? []) {
        if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
      }
      return 0;
    }
    const limit = Math.round(positiveNumber('limit', values.limit));
    const answer = searchResponseSchema.parse(
      await (await postJson(connection, '/api/v1/search', { ...scope, limit })).json(),
    );
    const colour = process.stdout.isTTY === true && !process.env.NO_COLOR;
    for (const row of answer.rows.toReversed()) {
      process.stdout.write(`${values.json ? JSON.stringify(row) : eventLine(row, colour)}\n`);
    }
    if (answer.partial !== undefined) process.stderr.write(`Not everything was searched: ${answer.partial.message}\n`);
    for (const { field, nearest } of answer.hints ?? []) {
      process.stderr.write(
        `No event has the field ${field}${nearest.length > 0 ? `; did you mean ${nearest.join(', ')}?` : ''}\n`,
      );
    }
    if (answer.cursor !== null) process.stderr.write(`There are more; --limit N or --all shows them.\n`);
    return 0;
  },
};
