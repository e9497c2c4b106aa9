import { Button, Checkbox, Popover, ScrollArea, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExploreState } from './url-state.ts';

export interface ViewMenuProps {
  readonly state: Pick<ExploreState, 'columns' | 'wrap' | 'compact' | 'compare'>;
  /** Fields that may be columns, the most frequent first. */
  readonly fields: readonly string[];
  readonly onChange: (change: Partial<ExploreState>) => void;
}

/** How the events are shown: columns, density, wrapped lines, and the period before in the histogram. */
export function ViewMenu({ state, fields, onChange }: ViewMenuProps) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState('');
  const all = [...new Set([...state.columns, ...fields])].filter((field) =>
    field.toLowerCase().includes(wanted.toLowerCase()),
  );
  const toggle = (field: string, shown: boolean): void =>
    onChange({ columns: shown ? [...state.columns, field] : state.columns.filter((name) => name !== field) });
  return (
    <Popover position="bottom-end" shadow="md" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          c="dimmed"
          className="quiet"
          aria-label={t('view.title')}
          leftSection={<IconAdjustmentsHorizontal size={15} aria-hidden />}
        >
          {t('view.title')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown w={264}>
        <Stack gap="sm">
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={t('view.density')}
            value={state.compact ? 'compact' : 'comfortable'}
            onChange={(density) => onChange({ compact: density === 'compact' })}
            data={[
              { value: 'comfortable', label: t('view.comfortable') },
              { value: 'compact', label: t('view.compact') },
            ]}
          />
          <Switch
            size="sm"
            label={t('table.wrap')}
            checked={state.wrap}
            onChange={(event) => onChange({ wrap: event.currentTarget.checked })}
          />
          <Switch
            size="sm"
            label={t('view.compare')}
            checked={state.compare}
            onChange={(event) => onChange({ compare: event.currentTarget.checked })}
          />
          <div>
            <Text size="sm" fw={600} mb={6}>
              {t('view.columns')}
            </Text>
            <TextInput
              size="xs"
              mb={8}
              placeholder={t('fields.search')}
              aria-label={t('fields.search')}
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
            <ScrollArea.Autosize mah={240} type="auto">
              <Stack gap={6}>
                {all.map((field) => (
                  <Checkbox
                    key={field}
                    size="xs"
                    label={field}
                    checked={state.columns.includes(field)}
                    onChange={(event) => toggle(field, event.currentTarget.checked)}
                  />
                ))}
              </Stack>
            </ScrollArea.Autosize>
          </div>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
