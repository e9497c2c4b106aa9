import { ActionIcon, Button, Menu, MultiSelect, Tooltip } from '@mantine/core';
import type { SessionInfo } from '@moalog/contract';
import {
  IconDownload,
  IconLink,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconSearch,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { SearchInput } from './SearchInput.tsx';
import { SearchMenu } from './SearchMenu.tsx';
import { TimeRange } from './TimeRange.tsx';
import type { ExploreState } from './url-state.ts';
import { EXPORT_FORMATS, type ExportFormat } from './useExport.ts';

export interface ToolbarProps {
  readonly state: ExploreState;
  readonly session: SessionInfo;
  readonly draft: string;
  readonly found: number | undefined;
  readonly narrow: boolean;
  /** The screen as a link without the open event, behind `?`. */
  readonly address: () => string;
  readonly onDraft: (text: string) => void;
  readonly onRun: (text: string) => void;
  readonly onChange: (change: Partial<ExploreState>) => void;
  readonly onOpenSaved: (address: string) => void;
  readonly onRefresh: () => void;
  readonly onExport: (format: ExportFormat) => void;
  readonly onShare: () => void;
}

/** What is asked: projects, search, time range, live; and what is taken away: export, link. */
export function Toolbar(props: ToolbarProps) {
  const { state, session, draft, found, narrow, onRun, onChange } = props;
  const { t, i18n } = useTranslation();
  const LiveIcon = state.live ? IconPlayerStopFilled : IconPlayerPlayFilled;
  const liveIcon = <LiveIcon size={14} aria-hidden />;
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
          onChange={props.onDraft}
          onRun={onRun}
        />
        <SearchMenu address={props.address} query={state.query} onRun={onRun} onOpen={props.onOpenSaved} />
        <Button
          className="run"
          aria-label={t('search.run')}
          onClick={() => onRun(draft)}
          px={narrow ? 10 : 'md'}
          leftSection={narrow ? undefined : <IconSearch size={15} aria-hidden />}
        >
          {narrow ? <IconSearch size={16} aria-hidden /> : t('search.run')}
        </Button>
      </div>
      <TimeRange
        from={state.from}
        to={state.to}
        utc={state.utc}
        steps={!narrow}
        onChange={(from, to) => onChange({ from, to, live: false })}
        onZone={(utc) => onChange({ utc })}
      />
      <Button
        h={36}
        px={narrow ? 10 : 'sm'}
        variant={state.live ? 'filled' : 'default'}
        color={state.live ? 'red.9' : 'teal'}
        leftSection={narrow ? undefined : liveIcon}
        onClick={() => onChange({ live: !state.live })}
        aria-label={t(state.live ? 'live.stop' : 'live.start')}
        aria-pressed={state.live}
      >
        {narrow ? liveIcon : t(state.live ? 'live.stop' : 'live.start')}
      </Button>
      <ActionIcon.Group>
        <Act label={t('refresh')} onClick={props.onRefresh} icon={<IconRefresh size={16} />} />
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('export')} title={t('export')}>
              <IconDownload size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {found !== undefined && (
              <Menu.Label>
                {t('export.all', { count: found, formatted: found.toLocaleString(i18n.language) })}
              </Menu.Label>
            )}
            {EXPORT_FORMATS.map((format) => (
              <Menu.Item key={format} onClick={() => props.onExport(format)}>
                {t(`export.${format}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Act label={t('share')} onClick={props.onShare} icon={<IconLink size={16} />} />
      </ActionIcon.Group>
    </div>
  );
}

function Act({ label, onClick, icon }: { label: string; onClick: () => void; icon: React.ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={36} aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
