import { Badge, Checkbox, Text } from '@mantine/core';
import type { PreviewLine, PreviewPipelineResponse } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Scroll } from './Scroll.tsx';
import { fieldRows } from './step-table.ts';

/** One line, step by step: a column a processor, a row a field, changes marked. */
export function StepTable({
  line,
  processors,
}: {
  line: PreviewLine;
  processors: PreviewPipelineResponse['processors'];
}) {
  const { t } = useTranslation();
  const [changedOnly, setChangedOnly] = useState(true);
  const rows = fieldRows(line, changedOnly);
  return (
    <div className="pipeline-steps">
      <Checkbox
        size="xs"
        label={t('pipelines.changedOnly')}
        checked={changedOnly}
        onChange={(event) => setChangedOnly(event.currentTarget.checked)}
      />
      <Scroll label={t('pipelines.steps')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('pipelines.field')}</th>
              <th scope="col">{t('pipelines.given')}</th>
              {processors.map(({ path, label }, i) => (
                <th scope="col" key={path}>
                  {label}
                  {line.steps[i]?.dropped && (
                    <Badge size="xs" color="gray" ml={4}>
                      {t('pipelines.dropped')}
                    </Badge>
                  )}
                  {line.steps[i]?.failures.map((why) => (
                    <Text key={why} size="xs" className="pipeline-failure">
                      {why}
                    </Text>
                  ))}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, values, changed }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {values.map((value, i) => (
                  <td key={i === 0 ? 'given' : processors[i - 1]?.path} data-changed={changed[i] || undefined}>
                    {value === null ? changed[i] ? <del title={t('pipelines.removed')}>–</del> : '' : value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}
