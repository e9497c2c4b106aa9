/** A pipeline that may fit lines, as text. */
export interface Suggestion {
  readonly name: string;
  readonly text: string;
}

/** A kind of line that is known: an expression of its look, and what reads it. */
interface KnownKind {
  readonly name: string;
  readonly looks: RegExp;
  readonly processors: string;
}

const TIME = String.raw`\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}`;
const LEVEL = 'TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|SEVERE';

const KINDS: readonly KnownKind[] = [
  { name: 'JSON', looks: /^\s*\{.*\}\s*$/, processors: '' },
  {
    name: 'JSON behind a prefix',
    looks: /^[^{]{1,300}\{".*\}\s*$/,
    processors: '  - type: json\n',
  },
  {
    name: 'Access log (combined)',
    looks: /^\S+ \S+ \S+ \[\d{2}\/\w{3}\/\d{4}:[^\]]+\] "[^"]*" \d{3} \S+ "[^"]*" "[^"]*"/,
    processors: '  - type: access_log\n    format: combined\n',
  },
  {
    name: 'Access log (common)',
    looks: /^\S+ \S+ \S+ \[\d{2}\/\w{3}\/\d{4}:[^\]]+\] "[^"]*" \d{3} \S+\s*$/,
    processors: '  - type: access_log\n    format: common\n',
  },
  {
    name: 'AWS ALB',
    looks: /^(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT\S+ app\/\S+ \S+:\d+ /,
    processors: '  - type: access_log\n    format: alb\n',
  },
  {
    name: 'CloudFront',
    looks: /^(?:#|\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}\d)/,
    processors: '  - type: access_log\n    format: cloudfront\n',
  },
  {
    name: 'HAProxy',
    looks: /\S+:\d+ \[\d+\/\w+\/\d{4}:[^\]]+\] \S+ \S+\/\S+ (?:-?\d+\/){4}\+?-?\d+ -?\d+ /,
    processors: '  - type: access_log\n    format: haproxy\n',
  },
  {
    name: 'Envoy',
    looks: /^\[\d{4}-\d\d-\d\dT[^\]]+\] "\S+ \S+ HTTP\/[\d.]+" \d+ \S+ \d+ \d+ \d+ /,
    processors: '  - type: access_log\n    format: envoy\n',
  },
  {
    name: 'IIS (W3C)',
    looks: /^(?:#|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [\d.:a-f]+ (?:GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH) )/,
    processors: '  - type: access_log\n    format: iis\n',
  },
  {
    name: 'nginx error log',
    looks: /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[\w+\] \d+#\d+:/,
    processors: "  - type: grok\n    pattern: '^%{NGINXERROR}'\n",
  },
  {
    name: 'Apache error log',
    looks: /^\[\w{3} \w{3} +\d+ [\d:.]+ \d{4}\] \[/,
    processors: "  - type: grok\n    pattern: ['^%{HTTPD20_ERRORLOG}', '^%{HTTPD24_ERRORLOG}']\n",
  },
  {
    name: 'syslog',
    looks: /^\w{3} +\d+ \d\d:\d\d:\d\d \S+ [^:[]+(?:\[\d+\])?:/,
    processors:
      "  - type: grok\n    pattern: '^%{SYSLOGTIMESTAMP:timestamp} %{SYSLOGHOST:host} (?<service>[^:[]+)(?:\\[%{POSINT:process.pid}\\])?: *%{GREEDYDATA:message}'\n",
  },
  {
    name: 'log4j, logback, Spring',
    looks: new RegExp(String.raw`^${TIME}[.,]\d+(?:Z|[+-]\d\d:?\d\d)? +\[[^\]]*\] +(?:${LEVEL}) +\S+ +- `),
    processors: `  - type: grok\n    pattern: '^%{TIMESTAMP_ISO8601:timestamp} +\\[%{DATA:thread.name}\\] +%{LOGLEVEL:level} +%{NOTSPACE:code.namespace} +- %{GREEDYDATA:message}'\n`,
  },
  {
    name: 'Spring Boot',
    looks: new RegExp(String.raw`^${TIME}[.,]\d+(?:Z|[+-]\d\d:?\d\d)? +(?:${LEVEL}) \d+ --- \[`),
    processors: `  - type: grok\n    pattern: '^%{TIMESTAMP_ISO8601:timestamp} +%{LOGLEVEL:level} %{POSINT:process.pid} --- (?:\\[%{DATA}\\] )?\\[%{DATA:thread.name}\\] %{NOTSPACE:code.namespace} +: %{GREEDYDATA:message}'\n`,
  },
  {
    name: 'logfmt',
    looks: /^(?:[\w.@-]+=(?:"[^"]*"|\S*)\s+){2,}[\w.@-]+=/,
    processors: '  - type: key_value\n',
  },
];

/** Shares of lines that must look so. */
const ENOUGH = 0.8;
const MAX_LINES = 200;

/** Pipelines that may fit, likeliest first: known kinds of lines, then one made from what stands at the head of each. */
export function suggestionsFor(given: readonly string[]): Suggestion[] {
  const lines = given.filter((line) => line.trim() !== '').slice(0, MAX_LINES);
  if (lines.length === 0) return [];
  const found = KINDS.filter(
    ({ looks }) => lines.filter((line) => looks.test(line)).length / lines.length >= ENOUGH,
  ).map(({ name, processors }) => ({
    name,
    text: processors === '' ? 'processors: []\n' : `processors:\n${processors}`,
  }));
  const guess = guessed(lines);
  return guess === null ? found : [...found, { name: 'a guess', text: `processors:\n${guess}` }];
}

/** Heads of a line that are cut off one after the other, and the grok pattern of each. */
const HEADS: readonly (readonly [RegExp, string])[] = [
  [
    /^\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}:?\d{2}(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?/,
    '%{TIMESTAMP_ISO8601:timestamp}',
  ],
  [/^\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}(?:[.,]\d+)?/, '(?<timestamp>%{YEAR}/%{MONTHNUM}/%{MONTHDAY} %{TIME})'],
  [/^\d{1,2}\/\w{3}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}/, '%{HTTPDATE:timestamp}'],
  [/^\w{3} +\d{1,2} \d{2}:\d{2}:\d{2}/, '%{SYSLOGTIMESTAMP:timestamp}'],
  [new RegExp(`^(?:${LEVEL})\\b`, 'i'), '%{LOGLEVEL:level}'],
  [/^(?:\d{1,3}\.){3}\d{1,3}\b/, '%{IPV4:client.address}'],
  [/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/i, '%{UUID:id}'],
  [/^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b/, '%{WORD:http.request.method}'],
  [/^(?:[a-z_][\w$]*\.){2,}[\w$]+/i, '%{JAVACLASS:code.namespace}'],
  [/^\d+\b/, '%{INT:number}'],
];
const SIGNS = /^[[\](){}|,:;<>"'#= -]+/;
const MAX_HEADS = 12;

/** Cuts known heads and signs off all lines together, as long as all have the same. Null when nothing is known. */
function guessed(lines: readonly string[]): string | null {
  let rest = lines.map((line) => line);
  let pattern = '^';
  const names = new Map<string, number>();
  for (let i = 0; i < MAX_HEADS; i++) {
    const signs = SIGNS.exec(rest[0] ?? '')?.[0] ?? '';
    const sign = signs.trim();
    const cut = (line: string): string | null => {
      const own = SIGNS.exec(line)?.[0] ?? '';
      return own.trim() === sign && (own === '') === (signs === '') ? line.slice(own.length) : null;
    };
    const after = rest.map(cut);
    if (!mostly(after)) break;
    const lefts = after.filter((line) => line !== null);
    const head = HEADS.find(([looks]) => mostly(lefts.map((line) => (looks.test(line) ? line : null))));
    if (head === undefined) break;
    const [looks, written] = head;
    pattern += between(signs) + numbered(written, names);
    rest = lefts.filter((line) => looks.test(line)).map((line) => line.replace(looks, ''));
  }
  if (names.size === 0) return null;
  const signs = SIGNS.exec(rest[0] ?? '')?.[0] ?? '';
  return `  - type: grok\n    pattern: '${`${pattern}${between(signs, '*')}%{GREEDYDATA:message}`.replaceAll("'", "''")}'\n`;
}

const mostly = (lines: readonly (string | null)[]): boolean =>
  lines.length > 0 && lines.filter((line) => line !== null).length / lines.length >= ENOUGH;

/** Signs as an expression; any number of spaces where there are some. */
const between = (signs: string, spaces: '+' | '*' = '+'): string =>
  signs.replaceAll(/ +|[^ ]/g, (sign) => (sign.startsWith(' ') ? ` ${spaces}` : sign.replace(/[[\](){}|.]/, '\\$&')));

/** A name that is there already gets a number. */
function numbered(written: string, names: Map<string, number>): string {
  return written.replace(/(?<=[:<])[a-z][\w.]*(?=[}>])/, (name) => {
    const count = (names.get(name) ?? 0) + 1;
    names.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
