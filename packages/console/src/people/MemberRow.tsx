import { Alert, Badge, Button, Menu, Text } from '@mantine/core';
import type { Member } from '@moalog/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../account/useAct.ts';
import { call } from '../api/client.ts';
import { Ask } from './Ask.tsx';
import { RoleSelect } from './RoleSelect.tsx';

/** A person with their role and what an admin may do. */
export function MemberRow({
  member,
  isSelf,
  mayMakeOwners,
  onLink,
}: {
  member: Member;
  isSelf: boolean;
  mayMakeOwners: boolean;
  onLink: (link: string) => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { error, act } = useAct({ conflict: 'members.lastOwner' });
  const [isRemoving, setIsRemoving] = useState(false);
  const path = `/api/v1/members/${member.id}`;
  const change = (method: 'PATCH' | 'DELETE', at: string, body?: object) =>
    void act(async () => {
      await call(method, at, body);
      await queries.invalidateQueries({ queryKey: ['people'] });
    });
  const isFixed = member.role === 'owner' && !mayMakeOwners;
  const isActive = member.state === 'active';
  const also = [
    ...member.projects.map(({ project, role }) => `${project}: ${t(`role.${role}`)}`),
    ...member.groups.map(({ name }) => name),
  ].join(', ');
  const link = () => void act(async () => onLink((await call<{ link: string }>('POST', `${path}/password-link`)).link));
  return (
    <li>
      <div className="people-name">
        <Text size="sm" fw={600}>
          {member.name} {isSelf && <Badge size="sm">{t('members.you')}</Badge>}{' '}
          {!isActive && (
            <Badge size="sm" color="gray">
              {t('members.disabled')}
            </Badge>
          )}{' '}
          {member.secondFactor && (
            <Badge size="sm" variant="light">
              {t('factor.title')}
            </Badge>
          )}
        </Text>
        <Text size="xs" c="dimmed">
          {member.email}
          {also !== '' && ` · ${also}`}
        </Text>
        {error !== null && (
          <Alert color="red" mt="xs">
            {error}
          </Alert>
        )}
      </div>
      <RoleSelect
        value={member.role}
        label={t('members.roleOf', { name: member.name })}
        isLabelled={false}
        mayMakeOwners={mayMakeOwners}
        disabled={isFixed}
        onChange={(role) => change('PATCH', path, { role })}
      />
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button
            variant="default"
            size="compact-sm"
            disabled={isFixed}
            aria-label={t('members.moreOf', { name: member.name })}
          >
            ⋯
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={link}>{t('members.passwordLink')}</Menu.Item>
          <Menu.Item onClick={() => change('DELETE', `${path}/sessions`)}>{t('members.endSessions')}</Menu.Item>
          {member.secondFactor && (
            <Menu.Item onClick={() => change('DELETE', `${path}/second-factor`)}>{t('members.endFactor')}</Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item onClick={() => change('PATCH', path, { state: isActive ? 'disabled' : 'active' })}>
            {t(isActive ? 'members.disable' : 'members.enable')}
          </Menu.Item>
          <Menu.Item color="red" onClick={() => setIsRemoving(true)}>
            {t('members.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isRemoving && (
        <Ask
          title={t('members.remove.title', { name: member.name })}
          text={t('members.remove.text')}
          act={t('members.remove')}
          onClose={() => setIsRemoving(false)}
          onYes={() => {
            setIsRemoving(false);
            change('DELETE', path);
          }}
        />
      )}
    </li>
  );
}
