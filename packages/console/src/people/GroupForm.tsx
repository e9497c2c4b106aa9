import { Alert, Button, Modal, MultiSelect, Stack, TagsInput, TextInput } from '@mantine/core';
import type { Group, OrganisationRole } from '@moalog/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAct } from '../account/useAct.ts';
import { call } from '../api/client.ts';
import { useShell } from '../app/shell.ts';
import { useMembers } from './questions.ts';
import { RoleSelect } from './RoleSelect.tsx';

/** Makes a group, or changes it. */
export function GroupForm({ group, onClose }: { group: Group | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { session } = useShell();
  const queries = useQueryClient();
  const people = useMembers();
  const [name, setName] = useState(group?.name ?? '');
  const [role, setRole] = useState<OrganisationRole>(group?.role ?? 'member');
  const [members, setMembers] = useState<string[]>(group?.members ?? []);
  const [projects, setProjects] = useState<string[]>(group?.projects.map(({ project }) => project) ?? []);
  const [inProjects, setInProjects] = useState<OrganisationRole>(group?.projects[0]?.role ?? 'viewer');
  const [ssoGroups, setSsoGroups] = useState<string[]>(group?.ssoGroups ?? []);
  const { busy, error, act } = useAct({ conflict: 'groups.there' });
  const save = async () => {
    // A project that was in the group keeps its role there.
    const roles = projects.map((project) => ({
      project,
      role:
        group?.projects.find((one) => one.project === project && inProjects === group.projects[0]?.role)?.role ??
        inProjects,
    }));
    const body = { name, role, members, projects: roles, ssoGroups };
    if (group === null) await call('POST', '/api/v1/groups', body);
    else await call('PATCH', `/api/v1/groups/${group.id}`, body);
    await queries.invalidateQueries({ queryKey: ['people'] });
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(group === null ? 'groups.new' : 'groups.edit')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act(save);
        }}
      >
        <Stack>
          <TextInput
            label={t('account.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            maxLength={128}
            data-autofocus
          />
          <MultiSelect
            label={t('members.title')}
            data={people.data?.map((person) => ({ value: person.id, label: `${person.name} (${person.email})` })) ?? []}
            value={members}
            onChange={setMembers}
            searchable
          />
          <RoleSelect
            label={t('invite.role')}
            value={role}
            onChange={setRole}
            mayMakeOwners={session.person === null || session.person.role === 'owner'}
          />
          <MultiSelect
            label={t('invite.projects')}
            data={session.projects.map((project) => ({ value: project.slug, label: project.name }))}
            value={projects}
            onChange={setProjects}
          />
          {projects.length > 0 && (
            <RoleSelect label={t('invite.projectRole')} value={inProjects} onChange={setInProjects} mayMakeOwners />
          )}
          <TagsInput
            label={t('groups.sso')}
            description={t('groups.sso.help')}
            value={ssoGroups}
            onChange={setSsoGroups}
          />
          {error !== null && <Alert color="red">{error}</Alert>}
          <Button type="submit" loading={busy}>
            {t('profile.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
