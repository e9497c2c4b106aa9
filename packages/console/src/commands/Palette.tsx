import { Kbd, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsoleCommand } from './registry.ts';

/** Every command by name, with its keys: the palette and the overview of shortcuts in one. */
export function Palette({
  commands,
  opened,
  onClose,
}: {
  commands: readonly ConsoleCommand[];
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState('');
  const shown = commands.filter((command) => t(command.title).toLowerCase().includes(wanted.toLowerCase()));
  const run = (command: ConsoleCommand | undefined): void => {
    if (command === undefined) return;
    onClose();
    setWanted('');
    command.run();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('app.commands')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run(shown[0]);
        }}
      >
        <TextInput
          data-autofocus
          mb="xs"
          aria-label={t('app.commands.search')}
          placeholder={t('app.commands.search')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </form>
      <Stack gap={2}>
        {shown.map((command) => (
          <UnstyledButton
            key={command.id}
            onClick={() => run(command)}
            p={6}
            style={{ display: 'flex', justifyContent: 'space-between' }}
          >
            <Text size="sm">{t(command.title)}</Text>
            <Kbd>{command.keys}</Kbd>
          </UnstyledButton>
        ))}
      </Stack>
    </Modal>
  );
}
