import { Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Keys } from './Palette.tsx';
import { type ConsoleCommand, GROUPS } from './registry.ts';

/** All keys at a glance: `?` opens it. */
export function Shortcuts({
  commands,
  opened,
  onClose,
}: {
  commands: readonly ConsoleCommand[];
  opened: boolean;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const inList: readonly { title: string; keys: string }[] = [
    { title: t('keys.rows'), keys: '↑+↓' },
    { title: t('keys.ends'), keys: 'Home+End' },
    { title: t('keys.pick'), keys: 'X' },
    { title: t('keys.pickMore'), keys: 'Shift+↑+↓' },
    { title: t('keys.exclude'), keys: 'Alt+Click' },
    { title: t('keys.complete'), keys: 'Tab' },
  ];
  const groups = GROUPS.map((group) => ({
    group,
    entries: [
      ...commands.flatMap(({ title, keys, group: own }) => (own === group && keys !== null ? [{ title, keys }] : [])),
      ...(group === 'events' ? inList : []),
    ],
  })).filter(({ entries }) => entries.length > 0);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={t('app.shortcuts')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <div className="shortcuts">
        {groups.map(({ group, entries }) => (
          <section key={group}>
            <Text size="xs" fw={600} c="dimmed" mb={4}>
              {t(`group.${group}`)}
            </Text>
            {entries.map(({ title, keys }) => (
              <div key={title} className="shortcut">
                <Text size="sm">{title}</Text>
                <Keys keys={keys} />
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}
