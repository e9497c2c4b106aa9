import './people.css';
import './texts.ts';
import '../account/texts.ts';
import { Button, Text } from '@mantine/core';
import type { Group } from '@moalog/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../account/useAct.ts';
import { call } from '../api/client.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { Ask } from './Ask.tsx';
import { GroupForm } from './GroupForm.tsx';
import { useGroups } from './questions.ts';

/** People with the same roles. */
export function GroupsSection() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const groups = useGroups();
  const [open, setOpen] = useState<Group | 'new' | null>(null);
  const [removing, setRemoving] = useState<Group | null>(null);
  const { act } = useAct();
  const remove = ({ id }: Group) =>
    void act(async () => {
      await call('DELETE', `/api/v1/groups/${id}`);
      setRemoving(null);
      await queries.invalidateQueries({ queryKey: ['people'] });
    });
  return (
    <>
      <PageHead title={t('groups.title')} lead={t('groups.lead')}>
        {groups.data !== undefined && <Button onClick={() => setOpen('new')}>{t('groups.new')}</Button>}
      </PageHead>
      {groups.isError && <Text size="sm">{t('members.adminOnly')}</Text>}
      {groups.data?.length === 0 && <Text size="sm">{t('groups.none')}</Text>}
      <ul className="people-list" aria-label={t('groups.title')}>
        {groups.data?.map((group) => (
          <li key={group.id}>
            <div className="people-name">
              <Text size="sm" fw={600}>
                {group.name}
              </Text>
              <Text size="xs" c="dimmed">
                {[
                  t(`role.${group.role}`),
                  ...group.projects.map(({ project, role }) => `${project}: ${t(`role.${role}`)}`),
                  t('groups.members', { count: group.members.length }),
                  ...group.ssoGroups.map((name) => `SSO: ${name}`),
                ].join(' · ')}
              </Text>
            </div>
            <Button variant="default" size="compact-sm" onClick={() => setOpen(group)}>
              {t('groups.edit')}
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => setRemoving(group)}>
              {t('groups.remove')}
            </Button>
          </li>
        ))}
      </ul>
      {open !== null && <GroupForm group={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
      {removing !== null && (
        <Ask
          title={t('groups.remove.title', { name: removing.name })}
          text={t('groups.remove.text')}
          act={t('groups.remove')}
          onClose={() => setRemoving(null)}
          onYes={() => remove(removing)}
        />
      )}
    </>
  );
}
