import { Alert, Button, CopyButton, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** A secret that the server tells once: it is closed on purpose alone. */
export function SecretOnce({
  title,
  secret,
  onClose,
  children,
}: {
  title: string;
  secret: string;
  onClose: () => void;
  /** What to do with it. */
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeOnClickOutside={false} withCloseButton={false}>
      <Stack gap="sm">
        <Alert color="yellow" variant="light">
          {t('secret.once')}
        </Alert>
        <div className="secret">
          <code data-testid="secret">{secret}</code>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button
                data-autofocus
                size="compact-md"
                leftSection={copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
                onClick={copy}
              >
                {t(copied ? 'event.copied' : 'event.copy')}
              </Button>
            )}
          </CopyButton>
        </div>
        {children}
        <Text size="xs" c="dimmed">
          {t('secret.stored')}
        </Text>
        <Button variant="default" onClick={onClose}>
          {t('secret.done')}
        </Button>
      </Stack>
    </Modal>
  );
}
