import './account.css';
import { Alert, Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import './texts.ts';

/** A form in the middle of a page of its own: signing in and what leads to it. */
export function Frame({
  title,
  lead,
  error,
  busy,
  submit,
  onSubmit,
  children,
  below,
  above,
}: {
  title: string;
  lead?: string;
  error: string | null;
  busy: boolean;
  submit: string;
  onSubmit: () => void;
  children?: ReactNode;
  below?: ReactNode;
  /** Another way in, before the form. */
  above?: ReactNode;
}) {
  return (
    <Center mih="100dvh" p="md" component="main">
      <Paper withBorder p="xl" w="100%" maw={420} shadow="sm">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          <Stack>
            <Title order={1} size="h3">
              {title}
            </Title>
            {lead !== undefined && (
              <Text size="sm" c="dimmed">
                {lead}
              </Text>
            )}
            {above}
            {children}
            {error !== null && (
              <Alert color="red" role="alert">
                {error}
              </Alert>
            )}
            <Button type="submit" loading={busy} variant={above === undefined ? 'filled' : 'default'}>
              {submit}
            </Button>
          </Stack>
        </form>
        {below}
      </Paper>
    </Center>
  );
}
