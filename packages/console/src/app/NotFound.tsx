import { Button, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** An address that is no screen. */
export function NotFound({ path, start }: { path: string; start: string }) {
  const { t } = useTranslation();
  return (
    <div className="notice">
      <Title order={1} size="h3">
        {t('notFound.title')}
      </Title>
      <pre className="code">{path}</pre>
      <Text c="dimmed">{t('notFound.why')}</Text>
      <Button component="a" href={start} mt="sm">
        {t('notFound.go')}
      </Button>
    </div>
  );
}
