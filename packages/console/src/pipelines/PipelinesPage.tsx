import './pipelines.css';
import { Alert, Badge, Button, Select, Tabs, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { PipelineAnswer, PreviewPipelineRequest } from '@moalog/contract';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { addTexts } from '../app/language.ts';
import { navigate, usePathname } from '../app/router.ts';
import { useScreenCommands, useShell } from '../app/shell.ts';
import en from '../locales/pipelines.en.json';
import ko from '../locales/pipelines.ko.json';
import { FailuresPane } from './FailuresPane.tsx';
import { PreviewPane, type Tried } from './PreviewPane.tsx';
import { usePipeline, usePreview, useSave } from './questions.ts';
import { Suggest } from './Suggest.tsx';
import { VersionsPane } from './VersionsPane.tsx';

/** The editor is most of this screen's code; the rest is there before it. */
const Editor = lazy(async () => ({ default: (await import('./Editor.tsx')).Editor }));

addTexts({ en, ko });

/** How long nobody types before the text is tried. */
const PAUSE_MS = 400;

/** Pipelines: `/pipelines/<project>`. */
export function PipelinesPage() {
  const { t } = useTranslation();
  const { session } = useShell();
  const named = usePathname().split('/')[2];
  const project = named ?? session.projects[0]?.slug ?? '';
  const pipeline = usePipeline(project);
  return (
    <div className="pipelines">
      <header className="pipelines-head">
        <h1>{t('app.pipelines')}</h1>
        <Select
          aria-label={t('pipelines.project')}
          allowDeselect={false}
          searchable
          data={session.projects.map(({ slug, name }) => ({ value: slug, label: name }))}
          value={project}
          onChange={(slug) => slug !== null && navigate(`/pipelines/${slug}`)}
        />
      </header>
      {pipeline.isError && <Alert color="red">{pipeline.error.message}</Alert>}
      {pipeline.data !== undefined && <Workbench key={project} saved={pipeline.data} />}
    </div>
  );
}

/** The text on one side, what it does on the other. */
function Workbench({ saved }: { saved: PipelineAnswer }) {
  const { t } = useTranslation();
  const { session } = useShell();
  const [text, setText] = useState(saved.text);
  const [note, setNote] = useState('');
  const [tab, setTab] = useState<string | null>('preview');
  const [lines, setLines] = useState<Tried>({ source: 'last', pasted: '' });
  const [tried] = useDebouncedValue(
    useMemo(() => asked(text, lines), [text, lines]),
    PAUSE_MS,
  );
  const save = useSave(saved.project);
  const preview = usePreview(saved.project, tried);
  const mayChange = session.scopes.includes('admin');
  const isNew = text !== saved.text;
  const problem = preview.error instanceof ApiError ? preview.error.problem : undefined;
  const refused = save.error instanceof ApiError ? save.error.problem : undefined;
  const wrong = useMemo(
    () => (problem?.errors ?? []).flatMap(({ from, to }) => (from === undefined ? [] : [{ from, to: to ?? from + 1 }])),
    [problem],
  );
  const keep = (): void => {
    if (!isNew || !mayChange) return;
    save.mutate({ text, note, base: saved.version }, { onSuccess: () => setNote('') });
  };
  useScreenCommands([{ id: 'pipeline-save', group: 'app', title: t('pipelines.save'), keys: 'mod+S', run: keep }]);
  return (
    <div className="pipelines-body">
      <section className="pipelines-text" aria-label={t('pipelines.text')}>
        <div className="pipelines-bar">
          <Badge variant="light" tt="none">
            {saved.version === 0 ? t('pipelines.none') : t('pipelines.versionNumber', { version: saved.version })}
          </Badge>
          {mayChange && <Suggest project={saved.project} onChoose={setText} />}
          {isNew && (
            <Text size="xs" c="dimmed">
              {t('pipelines.unsaved')}
            </Text>
          )}
        </div>
        <Suspense fallback={<div className="pipeline-editor" />}>
          <Editor
            text={text}
            label={t('pipelines.text')}
            hint={t('pipelines.hint')}
            wrong={wrong}
            onChange={setText}
            onSave={keep}
          />
        </Suspense>
        <div role="status" className="pipelines-problem">
          {(problem?.errors ?? []).map(({ path, message }) => (
            <Text key={`${path} ${message}`} size="sm">
              {path !== '' && <code>{path}</code>} {message}
            </Text>
          ))}
          {refused !== undefined && <Text size="sm">{refused.detail}</Text>}
        </div>
        {mayChange && (
          <div className="pipelines-save">
            <TextInput
              aria-label={t('pipelines.note')}
              placeholder={t('pipelines.note')}
              value={note}
              maxLength={500}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Button onClick={keep} disabled={!isNew || problem !== undefined} loading={save.isPending}>
              {t('pipelines.save')}
            </Button>
          </div>
        )}
      </section>
      <Tabs value={tab} onChange={setTab} className="pipelines-seen" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="preview">{t('pipelines.preview')}</Tabs.Tab>
          <Tabs.Tab value="failures">{t('pipelines.failures')}</Tabs.Tab>
          <Tabs.Tab value="versions">{t('pipelines.versions')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="preview">
          <PreviewPane preview={preview} tried={lines} onTry={setLines} />
        </Tabs.Panel>
        <Tabs.Panel value="failures">
          <FailuresPane project={saved.project} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <VersionsPane
            project={saved.project}
            current={saved.version}
            mayChange={mayChange}
            onUse={(version) => save.mutate({ version }, { onSuccess: (again) => setText(again.text) })}
          />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

const asked = (text: string, { source, pasted }: Tried): PreviewPipelineRequest => ({
  text,
  ...(source === 'paste' ? { lines: pasted.split('\n').filter((line) => line.trim() !== '') } : {}),
});
