import { ActionIcon, Button, Group, Popover, SegmentedControl, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { recentRanges } from './kept.ts';
import { formatTime, fromInput, moved, PRESETS, toInput, toMs } from './time.ts';

export interface TimeRangeProps {
  readonly from: string;
  readonly to: string;
  readonly utc: boolean;
  /** Whether the buttons for a step back and forward are shown. */
  readonly steps: boolean;
  readonly onChange: (from: string, to: string) => void;
  readonly onZone: (utc: boolean) => void;
}

/** Presets, an absolute range, steps back and forward, and the zone that times are shown in. */
export function TimeRange({ from, to, utc, steps, onChange, onZone }: TimeRangeProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const preset = to === 'now' && (PRESETS as readonly string[]).includes(from);
  const now = Date.now();
  const [start, setStart] = useState('');
  const [end, setEnd] = useState('');
  const step = (by: number): void => {
    const range = moved(from, to, by, now);
    onChange(range.from, range.to);
  };
  const show = (point: string): string => formatTime(new Date(toMs(point, now)).toISOString(), utc).slice(0, 19);
  const toggle = (): void => {
    setStart(toInput(toMs(from, now), utc));
    setEnd(toInput(toMs(to, now), utc));
    setOpened(!opened);
  };
  const recent = recentRanges.all();
  const valid = fromInput(start, utc) < fromInput(end, utc);

  return (
    <Group gap={2} wrap="nowrap">
      {steps && (
        <Tooltip label={t('range.back')}>
          <ActionIcon variant="default" size={36} aria-label={t('range.back')} onClick={() => step(-1)}>
            <IconChevronLeft size={16} />
          </ActionIcon>
        </Tooltip>
      )}
      <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" withinPortal trapFocus>
        <Popover.Target>
          <Button
            variant="default"
            h={36}
            px="sm"
            leftSection={<IconClock size={16} aria-hidden />}
            onClick={toggle}
            title={t('range.label')}
          >
            {preset ? t(`range.${from}`) : `${show(from)} – ${to === 'now' ? t('range.now') : show(to)}`}
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Group align="flex-start" wrap="wrap" maw="80vw">
            <Stack gap={2}>
              {PRESETS.map((name) => (
                <Button
                  key={name}
                  size="compact-sm"
                  variant={preset && from === name ? 'light' : 'subtle'}
                  justify="flex-start"
                  onClick={() => {
                    onChange(name, 'now');
                    setOpened(false);
                  }}
                >
                  {t(`range.${name}`)}
                </Button>
              ))}
            </Stack>
            <Stack gap="xs">
              <Text size="sm" fw={600}>
                {t('range.absolute')}
              </Text>
              <TextInput
                type="datetime-local"
                step={1}
                label={t('range.from')}
                value={start}
                onChange={(event) => setStart(event.currentTarget.value)}
              />
              <TextInput
                type="datetime-local"
                step={1}
                label={t('range.to')}
                value={end}
                onChange={(event) => setEnd(event.currentTarget.value)}
                error={valid ? null : t('range.invalid')}
              />
              <Button
                disabled={!valid}
                onClick={() => {
                  recentRanges.add({
                    from: new Date(fromInput(start, utc)).toISOString(),
                    to: new Date(fromInput(end, utc)).toISOString(),
                  });
                  onChange(new Date(fromInput(start, utc)).toISOString(), new Date(fromInput(end, utc)).toISOString());
                  setOpened(false);
                }}
              >
                {t('range.apply')}
              </Button>
              {recent.length > 0 && (
                <Text size="sm" fw={600}>
                  {t('range.recent')}
                </Text>
              )}
              {recent.map((range) => (
                <Button
                  key={`${range.from} ${range.to}`}
                  size="compact-xs"
                  variant="subtle"
                  justify="flex-start"
                  onClick={() => {
                    onChange(range.from, range.to);
                    setOpened(false);
                  }}
                >
                  {show(range.from).slice(5)} – {show(range.to).slice(5)}
                </Button>
              ))}
              <SegmentedControl
                size="xs"
                value={utc ? 'utc' : 'local'}
                onChange={(zone) => onZone(zone === 'utc')}
                data={[
                  { value: 'local', label: t('range.zone.local') },
                  { value: 'utc', label: t('range.zone.utc') },
                ]}
              />
            </Stack>
          </Group>
        </Popover.Dropdown>
      </Popover>
      {steps && (
        <Tooltip label={t('range.forward')}>
          <ActionIcon variant="default" size={36} aria-label={t('range.forward')} onClick={() => step(1)}>
            <IconChevronRight size={16} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
