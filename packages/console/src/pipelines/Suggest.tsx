import { Button, Menu, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSuggestions } from './questions.ts';

/** Looks at the last events and offers pipelines that read them. */
export function Suggest({ project, onChoose }: { project: string; onChoose: (text: string) => void }) {
  const { t } = useTranslation();
  const { mutate, data, isPending } = useSuggestions(project);
  return (
    <Menu withinPortal position="bottom-start" onOpen={() => mutate()}>
      <Menu.Target>
        <Button size="compact-xs" variant="default">
          {t('pipelines.suggest')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {isPending && <Menu.Label role="status">{t('pipelines.looking')}</Menu.Label>}
        {data?.suggestions.length === 0 && <Menu.Label>{t('pipelines.noSuggestion')}</Menu.Label>}
        {data?.suggestions.map(({ name, text, share, fields }) => (
          <Menu.Item key={name} onClick={() => onChoose(text)}>
            {name}
            <Text size="xs" c="dimmed">
              {t('pipelines.reads', { percent: Math.round(share * 100), fields: fields.length })}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
