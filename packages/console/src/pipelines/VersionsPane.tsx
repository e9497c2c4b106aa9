import { Button, Group, Text, UnstyledButton } from '@mantine/core';
import type { PipelineVersion } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDiff, useVersions } from './questions.ts';
import { Scroll } from './Scroll.tsx';

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;

/** Every version there was; one opens into what it changed, and can be used again. */
export function VersionsPane({
  project,
  current,
  mayChange,
  onUse,
}: {
  project: string;
  current: number;
  mayChange: boolean;
  onUse: (version: number) => void;
}) {
  const { t } = useTranslation();
  const { data } = useVersions(project);
  const [open, setOpen] = useState<number | null>(null);
  if (data === undefined) return null;
  if (data.versions.length === 0) return <Text c="dimmed">{t('pipelines.noVersions')}</Text>;
  return (
    <ol className="pipeline-versions">
      {data.versions.map((version) => (
        <li key={version.version}>
          <Group gap="sm" wrap="nowrap">
            <UnstyledButton
              className="pipeline-line"
              aria-expanded={open === version.version}
              onClick={() => setOpen(open === version.version ? null : version.version)}
            >
              <Saved version={version} />
            </UnstyledButton>
            {mayChange && version.version !== current && (
              <Button size="compact-xs" variant="default" onClick={() => onUse(version.version)}>
                {t('pipelines.useAgain')}
              </Button>
            )}
          </Group>
          {open === version.version && <Changes project={project} version={version.version} />}
        </li>
      ))}
    </ol>
  );
}

function Saved({ version: { version, createdAt, note } }: { version: PipelineVersion }) {
  const { t, i18n } = useTranslation();
  return (
    <Text size="sm">
      <strong>{t('pipelines.versionNumber', { version })}</strong>{' '}
      <time dateTime={createdAt}>{new Date(createdAt).toLocaleString(i18n.language)}</time> {note}
    </Text>
  );
}

function Changes({ project, version }: { project: string; version: number }) {
  const { t } = useTranslation();
  const { data } = useDiff(project, version - 1, version);
  const lines = (data?.lines ?? []).map((line, id) => ({ ...line, id }));
  return (
    <Scroll label={t('pipelines.changes')} className="pipeline-diff">
      {lines.map(({ id, kind, text }) => (
        <div key={id} className={kind}>{`${SIGNS[kind]} ${text}`}</div>
      ))}
    </Scroll>
  );
}
