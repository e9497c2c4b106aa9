import { Alert, Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core';
import type { KeyInfo } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { whyOf } from '../api/why.ts';
import { useRotateKey } from './questions.ts';

const OVERLAP_HOURS = ['0', '1', '24', '168', '720'] as const;

/** A successor of a key; for how long the old one works beside it. */
export function RotateKey({
  of,
  onClose,
  onRotated,
}: {
  of: KeyInfo;
  onClose: () => void;
  onRotated: (key: KeyInfo, secret: string) => void;
}) {
  const { t } = useTranslation();
  const [hours, setHours] = useState<string>('24');
  const rotate = useRotateKey();
  const submit = (event: React.FormEvent): void => {
    event.preventDefault();
    rotate.mutate(
      { id: of.id, overlapHours: Number(hours) },
      { onSuccess: ({ key, secret }) => onRotated(key, secret) },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('apiKeys.rotate.title', { name: of.name })}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{t('apiKeys.rotate.text')}</Text>
          <NativeSelect
            data-autofocus
            label={t('apiKeys.rotate.overlap')}
            data={OVERLAP_HOURS.map((value) => ({ value, label: t(`apiKeys.overlap.${value}`) }))}
            value={hours}
            onChange={(event) => setHours(event.currentTarget.value)}
          />
          {rotate.error !== null && (
            <Alert color="red" role="alert">
              {whyOf(rotate.error, t)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('confirm.cancel')}
            </Button>
            <Button type="submit" loading={rotate.isPending}>
              {t('apiKeys.rotate')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
