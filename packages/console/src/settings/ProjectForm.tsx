import { Alert, Button, Drawer, Group, NativeSelect, Stack, TagsInput, TextInput } from '@mantine/core';
import type { ProjectInfo } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { complaintOf, whyOf } from '../api/why.ts';
import { ColourChoice } from './ColourChoice.tsx';
import { BYTE_UNITS, type ByteUnit, changeRequest, createRequest, draftOf, NEW_PROJECT } from './project-draft.ts';
import { useChangeProject, useCreateProject } from './questions.ts';

export interface ProjectFormProps {
  /** Null: a new one. */
  readonly project: ProjectInfo | null;
  readonly onClose: () => void;
  readonly onCreated: (project: ProjectInfo, ingestKey: string) => void;
}

/** Makes a project or changes one. */
export function ProjectForm({ project, onClose, onCreated }: ProjectFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(project === null ? NEW_PROJECT : draftOf(project));
  const create = useCreateProject();
  const save = useChangeProject();
  const error = create.error ?? save.error;
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    if (project === null)
      create.mutate(createRequest(draft), { onSuccess: (made) => onCreated(made.project, made.ingestKey) });
    else save.mutate({ slug: project.slug, change: changeRequest(draft, project) }, { onSuccess: onClose });
  };
  const number = (field: 'eventsPerSecond' | 'retentionDays') => (
    <TextInput
      type="number"
      min={1}
      step={1}
      label={t(`projects.${field}`)}
      description={t(`projects.${field}.help`)}
      placeholder={t('projects.noLimit')}
      value={draft[field]}
      error={complaintOf(error, `limits.${field}`)}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
    />
  );
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      title={project === null ? t('projects.new') : t('projects.edit', { name: project.name })}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            data-autofocus
            required
            maxLength={128}
            label={t('projects.name')}
            description={project === null ? t('projects.name.help') : undefined}
            value={draft.name}
            error={complaintOf(error, 'name')}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          {project === null && (
            <TextInput
              label={t('projects.slug')}
              description={t('projects.slug.help')}
              placeholder={t('projects.slug.made')}
              value={draft.slug}
              error={complaintOf(error, 'slug')}
              onChange={(event) => set({ slug: event.currentTarget.value.trim().toLowerCase() })}
            />
          )}
          <ColourChoice value={draft.colour} onChange={(colour) => set({ colour })} />
          <TagsInput
            label={t('projects.environments')}
            description={t('projects.environments.help')}
            placeholder={draft.environments.length === 0 ? 'production, staging' : ''}
            value={[...draft.environments]}
            error={complaintOf(error, 'environments')}
            onChange={(environments) => set({ environments })}
          />
          {number('eventsPerSecond')}
          <TextInput
            type="number"
            min={0}
            step="any"
            label={t('projects.bytesPerDay')}
            description={t('projects.bytesPerDay.help')}
            placeholder={t('projects.noLimit')}
            value={draft.bytesPerDay}
            error={complaintOf(error, 'limits.bytesPerDay')}
            rightSectionWidth={72}
            rightSection={
              <NativeSelect
                size="xs"
                variant="unstyled"
                aria-label={t('projects.unit')}
                data={[...BYTE_UNITS]}
                value={draft.byteUnit}
                onChange={(event) => set({ byteUnit: event.currentTarget.value as ByteUnit })} // its options are these
              />
            }
            onChange={(event) => set({ bytesPerDay: event.currentTarget.value })}
          />
          {number('retentionDays')}
          {error !== null && (
            <Alert color="red" role="alert">
              {whyOf(error, t)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('confirm.cancel')}
            </Button>
            <Button type="submit" loading={create.isPending || save.isPending}>
              {t(project === null ? 'projects.create' : 'settings.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
