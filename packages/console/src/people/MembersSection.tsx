import './people.css';
import './texts.ts';
import '../account/texts.ts';
import { Button, Text, Title } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../account/useAct.ts';
import { call } from '../api/client.ts';
import { useShell } from '../app/shell.ts';
import { PageHead } from '../ui/PageHead.tsx';
import { Empty } from '../ui/Pending.tsx';
import { InviteForm } from './InviteForm.tsx';
import { LinkOnce } from './LinkOnce.tsx';
import { MemberRow } from './MemberRow.tsx';
import { useInvitations, useMembers } from './questions.ts';

/** Everybody with an account, and who is invited. */
export function MembersSection() {
  const { t } = useTranslation();
  const { session } = useShell();
  const members = useMembers();
  const [isInviting, setIsInviting] = useState(false);
  const [link, setLink] = useState<{ title: string; link: string; help: string } | null>(null);
  const mayMakeOwners = session.person === null || session.person.role === 'owner';
  return (
    <>
      <PageHead title={t('members.title')} lead={t('members.lead')}>
        {members.data !== undefined && <Button onClick={() => setIsInviting(true)}>{t('members.invite')}</Button>}
      </PageHead>
      {members.isError && <Text size="sm">{t('members.adminOnly')}</Text>}
      <ul className="people-list" aria-label={t('members.title')}>
        {members.data?.map((member) => (
          <MemberRow
            key={member.id}
            member={member}
            isSelf={member.id === session.person?.id}
            mayMakeOwners={mayMakeOwners}
            onLink={(made) =>
              setLink({ title: t('members.passwordLink'), link: made, help: t('members.passwordLink.help') })
            }
          />
        ))}
      </ul>
      {members.data?.length === 0 && (
        <Empty icon={<IconUsers size={28} aria-hidden />} title={t('members.none')}>
          <Text size="sm">{t('members.none.help')}</Text>
        </Empty>
      )}
      {members.data !== undefined && <Invited />}
      {isInviting && (
        <InviteForm
          mayMakeOwners={mayMakeOwners}
          onClose={() => setIsInviting(false)}
          onInvited={({ link: made, mail, invitation }) => {
            setIsInviting(false);
            setLink({
              title: t('invite.made', { email: invitation.email }),
              link: made,
              help: t(`invite.mail.${mail}`),
            });
          }}
        />
      )}
      {link !== null && <LinkOnce {...link} onClose={() => setLink(null)} />}
    </>
  );
}

function Invited() {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const invitations = useInvitations();
  const { busy, act } = useAct();
  const revoke = (id: string) =>
    void act(async () => {
      await call('DELETE', `/api/v1/invitations/${id}`);
      await queries.invalidateQueries({ queryKey: ['people', 'invitations'] });
    });
  if (invitations.data === undefined || invitations.data.length === 0) return null;
  return (
    <>
      <Title order={2} size="h5" mt="xl" mb="xs">
        {t('members.invited')}
      </Title>
      <ul className="people-list" aria-label={t('members.invited')}>
        {invitations.data.map(({ id, email, role, invitedBy, expiresAt }) => (
          <li key={id}>
            <div className="people-name">
              <Text size="sm" fw={600}>
                {email}
              </Text>
              <Text size="xs" c="dimmed">
                {t(`role.${role}`)} ·{' '}
                {t('invite.until', { name: invitedBy, when: new Date(expiresAt).toLocaleDateString(i18n.language) })}
              </Text>
            </div>
            <Button variant="default" size="compact-sm" loading={busy} onClick={() => revoke(id)}>
              {t('invite.revoke')}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
