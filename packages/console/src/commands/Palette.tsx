import { Kbd, Modal, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ConsoleCommand, GROUPS, shownKeys } from './registry.ts';

/** Every command by name, with its keys. Arrow keys choose, Enter runs. */
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
  const [chosen, setChosen] = useState(0);
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = GROUPS.flatMap((group) => commands.filter((command) => command.group === group)).filter((command) =>
    words.every((word) => command.title.toLowerCase().includes(word)),
  );
  const close = (): void => {
    onClose();
    setWanted('');
    setChosen(0);
  };
  const run = (command: ConsoleCommand | undefined): void => {
    if (command === undefined) return;
    close();
    command.run();
  };
  const choose = (index: number): void => {
    const next = Math.max(0, Math.min(shown.length - 1, index));
    setChosen(next);
    document.getElementById(`command-${shown[next]?.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      attributes={{ content: { 'aria-label': t('app.commands') } }}
    >
      <TextInput
        data-autofocus
        variant="unstyled"
        px="md"
        size="md"
        role="combobox"
        aria-expanded
        aria-controls="commands"
        aria-activedescendant={shown[chosen] === undefined ? '' : `command-${shown[chosen].id}`}
        aria-label={t('app.commands.search')}
        placeholder={t('app.commands.search')}
        value={wanted}
        onChange={(event) => {
          setWanted(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') choose(chosen + 1);
          else if (event.key === 'ArrowUp') choose(chosen - 1);
          else if (event.key === 'Enter' && !event.nativeEvent.isComposing) run(shown[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <div id="commands" className="commands" {...{ role: 'listbox', 'aria-label': t('app.commands') }}>
        {shown.map((command, index) => (
          <button
            key={command.id}
            id={`command-${command.id}`}
            type="button"
            {...{ role: 'option', 'aria-selected': index === chosen }}
            tabIndex={-1}
            onClick={() => run(command)}
          >
            <Text size="xs" c="dimmed" w={84} style={{ flexShrink: 0 }}>
              {shown[index - 1]?.group === command.group ? '' : t(`group.${command.group}`)}
            </Text>
            <Text size="sm" truncate flex={1}>
              {command.title}
            </Text>
            {command.keys !== null && <Keys keys={command.keys} />}
          </button>
        ))}
      </div>
      {shown.length === 0 && (
        <Text size="sm" p="md" c="dimmed">
          {t('app.commands.none')}
        </Text>
      )}
    </Modal>
  );
}

export function Keys({ keys }: { keys: string }) {
  return (
    <span className="keys">
      {shownKeys(keys).map((key) => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
    </span>
  );
}
