import { Button, Text, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { ProjectInfo } from '@moalog/contract';
import { IconPlus } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useScreenCommands, useShell } from '../app/shell.ts';
import { Confirm } from '../ui/Confirm.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { Pending } from '../ui/Pending.tsx';
import { SecretOnce } from '../ui/SecretOnce.tsx';
import { ProjectRow } from './ProjectRow.tsx';
import { useChangeProject, useDeleteProject, useProjects } from './questions.ts';

const ProjectForm = lazy(async () => ({ default: (await import('./ProjectForm.tsx')).ProjectForm }));

type Open =
  | { readonly is: 'new' }
  | { readonly is: 'edit' | 'archive' | 'delete'; readonly project: ProjectInfo }
  | { readonly is: 'made'; readonly project: ProjectInfo; readonly ingestKey: string };

/** Projects: what they took, what they may take; make, change, archive, delete. */
export function ProjectsSection() {
  const { t } = useTranslation();
  const { session } = useShell();
  const projects = useProjects();
  const change = useChangeProject();
  const remove = useDeleteProject();
  const [open, setOpen] = useState<Open | null>(null);
  const close = (): void => setOpen(null);
  const mayChange = session.scopes.includes('admin');
  useScreenCommands([
    ...(mayChange
      ? [
          {
            id: 'new-project',
            group: 'settings' as const,
            title: t('projects.new'),
            keys: 'N',
            run: () => setOpen({ is: 'new' }),
          },
        ]
      : []),
  ]);

  const setState = (project: ProjectInfo, state: 'active' | 'archived') =>
    change.mutateAsync({ slug: project.slug, change: { state } });

  return (
    <>
      <PageHead title={t('settings.projects')} lead={t('projects.lead')}>
        {mayChange && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen({ is: 'new' })}>
            {t('projects.new')}
          </Button>
        )}
      </PageHead>
      {projects.data === undefined ? (
        <Pending error={projects.error} onRetry={() => void projects.refetch()} />
      ) : (
        <table className="list">
          <thead>
            <tr>
              <th>{t('projects.name')}</th>
              <th>{t('projects.environments')}</th>
              <th>{t('projects.today')}</th>
              <th>{t('projects.volume')}</th>
              <th className="number">{t('projects.rate')}</th>
              <th className="number">{t('projects.kept')}</th>
              <th>
                <VisuallyHidden>{t('settings.acts')}</VisuallyHidden>
              </th>
            </tr>
          </thead>
          <tbody>
            {projects.data.map((project) => (
              <ProjectRow
                key={project.slug}
                project={project}
                mayChange={mayChange}
                onEdit={() => setOpen({ is: 'edit', project })}
                onArchive={() =>
                  project.state === 'archived' ? void setState(project, 'active') : setOpen({ is: 'archive', project })
                }
                onDelete={() => setOpen({ is: 'delete', project })}
              />
            ))}
          </tbody>
        </table>
      )}
      {(open?.is === 'new' || open?.is === 'edit') && (
        <Suspense>
          <ProjectForm
            project={open.is === 'edit' ? open.project : null}
            onClose={close}
            onCreated={(project, ingestKey) => setOpen({ is: 'made', project, ingestKey })}
          />
        </Suspense>
      )}
      {open?.is === 'made' && (
        <SecretOnce title={t('projects.made', { name: open.project.name })} secret={open.ingestKey} onClose={close}>
          <Text size="sm">{t('projects.made.key')}</Text>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
          <pre className="code" tabIndex={0}>
            {firstEvent(location.origin, open.ingestKey)}
          </pre>
        </SecretOnce>
      )}
      {open?.is === 'archive' && (
        <Confirm
          title={t('projects.archive.title', { name: open.project.name })}
          text={t('projects.archive.text')}
          act={t('projects.archive')}
          onConfirm={() => setState(open.project, 'archived')}
          onClose={close}
        />
      )}
      {open?.is === 'delete' && (
        <Confirm
          title={t('projects.delete.title', { name: open.project.name })}
          text={t('projects.delete.text')}
          act={t('projects.delete')}
          typed={open.project.name}
          onConfirm={async () => {
            await remove.mutateAsync({ slug: open.project.slug, name: open.project.name });
            notifications.show({ message: t('projects.deleted', { name: open.project.name }) });
          }}
          onClose={close}
        />
      )}
    </>
  );
}

const firstEvent = (origin: string, key: string): string =>
  `curl ${origin}/api/v1/ingest -H 'Authorization: Bearer ${key}' \\\n  -d '{"level":"info","service":"hello","message":"first event"}'`;
