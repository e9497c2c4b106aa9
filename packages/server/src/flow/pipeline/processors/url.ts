import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

export const url = processor(
  'url',
  'Takes an address apart: url.scheme, url.domain, url.port, url.path, url.query, url.fragment.',
  { field: fieldSchema.default('url') },
  (state, { field }) => {
    const source = state.step(`toString(${state.read(field)})`);
    const whole = state.step(`match(${source}, '^[A-Za-z][A-Za-z0-9+.-]*://') OR startsWith(${source}, '/')`);
    const parts: readonly (readonly [string, string])[] = [
      ['url.scheme', `protocol(${source})`],
      ['url.domain', `domainRFC(${source})`],
      ['url.port', `extract(${source}, '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*:([0-9]{1,5})(?:[/?#]|$)')`],
      ['url.path', `if(startsWith(${source}, '/'), extract(${source}, '^[^?#]*'), path(${source}))`],
      ['url.query', `queryString(${source})`],
      ['url.fragment', `fragment(${source})`],
    ];
    const found = parts.map(([name, sql]) => [name, state.step(sql)] as const);
    for (const [name, value] of found) state.writeIfThere(name, `if(${whole}, ${value}, '')`);
    state.fail(`${source} != '' AND NOT (${whole})`, `${field} is no address`);
  },
);

export const queryString = processor(
  'query_string',
  'Reads the parameters of a query string, decoded, below a name: url.query.page.',
  { field: fieldSchema.default('url.query'), target: z.string().min(1).max(128).default('url.query') },
  (state, { field, target }) => {
    const source = state.guarded(`trimLeft(toString(${state.read(field)}), '?')`, `''`);
    const pairs = `arrayFilter(p -> p != '', splitByChar('&', ${source}))`;
    const name = `concat(${state.text(`${target}.`)}, decodeURLFormComponent(splitByChar('=', p)[1]))`;
    const value = `decodeURLFormComponent(substring(p, position(concat(p, '='), '=') + 1))`;
    const all = state.step(`arrayMap(p -> (${name}, ${value}), ${pairs})`);
    // Of a parameter that is there twice the last counts.
    const last = `arrayFilter((p, i) -> i = arrayLastIndex(q -> q.1 = p.1, ${all}), ${all}, arrayEnumerate(${all}))`;
    state.merge(state.step(`CAST(${last}, 'Map(LowCardinality(String), String)')`));
  },
);
