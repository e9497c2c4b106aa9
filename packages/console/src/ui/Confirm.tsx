import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { whyOf } from '../api/why.ts';

export interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  /** Words on the button: what will be done. */
  readonly act: string;
  /** Must be typed before the act, for what cannot be undone. */
  readonly typed?: string;
  /** Rejects when it could not be done; the dialog stays and says why. */
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something that hurts. */
export function Confirm({ title, text, act, typed, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const [answer, setAnswer] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Text size="sm">{text}</Text>
          {typed !== undefined && (
            <TextInput
              data-autofocus
              label={t('confirm.type', { name: typed })}
              value={answer}
              onChange={(event) => setAnswer(event.currentTarget.value)}
              autoComplete="off"
            />
          )}
          {error !== null && (
            <Alert color="red" role="alert">
              {whyOf(error, t)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('confirm.cancel')}
            </Button>
            <Button type="submit" color="red.9" loading={busy} disabled={typed !== undefined && answer !== typed}>
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
