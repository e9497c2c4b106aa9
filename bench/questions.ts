/** What people ask of logs, in the forms of both systems. Both answer for the same range of time. */
export interface Question {
  readonly name: string;
  /** Route below /api/v1, and its body. */
  readonly moalog: {
    readonly route: 'search' | 'histogram' | 'facets' | 'sql';
    readonly body: Readonly<Record<string, unknown>>;
  };
  /** Route below /select/logsql, and its form. */
  readonly victorialogs: {
    readonly route: 'query' | 'hits' | 'facets';
    readonly form: Readonly<Record<string, string>>;
  };
}

const latest = (name: string, query: string, logsql: string): Question => ({
  name,
  moalog: { route: 'search', body: { query } },
  victorialogs: { route: 'query', form: { query: logsql, limit: '100' } },
});

/** Bars by level: 30 days in 12 h steps. */
const counted = (name: string, query: string, logsql: string): Question => ({
  name,
  moalog: { route: 'histogram', body: { query, buckets: 64 } },
  victorialogs: { route: 'hits', form: { query: logsql, step: '12h', field: 'level' } },
});

/** Analytics, in SQL and in LogsQL. */
const analysed = (name: string, sql: string, logsql: string): Question => ({
  name,
  moalog: { route: 'sql', body: { sql } },
  victorialogs: { route: 'query', form: { query: logsql } },
});

export const QUESTIONS: readonly Question[] = [
  counted('histogram by level, everything', '', '*'),
  counted('histogram of a word', 'retries', 'retries'),
  latest('latest 100', '', '*'),
  latest('latest 100 of a service', 'service:svc-7', '{service="svc-7"}'),
  latest('latest 100 errors', 'level:error', 'level:="error"'),
  latest('latest 100 of a common word', 'replica', 'replica'),
  latest('rare word', 'needle', 'needle'),
  counted('phrase, counted', '"connection timeout"', '"connection timeout"'),
  counted('substring, counted', '*eplic*', '~"eplic"'),
  counted('regular expression, counted', '/user=\\d+7 /', '~"user=\\\\d+7 "'),
  latest('trace id', 'trace_id:00000000000000000000000000000000', 'trace_id:="00000000000000000000000000000000"'),
  counted('status ≥ 500, counted', 'http.status:>=500', 'http.status:>=500'),
  analysed('count', 'SELECT count() FROM logs', '* | count() n'),
  analysed(
    'p99 of a duration by service',
    "SELECT service, quantile(0.99)(toFloat64OrZero(attributes['duration_ms'])) FROM logs GROUP BY service",
    '* | stats by (service) quantile(0.99, duration_ms) p99',
  ),
  analysed(
    'top paths with status ≥ 500',
    "SELECT attributes['http.path'] AS path, count() AS events FROM logs WHERE toUInt16OrZero(attributes['http.status']) >= 500 GROUP BY path ORDER BY events DESC LIMIT 10",
    'http.status:>=500 | stats by (http.path) count() n | sort by (n desc) limit 10',
  ),
  analysed(
    'regular expression extracted and counted',
    "SELECT extract(message, 'user=([0-9]+)') AS user, count() AS events FROM logs GROUP BY user ORDER BY events DESC LIMIT 10",
    '* | extract_regexp "user=(?P<user>[0-9]+)" | stats by (user) count() n | sort by (n desc) limit 10',
  ),
  analysed('distinct users', "SELECT uniqExact(attributes['user_id']) FROM logs", '* | stats count_uniq(user_id) n'),
  {
    name: 'facets',
    moalog: { route: 'facets', body: {} },
    victorialogs: { route: 'facets', form: { query: '*', limit: '10' } },
  },
];
