import { ActionIcon, Group, Text, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import type { Facet, FacetsResponse } from '@moalog/contract';
import { IconColumnInsertRight, IconColumnRemove, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LEVEL_COLORS } from '../app/theme.ts';

export interface FieldsPanelProps {
  readonly data: FacetsResponse | undefined;
  readonly columns: readonly string[];
  readonly onFilter: (field: string, value: string, how: 'include' | 'exclude') => void;
  readonly onColumn: (field: string) => void;
}

/** Facets with counts and shares: a click includes a value, Alt-click or its button excludes it. */
export function FieldsPanel({ data, columns, onFilter, onColumn }: FieldsPanelProps) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState('');
  const facets = (data?.facets ?? []).filter((facet) => facet.field.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <>
      <TextInput
        size="xs"
        mb="xs"
        leftSection={<IconSearch size={14} aria-hidden />}
        placeholder={t('fields.search')}
        aria-label={t('fields.search')}
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
      />
      {data?.sampled && (
        <Text size="xs" c="dimmed" mb={4}>
          {t('fields.sampled')}
        </Text>
      )}
      {data !== undefined && facets.length === 0 && <Text size="sm">{t('fields.none')}</Text>}
      {facets.map((facet) => (
        <FacetBlock
          key={facet.field}
          facet={facet}
          shown={columns.includes(facet.field)}
          onFilter={onFilter}
          onColumn={onColumn}
        />
      ))}
    </>
  );
}

function FacetBlock({
  facet,
  shown,
  onFilter,
  onColumn,
}: {
  facet: Facet;
  shown: boolean;
  onFilter: FieldsPanelProps['onFilter'];
  onColumn: FieldsPanelProps['onColumn'];
}) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(true);
  const [all, setAll] = useState(false);
  const most = Math.max(1, ...facet.values.map((value) => value.count));
  const values = all ? facet.values : facet.values.slice(0, 5);
  const pin = t(shown ? 'fields.unpin' : 'fields.pin', { field: facet.field });
  return (
    <section className="facet" aria-label={facet.field}>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} style={{ flex: 1, minWidth: 0 }}>
          <Text size="xs" fw={600} truncate>
            {facet.field}
          </Text>
        </UnstyledButton>
        <Tooltip label={pin}>
          <ActionIcon
            variant="subtle"
            size="sm"
            color={shown ? 'teal' : 'gray'}
            aria-label={pin}
            aria-pressed={shown}
            onClick={() => onColumn(facet.field)}
          >
            {shown ? <IconColumnRemove size={14} /> : <IconColumnInsertRight size={14} />}
          </ActionIcon>
        </Tooltip>
      </Group>
      {open &&
        values.map(({ value, count }) => (
          <div className="facet-value" key={value}>
            <div
              className="bar"
              style={{
                width: `${(100 * count) / most}%`,
                ...(facet.field === 'level' ? { '--bar': LEVEL_COLORS[value] } : {}),
              }}
            />
            <button
              type="button"
              className="name"
              title={t('fields.include', { value })}
              onClick={(event) => onFilter(facet.field, value, event.altKey ? 'exclude' : 'include')}
            >
              {value}
            </button>
            <span className="count" title={`${((100 * count) / Math.max(1, facet.count)).toFixed(1)} %`}>
              {new Intl.NumberFormat(i18n.language, { notation: 'compact', maximumFractionDigits: 1 }).format(count)}
            </span>
            <button
              type="button"
              className="out"
              aria-label={t('fields.exclude', { value })}
              title={t('fields.exclude', { value })}
              onClick={() => onFilter(facet.field, value, 'exclude')}
            >
              −
            </button>
          </div>
        ))}
      {open && !all && facet.values.length > 5 && (
        <UnstyledButton onClick={() => setAll(true)}>
          <Text size="xs" c="teal" pl={6}>
            {t('fields.more')}
          </Text>
        </UnstyledButton>
      )}
    </section>
  );
}
