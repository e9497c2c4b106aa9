import { Alert, Button, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import type { CreatedInvitation, OrganisationRole } from '@moalog/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../account/useAct.ts';
import { call } from '../api/client.ts';
import { useShell } from '../app/shell.ts';
import { useGroups } from './questions.ts';
import { RoleSelect } from './RoleSelect.tsx';

/** Invites somebody: to the organisation, or to single projects. */
export function InviteForm({
  mayMakeOwners,
  onInvited,
  onClose,
}: {
  mayMakeOwners: boolean;
  onInvited: (made: CreatedInvitation) => void;
  onClose: () => void;
}) {
  const { t, i18n } = useTranslation();
  const { session } = useShell();
  const queries = useQueryClient();
  const known = useGroups();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<OrganisationRole>('viewer');
  const [projects, setProjects] = useState<string[]>([]);
  const [inProjects, setInProjects] = useState<OrganisationRole>('viewer');
  const [groups, setGroups] = useState<string[]>([]);
  const { busy, error, act } = useAct({ conflict: 'invite.there' });
  const invite = async () => {
    const made = await call<CreatedInvitation>('POST', '/api/v1/invitations', {
      ...{ email, role, groups, language: i18n.language === 'ko' ? 'ko' : 'en' },
      projects: projects.map((project) => ({ project, role: inProjects })),
    });
    await queries.invalidateQueries({ queryKey: ['people', 'invitations'] });
    onInvited(made);
  };
  return (
    <Modal opened onClose={onClose} title={t('members.invite')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act(invite);
        }}
      >
        <Stack>
          <TextInput
            label={t('account.email')}
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            required
            data-autofocus
          />
          <RoleSelect label={t('invite.role')} value={role} onChange={setRole} mayMakeOwners={mayMakeOwners} />
          <MultiSelect
            label={t('invite.projects')}
            data={session.projects.map(({ slug, name }) => ({ value: slug, label: name }))}
            value={projects}
            onChange={setProjects}
          />
          {projects.length > 0 && (
            <RoleSelect label={t('invite.projectRole')} value={inProjects} onChange={setInProjects} mayMakeOwners />
          )}
          {(known.data?.length ?? 0) > 0 && (
            <MultiSelect
              label={t('groups.title')}
              data={known.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
              value={groups}
              onChange={setGroups}
            />
          )}
          {error !== null && <Alert color="red">{error}</Alert>}
          <Button type="submit" loading={busy}>
            {t('members.invite')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
