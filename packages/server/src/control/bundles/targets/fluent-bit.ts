import { stringify } from 'yaml';
import { dropPattern, fieldsOf, startPattern, type Target } from '../target.ts';

/** Fluent Bit's own parsers of traces; it has none for Node. */
const BUILT_IN = new Set(['java', 'python', 'go']);

export const fluentBit: Target = {
  files({ setup, address, key }) {
    const url = new URL(address);
    const drop = dropPattern(setup);
    const preset = setup.multiline !== undefined && 'preset' in setup.multiline ? setup.multiline.preset : null;
    const start = preset !== null && BUILT_IN.has(preset) ? null : startPattern(setup);
    const parser = start === null ? preset : 'moalog';
    const isWide = setup.encoding.startsWith('utf-16');
    const isKorean = setup.encoding === 'cp949' || setup.encoding === 'euc-kr';
    const input = {
      name: 'tail',
      tag: 'moalog',
      path: setup.paths.join(','),
      key: 'message',
      path_key: 'log.file.path',
      db: '/var/lib/fluent-bit/moalog.db',
      read_from_head: setup.startAt === 'beginning',
      skip_long_lines: true,
      buffer_max_size: '1M',
      ...(isWide && { 'unicode.encoding': setup.encoding.toUpperCase() }),
      ...(isKorean && { 'generic.encoding': 'UHC' }),
      ...((parser !== null || setup.format !== 'lines') && {
        'multiline.parser': [setup.format === 'lines' ? null : setup.format, parser]
          .filter((each) => each !== null)
          .join(','),
      }),
    };
    const headers = [
      `Authorization Bearer ${key}`,
      ...(setup.timezone === undefined ? [] : [`X-Moalog-Timezone ${setup.timezone}`]),
    ];
    const content = stringify({
      service: { flush: 1, 'storage.path': '/var/lib/fluent-bit/storage' },
      ...(start !== null && {
        multiline_parsers: [
          {
            name: 'moalog',
            type: 'regex',
            flush_timeout: 2_000,
            rules: [
              { state: 'start_state', regex: `/${start}/`, next_state: 'cont' },
              { state: 'cont', regex: `/^(?!${start.replace(/^\^/, '')})/`, next_state: 'cont' },
            ],
          },
        ],
      }),
      pipeline: {
        inputs: [input],
        filters: [
          ...(drop === null ? [] : [{ name: 'grep', match: 'moalog', exclude: `message ${drop}` }]),
          {
            name: 'modify',
            match: 'moalog',
            add: Object.entries(fieldsOf(setup)).map(([name, value]) => `${name} ${value}`),
          },
        ].filter((filter) => !('add' in filter) || filter.add.length > 0),
        outputs: [
          {
            name: 'http',
            match: 'moalog',
            host: url.hostname,
            port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
            uri: '/api/v1/ingest',
            format: 'json_lines',
            json_date_key: 'timestamp',
            json_date_format: 'iso8601',
            compress: 'gzip',
            header: headers,
            tls: url.protocol === 'https:',
            retry_limit: 'no_limits',
          },
        ],
      },
    });
    return [{ name: 'fluent-bit.yaml', content }];
  },
  steps: () => ({
    en: ['mkdir -p /var/lib/fluent-bit', 'fluent-bit -c fluent-bit.yaml'],
    ko: ['mkdir -p /var/lib/fluent-bit', 'fluent-bit -c fluent-bit.yaml'],
  }),
};
