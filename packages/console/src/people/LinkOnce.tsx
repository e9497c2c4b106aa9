import { Button, CopyButton, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A link that is shown once. */
export function LinkOnce({
  title,
  link,
  help,
  onClose,
}: {
  title: string;
  link: string;
  help: string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Text size="sm" mb="xs">
        {help}
      </Text>
      <pre className="code people-link">{link}</pre>
      <div className="row-of-buttons">
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button mt="sm" onClick={copy}>
              {t(copied ? 'event.copied' : 'event.copy')}
            </Button>
          )}
        </CopyButton>
      </div>
    </Modal>
  );
}
