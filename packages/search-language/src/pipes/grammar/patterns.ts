import type { Grammar } from './grammar.ts';

export const patterns: Grammar<'patterns'> = {
  example: 'patterns',
  read: () => ({}),
  print: () => '',
  shape: (pipe, before, complain) => {
    if (before.rows === 'table')
      complain(pipe, {
        code: 'needs_events',
        message: 'patterns groups messages of events, and here is a table.',
        values: { name: 'patterns' },
      });
    return {
      rows: 'table',
      columns: [
        { name: 'pattern', type: 'text' },
        { name: 'count', type: 'number' },
        { name: 'percent', type: 'number' },
        { name: 'condition', type: 'text' },
      ],
    };
  },
};
