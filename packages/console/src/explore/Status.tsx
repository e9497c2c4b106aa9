import { Alert, Button, Group, Loader, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';

/** A search that takes longer than this says so and offers to be cancelled. */
const SLOW_MS = 1_500;

export function Slow({ busy, onCancel }: { busy: boolean; onCancel: () => void }) {
  const { t } = useTranslation();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!busy) return;
    const startedAt = Date.now();
    const timer = setInterval(() => setSeconds((Date.now() - startedAt) / 1_000), 250);
    return () => clearInterval(timer);
  }, [busy]);
  if (!busy || seconds * 1_000 < SLOW_MS) return null;
  return (
    <Group gap="xs">
      <Loader size={14} />
      <Text size="sm">{t('state.slow', { seconds: Math.floor(seconds) })}</Text>
      <Button size="compact-xs" variant="default" onClick={onCancel}>
        {t('state.cancel')}
      </Button>
    </Group>
  );
}

/** What helps, by the code of the error. */
const ADVICE: Readonly<Record<string, string>> = {
  query_time_limit: 'advice.narrow',
  query_memory_limit: 'advice.narrow',
  too_many_queries: 'advice.soon',
  engine_unavailable: 'advice.soon',
  shutting_down: 'advice.soon',
  unauthenticated: 'advice.signIn',
  forbidden: 'advice.signIn',
};

/** What failed, why, and a way to try again. */
export function Failure({
  error,
  query,
  kept,
  onRetry,
  onReplace,
}: {
  error: unknown;
  query: string;
  kept: boolean;
  onRetry: () => void;
  /** Takes the query with the word that was suggested. */
  onReplace?: (query: string) => void;
}) {
  const { t } = useTranslation();
  const problem = error instanceof ApiError ? error.problem : null;
  const translated = problem?.errors?.map((place) => {
    const code = /^query:(\w+)$/.exec(place.path)?.[1];
    return code === undefined ? place.message : t(`diagnostic.${code}`, wordsOf(t, place.values));
  });
  const why =
    problem?.code === 'offline' ? t('state.offline') : (translated?.join(' ') ?? problem?.detail ?? String(error));
  const advice = ADVICE[problem?.code ?? ''];
  const place = problem?.errors?.find((each) => each.from !== undefined);
  return (
    <Alert color="red" mx="sm" my={6} title={t('state.failed')} role="alert">
      <Group gap="xs">
        <Text size="sm">
          {why} {advice !== undefined && t(advice)} {kept && t('state.keptOld')}
        </Text>
        {place?.suggestion === undefined || onReplace === undefined ? (
          <Button size="compact-xs" color="red.9" onClick={onRetry}>
            {t('state.retry')}
          </Button>
        ) : (
          <Button
            size="compact-xs"
            color="red.9"
            onClick={() => onReplace(query.slice(0, place.from) + place.suggestion + query.slice(place.to))}
          >
            {t('state.replace', { word: place.suggestion })}
          </Button>
        )}
      </Group>
      {place?.from !== undefined && (
        <pre className="wrong-query">
          {query.slice(0, place.from)}
          <mark>{query.slice(place.from, Math.max(place.to ?? 0, place.from + 1)) || '␣'}</mark>
          {query.slice(Math.max(place.to ?? 0, place.from + 1))}
        </pre>
      )}
      {problem?.requestId !== undefined && problem.status >= 500 && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('state.requestId', { id: problem.requestId })}
        </Text>
      )}
    </Alert>
  );
}

type Words = Readonly<Record<string, string>>;

/** What was expected at a place comes as words of the language and as names of kinds. */
function wordsOf(t: TFunction, values: Words = {}): Words {
  if (values.expected === undefined) return values;
  const expected = values.expected
    .split(' ')
    .map((word) => (word.startsWith('"') ? word.slice(1, -1) : t(`expected.${word}`)));
  return { ...values, expected: [...new Set(expected)].join(', ') };
}

export function NoHits({
  from,
  hints,
  onRange,
  onReplace,
}: {
  from: string;
  hints: readonly { field: string; nearest: readonly string[] }[];
  onRange: (from: string) => void;
  onReplace: (wrong: string, right: string) => void;
}) {
  const { t } = useTranslation();
  const wider = from === 'now-20000d' ? [] : ['now-24h', 'now-30d', 'now-20000d'].filter((preset) => preset !== from);
  return (
    <div style={{ padding: 24 }}>
      <Text mb="sm">{t('state.noHits')}</Text>
      {hints.map(({ field, nearest }) => (
        <Group key={field} gap="xs" mb="sm">
          <Text size="sm">{t('state.noHits.nearest', { field })}</Text>
          {nearest.map((name) => (
            <Button key={name} size="compact-xs" variant="light" onClick={() => onReplace(field, name)}>
              {name}
            </Button>
          ))}
        </Group>
      ))}
      <Group gap="xs">
        {wider.map((preset) => (
          <Button key={preset} size="compact-sm" variant="default" onClick={() => onRange(preset)}>
            {preset === 'now-20000d'
              ? t('state.noHits.everything')
              : t('state.noHits.wider', { range: t(`range.${preset}`) })}
          </Button>
        ))}
      </Group>
    </div>
  );
}
