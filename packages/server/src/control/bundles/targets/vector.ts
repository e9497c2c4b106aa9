import { stringify } from 'yaml';
import { dropPattern, fieldsOf, startPattern, type Target } from '../target.ts';

const CHARSETS = {
  auto: undefined,
  'utf-8': undefined,
  cp949: 'euc-kr',
  'euc-kr': 'euc-kr',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

export const vector: Target = {
  files({ setup, address, key }) {
    const start = startPattern(setup);
    const drop = dropPattern(setup);
    const charset = CHARSETS[setup.encoding];
    const zone = setup.timezone === undefined ? {} : { 'X-Moalog-Timezone': setup.timezone };
    // VRL's text literals are JSON's, but for `{{`, which no JSON needs.
    const assignments = Object.entries(fieldsOf(setup)).map(
      ([name, value]) => `.${JSON.stringify(name)} = ${JSON.stringify(value)}`,
    );
    const inputs = drop === null ? ['files'] : ['wanted'];
    const content = stringify({
      data_dir: '/var/lib/vector',
      sources: {
        files: {
          type: 'file',
          include: setup.paths,
          read_from: setup.startAt,
          ...(charset !== undefined && { encoding: { charset } }),
          ...(start !== null && {
            multiline: { start_pattern: start, condition_pattern: start, mode: 'halt_before', timeout_ms: 2_000 },
          }),
        },
      },
      transforms: {
        ...(drop !== null && {
          wanted: {
            type: 'filter',
            inputs: ['files'],
            condition: `!match(string!(.message), r'${drop.replaceAll("'", String.raw`\x27`)}')`,
          },
        }),
        fields: { type: 'remap', inputs, source: ['."log.file.path" = del(.file)', ...assignments].join('\n') },
      },
      sinks: {
        moalog: {
          type: 'http',
          inputs: ['fields'],
          uri: `${address}/api/v1/ingest`,
          encoding: { codec: 'json' },
          framing: { method: 'newline_delimited' },
          compression: 'gzip',
          auth: { strategy: 'bearer', token: key },
          ...(setup.timezone !== undefined && { request: { headers: zone } }),
          buffer: { type: 'disk', max_size: 1_073_741_824, when_full: 'block' },
        },
      },
    });
    return [{ name: 'vector.yaml', content }];
  },
  steps: () => ({
    en: ['vector validate --no-environment vector.yaml', 'vector --config vector.yaml'],
    ko: ['vector validate --no-environment vector.yaml', 'vector --config vector.yaml'],
  }),
};
