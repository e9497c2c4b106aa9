import { Button, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A screen that fails to load or to draw says so; the rest of the console goes on. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <Broken error={this.state.error} />;
  }
}

function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <div className="notice" role="alert">
      <Title order={1} size="h3">
        {t('broken.title')}
      </Title>
      <Text c="dimmed">{t('broken.why')}</Text>
      <pre className="code">{error instanceof Error ? error.message : String(error)}</pre>
      <Button mt="sm" onClick={() => location.reload()}>
        {t('broken.reload')}
      </Button>
    </div>
  );
}
