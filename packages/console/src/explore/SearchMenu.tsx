import { ActionIcon, Button, Group, Modal, Popover, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconHistory, IconStar, IconStarFilled, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { recentSearches, savedSearches } from './kept.ts';
import { readState } from './url-state.ts';

export interface SearchMenuProps {
  /** The screen as it is, behind `?`. */
  readonly address: () => string;
  readonly query: string;
  readonly onRun: (text: string) => void;
  readonly onOpen: (address: string) => void;
}

/** Saved and recent searches. */
export function SearchMenu({ address, query, onRun, onOpen }: SearchMenuProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [saving, setSaving] = useState(false);
  const [, setChanges] = useState(0);
  const saved = savedSearches.all();
  const recent = recentSearches.all();
  const close = (): void => setOpened(false);
  return (
    <>
      <Popover
        opened={opened}
        onChange={setOpened}
        position="bottom-end"
        shadow="md"
        withinPortal
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            mr={4}
            aria-label={t('search.history')}
            title={t('search.history')}
            onClick={() => setOpened(!opened)}
          >
            <IconHistory size={16} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p={8} w={420} maw="92vw">
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconStar size={14} />}
            mb={8}
            onClick={() => {
              close();
              setSaving(true);
            }}
          >
            {t('saved.save')}
          </Button>
          <div className="search-menu">
            {saved.length > 0 && <Text className="label">{t('saved.title')}</Text>}
            {saved.map(({ name, address: kept }) => (
              <Group key={name} gap={4} wrap="nowrap">
                <UnstyledButton
                  className="entry"
                  onClick={() => {
                    close();
                    onOpen(kept);
                  }}
                >
                  <IconStarFilled size={12} aria-hidden /> {name}{' '}
                  <Text span size="xs" c="dimmed" ff="monospace">
                    {readState(kept).query}
                  </Text>
                </UnstyledButton>
                <ActionIcon
                  size="sm"
                  variant="subtle"
                  color="gray"
                  aria-label={t('saved.remove', { name })}
                  onClick={() => {
                    savedSearches.remove(name);
                    setChanges((n) => n + 1);
                  }}
                >
                  <IconTrash size={13} />
                </ActionIcon>
              </Group>
            ))}
            <Text className="label">{recent.length === 0 ? t('search.history.empty') : t('search.recent')}</Text>
            {recent.map((text) => (
              <UnstyledButton
                key={text}
                className="entry"
                ff="monospace"
                onClick={() => {
                  close();
                  onRun(text);
                }}
              >
                {text}
              </UnstyledButton>
            ))}
          </div>
        </Popover.Dropdown>
      </Popover>
      <SaveDialog opened={saving} suggestion={query} address={address} onClose={() => setSaving(false)} />
    </>
  );
}

function SaveDialog({
  opened,
  suggestion,
  address,
  onClose,
}: {
  opened: boolean;
  suggestion: string;
  address: () => string;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const given = name.trim() === '' ? suggestion : name.trim();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('saved.save')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (given === '') return;
          savedSearches.add({ name: given, address: address() });
          setName('');
          onClose();
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t('saved.name')}
            description={t('saved.where')}
            placeholder={suggestion}
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" disabled={given === ''}>
            {t('saved.save')}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
