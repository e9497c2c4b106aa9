import { Loader, Modal, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { parseSearch } from '@moalog/search-language';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Asked, useTopValues } from './questions.ts';
import { Failure } from './Status.tsx';
import { fieldsNamed, type Standout, standouts } from './standouts.ts';
import { moved } from './time.ts';

/** While someone types the other search, it is not asked at every key. */
const TYPING_MS = 400;

/** What is different about the events found: values that are more or less frequent than in all events, in the period before, or in another search. */
export function StandoutDialog({
  asked,
  opened,
  onClose,
  onFilter,
}: {
  asked: Asked;
  opened: boolean;
  onClose: () => void;
  onFilter: (field: string, value: string, how: 'include' | 'exclude') => void;
}) {
  const { t } = useTranslation();
  const [against, setAgainst] = useState<'all' | 'before' | 'search'>('all');
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, TYPING_MS);
  const other = useMemo(
    (): Asked =>
      against === 'before'
        ? { ...asked, ...moved(asked.from, asked.to, -1, Date.now()) }
        : { ...asked, query: against === 'all' ? '' : search },
    [asked, against, search],
  );
  const one = useTopValues(asked, opened);
  const two = useTopValues(other, opened);
  const error = one.error ?? two.error;
  // What is searched for stands out by itself.
  const named = useMemo(() => fieldsNamed(parseSearch(asked.query).tree), [asked.query]);
  const found = one.data === undefined || two.data === undefined ? null : standouts(one.data, two.data, named);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('standout.title')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <SegmentedControl
        size="xs"
        fullWidth
        mb="sm"
        aria-label={t('standout.against')}
        value={against}
        onChange={setAgainst}
        data={(['all', 'before', 'search'] as const).map((value) => ({ value, label: t(`standout.${value}`) }))}
      />
      {against === 'search' && (
        <TextInput
          mb="sm"
          ff="monospace"
          aria-label={t('standout.search')}
          placeholder={t('search.placeholder')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {error !== null && <Failure error={error} query={other.query} kept={false} onRetry={() => void two.refetch()} />}
      {found === null && error === null && <Loader size="sm" />}
      {found?.length === 0 && <Text size="sm">{t('standout.none')}</Text>}
      {found?.map((standout) => (
        <Line
          key={`${standout.field}=${standout.value}`}
          standout={standout}
          onClick={() => {
            onClose();
            onFilter(standout.field, standout.value, 'include');
          }}
        />
      ))}
    </Modal>
  );
}

function Line({ standout, onClick }: { standout: Standout; onClick: () => void }) {
  const { t } = useTranslation();
  const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
  return (
    <button type="button" className="standout" onClick={onClick} title={t('fields.include', { value: standout.value })}>
      <span className="standout-name">
        <Text span size="xs" c="dimmed">
          {standout.field}
        </Text>{' '}
        {standout.value}
      </span>
      <span className="standout-bars">
        <i style={{ width: `${100 * standout.share}%` }} />
        <i style={{ width: `${100 * standout.otherShare}%` }} className="other" />
      </span>
      <span className="standout-shares">
        <b>{percent(standout.share)}</b>
        <Text span size="xs" c="dimmed">
          {percent(standout.otherShare)}
        </Text>
      </span>
    </button>
  );
}
