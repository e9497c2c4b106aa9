import { dropPattern, fieldsOf, startPattern, type Target } from '../target.ts';

/** A text in double quotes, in an object's parameter. */
const quoted = (text: string): string => `"${text.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`)}"`;
/** In an expression a dollar begins a name. */
const inExpression = (text: string): string => quoted(text).replaceAll('$', String.raw`\$`);
/** POSIX extended expressions have no \d and no \b. */
const posix = (pattern: string): string => pattern.replaceAll(String.raw`\d`, '[0-9]').replaceAll(String.raw`\b`, '');

/** JSON inside a template's constant. */
const constant = (text: string): string => `  constant(value=${quoted(text)})`;

export const rsyslog: Target = {
  files({ setup, address, key }) {
    const start = startPattern(setup);
    const drop = dropPattern(setup);
    const fields = Object.entries(fieldsOf(setup)).map(
      ([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`,
    );
    const inputs = setup.paths.map((path) =>
      [
        `input(type="imfile" ruleset="moalog" tag="moalog:" File=${quoted(path)} addMetadata="on"`,
        ...(start === null ? [] : [`  startmsg.regex=${quoted(posix(start))} readTimeout="2" escapeLF="off"`]),
        `  freshStartTail="${setup.startAt === 'end' ? 'on' : 'off'}")`,
      ].join('\n'),
    );
    const action = [
      `  action(type="omelasticsearch" server=${quoted(`${address}/elasticsearch`)}`,
      `    uid="moalog" pwd=${quoted(key)} template="moalog-files" searchIndex="files" searchType="events" bulkmode="on"`,
      '    queue.type="LinkedList" queue.filename="moalog" queue.saveOnShutdown="on" queue.maxDiskSpace="1g"',
      '    action.resumeRetryCount="-1")',
    ];
    const content = `# /etc/rsyslog.d/60-moalog.conf
module(load="imfile")
module(load="omelasticsearch")
template(name="moalog-files" type="list" option.json="on") {
${constant('{"timestamp":"')}
  property(name="timegenerated" dateFormat="rfc3339")
${constant('","host":"')}
  property(name="hostname")
${constant('","log.file.path":"')}
  property(name="$!metadata!filename")
${constant('","message":"')}
  property(name="msg")
${constant(`"${fields.join('')}}`)}
}
ruleset(name="moalog") {
${drop === null ? '' : `  if re_match($msg, ${inExpression(posix(drop))}) then stop\n`}${action.join('\n')}
}
${inputs.join('\n')}
`;
    return [{ name: '60-moalog.conf', content }];
  },
  steps: () => ({
    en: [
      'apt-get install rsyslog-elasticsearch',
      'cp 60-moalog.conf /etc/rsyslog.d/',
      'rsyslogd -N1 && systemctl restart rsyslog',
    ],
    ko: [
      'apt-get install rsyslog-elasticsearch',
      'cp 60-moalog.conf /etc/rsyslog.d/',
      'rsyslogd -N1 && systemctl restart rsyslog',
    ],
  }),
};
