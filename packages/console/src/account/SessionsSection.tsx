import './account.css';
import './texts.ts';
import { Badge, Button, Text } from '@mantine/core';
import type { PersonSessionInfo } from '@moalog/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call } from '../api/client.ts';
import { useShell } from '../app/shell.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { deviceOf } from './device.ts';
import { useAct } from './useAct.ts';

/** Where one is signed in, and ending it elsewhere. */
export function SessionsSection() {
  const { t, i18n } = useTranslation();
  const { session } = useShell();
  const queries = useQueryClient();
  const { busy, act } = useAct();
  const list = useQuery({
    queryKey: ['profile', 'sessions'],
    queryFn: () => call<{ sessions: PersonSessionInfo[] }>('GET', '/api/v1/profile/sessions'),
    enabled: session.person !== null,
  });
  const end = (path: string) =>
    void act(async () => {
      await call('DELETE', `/api/v1/profile/sessions${path}`);
      await queries.invalidateQueries({ queryKey: ['profile', 'sessions'] });
    });
  const sessions = list.data?.sessions ?? [];
  return (
    <>
      <PageHead title={t('sessions.title')} lead={t(session.person === null ? 'profile.key' : 'sessions.lead')}>
        {sessions.length > 1 && (
          <Button variant="default" loading={busy} onClick={() => end('')}>
            {t('sessions.endOthers')}
          </Button>
        )}
      </PageHead>
      <ul className="session-list">
        {sessions.map((one) => (
          <li key={one.id}>
            <div>
              <Text size="sm" fw={600}>
                {deviceOf(one.agent) ?? t('sessions.unknown')}{' '}
                {one.current && <Badge size="sm">{t('sessions.current')}</Badge>}
              </Text>
              <Text size="xs" c="dimmed">
                {one.address} ·{' '}
                {t('sessions.seen', {
                  when: new Date(one.lastSeenAt).toLocaleString(i18n.language, {
                    dateStyle: 'medium',
                    timeStyle: 'short',
                  }),
                })}
              </Text>
            </div>
            {!one.current && (
              <Button variant="default" size="compact-sm" loading={busy} onClick={() => end(`/${one.id}`)}>
                {t('sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
