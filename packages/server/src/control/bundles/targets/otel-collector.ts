import { stringify } from 'yaml';
import { dropPattern, fieldsOf, startPattern, type Target } from '../target.ts';

const ENCODINGS = {
  auto: 'utf-8',
  'utf-8': 'utf-8',
  cp949: 'euc-kr',
  'euc-kr': 'euc-kr',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};
/** OpenTelemetry's names of ours. */
const NAMES: Readonly<Record<string, string>> = { service: 'service.name', environment: 'deployment.environment.name' };

export const otelCollector: Target = {
  files({ setup, address, key }) {
    const start = startPattern(setup);
    const drop = dropPattern(setup);
    const attributes = Object.entries(fieldsOf(setup)).map(([name, value]) => ({
      ...{ key: NAMES[name] ?? name, value, action: 'upsert' },
    }));
    const operators = [
      ...(setup.format === 'lines' ? [] : [{ type: 'container' }]),
      ...(drop === null ? [] : [{ type: 'filter', expr: `body matches ${JSON.stringify(drop)}` }]),
    ];
    const content = stringify({
      extensions: { 'file_storage/moalog': { directory: '/var/lib/otelcol', create_directory: true } },
      receivers: {
        'filelog/moalog': {
          include: setup.paths,
          start_at: setup.startAt,
          encoding: ENCODINGS[setup.encoding],
          include_file_path: true,
          storage: 'file_storage/moalog',
          ...(start !== null && { multiline: { line_start_pattern: start } }),
          ...(operators.length > 0 && { operators }),
        },
      },
      processors: {
        'resourcedetection/moalog': { detectors: ['system'] },
        ...(attributes.length > 0 && { 'resource/moalog': { attributes } }),
        batch: {},
      },
      exporters: {
        'otlphttp/moalog': {
          endpoint: address,
          headers: { Authorization: `Bearer ${key}` },
          retry_on_failure: { enabled: true, max_elapsed_time: '0s' },
          sending_queue: { storage: 'file_storage/moalog' },
        },
      },
      service: {
        extensions: ['file_storage/moalog'],
        pipelines: {
          'logs/moalog': {
            receivers: ['filelog/moalog'],
            processors: ['resourcedetection/moalog', ...(attributes.length > 0 ? ['resource/moalog'] : []), 'batch'],
            exporters: ['otlphttp/moalog'],
          },
        },
      },
    });
    return [{ name: 'otel-collector.yaml', content }];
  },
  steps: () => ({
    en: ['otelcol-contrib validate --config otel-collector.yaml', 'otelcol-contrib --config otel-collector.yaml'],
    ko: ['otelcol-contrib validate --config otel-collector.yaml', 'otelcol-contrib --config otel-collector.yaml'],
  }),
};
