import { Alert, Group, SegmentedControl, Text, Textarea, UnstyledButton } from '@mantine/core';
import type { PreviewPipelineResponse } from '@moalog/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client.ts';
import { StepTable } from './StepTable.tsx';
import { outcomeOf } from './step-table.ts';

const MARKS = { parsed: '✓', failed: '!', dropped: '–' } as const;

/** Which lines are tried. */
export interface Tried {
  readonly source: 'last' | 'paste';
  readonly pasted: string;
}

/** What the text that is being edited makes of lines: each opens into its steps. */
export function PreviewPane({
  preview,
  tried: { source, pasted },
  onTry,
}: {
  preview: UseQueryResult<PreviewPipelineResponse>;
  tried: Tried;
  onTry: (tried: Tried) => void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number | null>(0);
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
          onChange={(value) => onTry({ source: value === 'paste' ? 'paste' : 'last', pasted })}
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
          onChange={(event) => onTry({ source, pasted: event.currentTarget.value })}
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
