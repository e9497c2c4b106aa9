import { ActionIcon, Button, Menu, MultiSelect, Tooltip } from '@mantine/core';
import type { SessionInfo } from '@moalog/contract';
import {
  IconDownload,
  IconHistory,
  IconLink,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconTextWrap,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { recentSearches } from './recent.ts';
import { SearchInput } from './SearchInput.tsx';
import { TimeRange } from './TimeRange.tsx';
import type { ExploreState } from './url-state.ts';

export interface ToolbarProps {
  readonly state: ExploreState;
  readonly session: SessionInfo;
  readonly draft: string;
  readonly found: number | undefined;
  readonly onDraft: (text: string) => void;
  readonly onRun: (text: string) => void;
  readonly onChange: (change: Partial<ExploreState>) => void;
  readonly onRefresh: () => void;
  readonly onExport: (format: 'csv' | 'ndjson' | 'parquet') => void;
  readonly onShare: () => void;
}

export function Toolbar({
  state,
  session,
  draft,
  found,
  onDraft,
  onRun,
  onChange,
  onRefresh,
  onExport,
  onShare,
}: ToolbarProps) {
  const { t } = useTranslation();
  const recent = recentSearches();
  return (
    <div className="top">
      {session.projects.length > 1 && (
        <MultiSelect
          aria-label={t('app.projects')}
          data={session.projects.map(({ slug, name }) => ({ value: slug, label: name }))}
          value={[...state.projects]}
          onChange={(projects) => onChange({ projects })}
          placeholder={state.projects.length === 0 ? t('app.projects') : ''}
          maw={240}
        />
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: <search> has no styling hooks in older browsers */}
      <div className="search search-bar" role="search">
        <SearchInput
          value={draft}
          scope={{ project: state.projects, from: state.from, to: state.to }}
          onChange={onDraft}
          onRun={onRun}
        />
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('search.history')} mr={4}>
              <IconHistory size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown maw="80vw">
            <Menu.Label>{recent.length === 0 ? t('search.history.empty') : t('search.history')}</Menu.Label>
            {recent.map((text) => (
              <Menu.Item key={text} onClick={() => onRun(text)} ff="monospace">
                {text}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <Button h={36} onClick={() => onRun(draft)}>
        {t('search.run')}
      </Button>
      <TimeRange
        from={state.from}
        to={state.to}
        utc={state.utc}
        onChange={(from, to) => onChange({ from, to, live: false })}
        onZone={(utc) => onChange({ utc })}
      />
      <Act label={t('refresh')} onClick={onRefresh} icon={<IconRefresh size={16} />} />
      <Button
        h={36}
        px="sm"
        variant={state.live ? 'filled' : 'default'}
        color={state.live ? 'red.9' : 'teal'}
        leftSection={state.live ? <IconPlayerStop size={15} aria-hidden /> : <IconPlayerPlay size={15} aria-hidden />}
        onClick={() => onChange({ live: !state.live })}
        aria-pressed={state.live}
      >
        {t(state.live ? 'live.stop' : 'live.start')}
      </Button>
      <Act
        label={t('table.wrap')}
        onClick={() => onChange({ wrap: !state.wrap })}
        icon={<IconTextWrap size={16} />}
        pressed={state.wrap}
      />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={t('export')}>
            <IconDownload size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {found !== undefined && (
            <Menu.Label>{t('export.all', { count: found.toLocaleString() as unknown as number })}</Menu.Label>
          )}
          {(['csv', 'ndjson', 'parquet'] as const).map((format) => (
            <Menu.Item key={format} onClick={() => onExport(format)}>
              {t(`export.${format}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Act label={t('share')} onClick={onShare} icon={<IconLink size={16} />} />
    </div>
  );
}

function Act({
  label,
  onClick,
  icon,
  pressed,
}: {
  label: string;
  onClick: () => void;
  icon: React.ReactNode;
  pressed?: boolean;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={pressed ? 'light' : 'default'}
        size={36}
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
