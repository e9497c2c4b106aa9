import { Button, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Asks before what cannot be undone. */
export function Ask({
  title,
  text,
  act,
  onYes,
  onClose,
}: {
  title: string;
  text: string;
  act: string;
  onYes: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Text size="sm" mb="md">
        {text}
      </Text>
      <div className="row-of-buttons">
        <Button color="red" onClick={onYes}>
          {act}
        </Button>
        <Button variant="default" onClick={onClose}>
          {t('people.cancel')}
        </Button>
      </div>
    </Modal>
  );
}
