import { stringify } from 'yaml';
import { dropPattern, fieldsOf, startPattern, type Target } from '../target.ts';

const ENCODINGS = {
  auto: undefined,
  'utf-8': 'utf-8',
  cp949: 'euc-kr',
  'euc-kr': 'euc-kr',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

export const filebeat: Target = {
  files({ setup, address, key }) {
    const start = startPattern(setup);
    const drop = dropPattern(setup);
    const encoding = ENCODINGS[setup.encoding];
    const parsers = [
      ...(setup.format === 'lines' ? [] : [{ container: { stream: 'all', format: setup.format } }]),
      ...(start === null
        ? []
        : [{ multiline: { type: 'pattern', pattern: start, negate: true, match: 'after', max_lines: 500 } }]),
    ];
    const input = {
      type: 'filestream',
      id: `moalog-${setup.service ?? setup.project}`,
      paths: setup.paths,
      ...(encoding !== undefined && { encoding }),
      ...(parsers.length > 0 && { parsers }),
      ...(drop !== null && { exclude_lines: [drop] }),
      ...(setup.startAt === 'end' && { ignore_inactive: 'since_first_start' }),
      fields: fieldsOf(setup),
      fields_under_root: true,
    };
    const content = stringify({
      'filebeat.inputs': [input],
      'setup.template.enabled': false,
      'setup.ilm.enabled': false,
      'output.elasticsearch': {
        hosts: [`${address}/elasticsearch`],
        username: 'moalog',
        password: key,
        ...(setup.timezone !== undefined && { headers: { 'X-Moalog-Timezone': setup.timezone } }),
      },
    });
    return [{ name: 'filebeat.yml', content }];
  },
  steps: () => ({
    en: [
      'filebeat test config -c filebeat.yml',
      'filebeat -e -c filebeat.yml     # or copy it to /etc/filebeat/filebeat.yml',
    ],
    ko: [
      'filebeat test config -c filebeat.yml',
      'filebeat -e -c filebeat.yml     # 또는 /etc/filebeat/filebeat.yml로 복사',
    ],
  }),
};
