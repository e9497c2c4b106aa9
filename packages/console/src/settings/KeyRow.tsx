import { ActionIcon, Menu, Text } from '@mantine/core';
import type { KeyInfo } from '@moalog/contract';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../ui/format.ts';
import { stateOf } from './key-draft.ts';

const TAGS = { works: 'good', replaced: 'warn', ending: 'warn', over: 'bad' } as const;

export interface KeyRowProps {
  readonly apiKey: KeyInfo;
  readonly onRotate: () => void;
  readonly onRevoke: () => void;
}

/** A key: what it may do and where, whether it works and when it last did. */
export function KeyRow({ apiKey: key, onRotate, onRevoke }: KeyRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = stateOf(key);
  const bounds = [...key.networks, ...key.origins];
  return (
    <tr className={state === 'over' ? 'faded' : ''}>
      <td>
        <Text size="sm" fw={600} component="span">
          {key.name}
        </Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {key.prefix}…
        </Text>
      </td>
      <td data-label={t('apiKeys.scopes.short')}>
        <span>
          {key.scopes.map((scope) => (
            <span key={scope} className="tag">
              {t(`apiKeys.scope.${scope}`)}
            </span>
          ))}
        </span>
      </td>
      <td data-label={t('apiKeys.projects')}>
        <span>
          {key.projects === null
            ? t('apiKeys.projects.all')
            : key.projects.map((slug) => (
                <span key={slug} className="tag">
                  {slug}
                </span>
              ))}
          {bounds.length > 0 && (
            <Text size="xs" c="dimmed">
              {t('apiKeys.from', { places: bounds.join(', ') })}
            </Text>
          )}
        </span>
      </td>
      <td data-label={t('apiKeys.state')}>
        <span>
          <span className={`tag ${TAGS[state]}`}>{t(`apiKeys.state.${state}`)}</span>
          {key.expiresAt !== null && (
            <Text size="xs" c="dimmed" title={format.moment(key.expiresAt)}>
              {t(state === 'over' ? 'apiKeys.ended' : 'apiKeys.ends', { when: format.ago(key.expiresAt) })}
            </Text>
          )}
        </span>
      </td>
      <td data-label={t('apiKeys.lastUsed')}>
        {key.lastUsedAt === null ? (
          <Text size="sm" c="dimmed" component="span">
            {t('apiKeys.never')}
          </Text>
        ) : (
          <span title={format.moment(key.lastUsedAt)}>{format.ago(key.lastUsedAt)}</span>
        )}
      </td>
      <td className="acts">
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={t('apiKeys.acts', { name: key.name })}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {state !== 'over' && key.replacedBy === null && (
              <Menu.Item onClick={onRotate}>{t('apiKeys.rotate')}</Menu.Item>
            )}
            <Menu.Item color="red" onClick={onRevoke}>
              {t(state === 'over' ? 'apiKeys.remove' : 'apiKeys.revoke')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  );
}
