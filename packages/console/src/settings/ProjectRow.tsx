import { ActionIcon, Menu, Text } from '@mantine/core';
import type { ProjectInfo } from '@moalog/contract';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../ui/format.ts';

export interface ProjectRowProps {
  readonly project: ProjectInfo;
  readonly mayChange: boolean;
  readonly onEdit: () => void;
  readonly onArchive: () => void;
  readonly onDelete: () => void;
}

/** A project: what it took today, what it may take, and what can be done with it. */
export function ProjectRow({ project, mayChange, onEdit, onArchive, onDelete }: ProjectRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { slug, name, usage, limits } = project;
  return (
    <tr>
      <td>
        <span className="named">
          <i className="dot" style={{ '--dot': project.colour }} />
          <span>
            <a className="name" href={`/explore?project=${encodeURIComponent(slug)}`}>
              {name}
            </a>{' '}
            {project.state === 'archived' && <span className="tag">{t('projects.archived')}</span>}
            <Text size="xs" c="dimmed" ff="monospace">
              {slug}
            </Text>
          </span>
        </span>
      </td>
      <td data-label={t('projects.environments')}>
        <span>
          {project.environments.map((environment) => (
            <span key={environment} className="tag">
              {environment}
            </span>
          ))}
        </span>
      </td>
      <td data-label={t('projects.today')}>
        <span>
          {t('projects.events', { count: usage.events, formatted: format.count(usage.events) })}
          {usage.refusedEvents > 0 && (
            <>
              {' '}
              <span className="tag bad">{t('projects.refused', { formatted: format.count(usage.refusedEvents) })}</span>
            </>
          )}
        </span>
      </td>
      <td data-label={t('projects.volume')}>
        <Volume used={usage.bytes} limit={limits.bytesPerDay} />
      </td>
      <td data-label={t('projects.rate')} className="number">
        {limits.eventsPerSecond === null ? '–' : t('live.rate', { rate: format.count(limits.eventsPerSecond) })}
      </td>
      <td data-label={t('projects.kept')} className="number">
        {limits.retentionDays === null
          ? t('projects.kept.default')
          : t('projects.days', { count: limits.retentionDays, formatted: format.count(limits.retentionDays) })}
      </td>
      <td className="acts">
        {mayChange && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t('projects.acts', { name })}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={onEdit}>{t('settings.edit')}</Menu.Item>
              <Menu.Item onClick={onArchive}>
                {t(project.state === 'archived' ? 'projects.activate' : 'projects.archive')}
              </Menu.Item>
              {slug !== 'default' && (
                <Menu.Item color="red" onClick={onDelete}>
                  {t('projects.delete')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        )}
      </td>
    </tr>
  );
}

function Volume({ used, limit }: { used: number; limit: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (limit === null) return <span>{format.bytes(used)}</span>;
  const share = Math.min(1, used / limit);
  return (
    <div>
      {t('projects.of', { used: format.bytes(used), limit: format.bytes(limit) })}
      <div className={share >= 1 ? 'meter over' : 'meter'} aria-hidden>
        <i style={{ width: `${share * 100}%` }} />
      </div>
    </div>
  );
}
