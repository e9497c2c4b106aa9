import { Alert, Group, SegmentedControl, Text, Textarea, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { usePreview } from './questions.ts';
import { StepTable } from './StepTable.tsx';
import { outcomeOf } from './step-table.ts';

/** How long nobody types before lines are asked about. */
const PAUSE_MS = 300;

const MARKS = { parsed: '✓', failed: '!', dropped: '–' } as const;

/** What the text that is being edited makes of lines: each opens into its steps. */
export function PreviewPane({ project, text }: { project: string; text: string }) {
  const { t } = useTranslation();
  const [source, setSource] = useState<'last' | 'paste'>('last');
  const [pasted, setPasted] = useState('');
  const [open, setOpen] = useState<number | null>(0);
  const [lines] = useDebouncedValue(pasted, PAUSE_MS);
  const given = lines.split('\n').filter((line) => line.trim() !== '');
  const preview = usePreview(project, { text, ...(source === 'paste' ? { lines: given } : {}) });
  // A text that is wrong for a moment leaves what was shown.
  const last = useRef(preview.data);
  if (preview.data !== undefined) last.current = preview.data;
  const seen = last.current;
  // What is wrong in the text is said beside the text.
  const isWrong = preview.error instanceof ApiError && preview.error.problem.code === 'invalid_pipeline';
  const shown = (seen?.lines ?? []).map((line, id) => ({ ...line, id }));
  const outcomes = { parsed: t('pipelines.parsed'), failed: t('pipelines.failed'), dropped: t('pipelines.dropped') };
  return (
    <>
      <Group gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={t('pipelines.source')}
          value={source}
          onChange={(value) => setSource(value === 'paste' ? 'paste' : 'last')}
          data={[
            { value: 'last', label: t('pipelines.last') },
            { value: 'paste', label: t('pipelines.paste') },
          ]}
        />
        {seen !== undefined && (
          <Text size="sm" role="status" data-testid="outcome">
            {t('pipelines.outcome', {
              parsed: seen.parsed,
              failed: seen.failed,
              dropped: seen.dropped,
              ms: Math.round(seen.elapsedMs),
            })}
          </Text>
        )}
      </Group>
      {source === 'paste' && (
        <Textarea
          aria-label={t('pipelines.paste')}
          placeholder={t('pipelines.pasteHint')}
          autosize
          minRows={3}
          maxRows={10}
          value={pasted}
          onChange={(event) => setPasted(event.currentTarget.value)}
          classNames={{ input: 'pipeline-mono' }}
        />
      )}
      {preview.isError && !isWrong && <Alert color="red">{preview.error.message}</Alert>}
      {seen?.lines.length === 0 && <Text c="dimmed">{t('pipelines.noLines')}</Text>}
      <ol className="pipeline-lines">
        {shown.map((line) => {
          const outcome = outcomeOf(line);
          return (
            <li key={line.id}>
              <UnstyledButton
                className="pipeline-line"
                aria-expanded={open === line.id}
                onClick={() => setOpen(open === line.id ? null : line.id)}
              >
                <span className={`pipeline-mark ${outcome}`} role="img" aria-label={outcomes[outcome]}>
                  {MARKS[outcome]}
                </span>
                <span className="pipeline-raw">{line.raw}</span>
              </UnstyledButton>
              {open === line.id && <StepTable line={line} processors={seen?.processors ?? []} />}
            </li>
          );
        })}
      </ol>
    </>
  );
}
