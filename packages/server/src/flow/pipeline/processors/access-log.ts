import { z } from 'zod';
import type { EventState } from '../event-state.ts';
import { fieldSchema } from '../field-names.ts';
import { readLogFormat } from '../formats/access/log-format.ts';
import { PRESETS } from '../formats/access/presets.ts';
import type { Variable } from '../formats/access/variable.ts';
import { w3cFormat } from '../formats/access/w3c.ts';
import { failUnless } from '../formats/captures.ts';
import { processor } from '../processor.ts';

const NUMBERS_OF_SECONDS: Readonly<Record<string, number>> = { milliseconds: 1_000, microseconds: 1_000_000 };

/** `GET /path?query HTTP/1.1` into its parts; anything else stays whole in `http.request.line`. */
function requestFields(state: EventState, line: string): (readonly [string, string])[] {
  const parts = state.step(`splitByChar(' ', ${line})`);
  const whole = state.step(`length(${parts}) = 3 AND startsWith(${parts}[3], 'HTTP/')`);
  const target = state.step(`if(${whole}, ${parts}[2], '')`);
  return [
    ['http.request.method', `if(${whole}, ${parts}[1], '')`],
    ...targetFields(state, target),
    ['network.protocol.version', `if(${whole}, substring(${parts}[3], 6), '')`],
    ['http.request.line', `if(${whole}, '', ${line})`],
  ];
}

function targetFields(state: EventState, target: string): (readonly [string, string])[] {
  const mark = state.step(`position(${target}, '?')`);
  return [
    ['url.path', `if(${mark} = 0, ${target}, substring(${target}, 1, ${mark} - 1))`],
    ['url.query', `if(${mark} = 0, '', substring(${target}, ${mark} + 1))`],
  ];
}

function fieldsOf(state: EventState, { field, kind }: Variable, value: string): (readonly [string, string])[] {
  if (field === '') return [];
  if (kind === 'request') return requestFields(state, state.step(value));
  if (kind === 'target') return targetFields(state, state.step(value));
  if (field === 'timestamp') return [[field, `trim(BOTH '[]' FROM replaceOne(${value}, '\\t', ' '))`]];
  if (field === 'network.protocol.version') return [[field, `replaceOne(${value}, 'HTTP/', '')`]];
  if (kind === 'text' && (field === 'client.address' || field === 'network.peer.address'))
    return addressFields(state, field, state.step(value));
  if (kind === 'text') return [[field, value]];
  if (kind === 'seconds') return [[field, `if(startsWith(${value}, '-'), '', ${value})`]];
  const text = state.step(value);
  if (kind === 'upstream') {
    const sum = `toString(round(arraySum(t -> toFloat64OrZero(t), splitByRegexp('[ ,:]+', ${text})), 6))`;
    return [[field, `multiIf(${text} = '-', '', position(${text}, ' ') = 0, ${text}, ${sum})`]];
  }
  return [
    [
      field,
      `if(${text} = '' OR startsWith(${text}, '-'), '', toString(toFloat64OrZero(${text}) / ${NUMBERS_OF_SECONDS[kind]}))`,
    ],
  ];
}

/** ALB and Envoy write the port behind the address. */
function addressFields(state: EventState, field: string, value: string): (readonly [string, string])[] {
  const port = state.step(
    `if(countSubstrings(${value}, ':') = 1 OR startsWith(${value}, '['), extract(${value}, ':([0-9]+)$'), '')`,
  );
  return [
    [
      field,
      `if(${port} = '', ${value}, trim(BOTH '[]' FROM substring(${value}, 1, length(${value}) - length(${port}) - 1)))`,
    ],
    [field.replace('address', 'port'), port],
  ];
}

export const accessLog = processor(
  'access_log',
  'Reads an access log: combined, common, alb, cloudfront, haproxy, haproxy_tcp, envoy, iis; or the log_format of nginx and Kong, the LogFormat of Apache, the #Fields of IIS, as they stand in the configuration.',
  {
    field: fieldSchema.default('message'),
    format: z.string().min(1).max(10_000),
  },
  (state, { field, format }, { path }) => {
    const preset = Object.hasOwn(PRESETS, format) ? PRESETS[format]?.() : undefined;
    const { source: pattern, variables } =
      preset ?? (/^#?Fields:/.test(format) ? w3cFormat(format) : readLogFormat(format, `${path}.format`));
    const source = state.step(state.read(field));
    const groups = state.guarded(
      `extractGroups(${source}, ${state.regex(pattern, 'format')})`,
      `CAST([], 'Array(String)')`,
    );
    const matched = state.step(`notEmpty(${groups})`);
    const found = variables
      .flatMap((variable, i) => fieldsOf(state, variable, `${groups}[${i + 1}]`))
      .map(([name, sql]) => [name, state.step(sql)] as const);
    for (const [name, sql] of found) state.writeIfThere(name, sql);
    // Logs in W3C's form begin with lines of comment.
    failUnless(state, `(${matched} OR startsWith(${source}, '#'))`, source, field, 'the line is not in this format');
  },
);
