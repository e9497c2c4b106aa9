import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconKeyboard, IconSearch, IconSettings } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language, setLanguage } from '../app/language.ts';

/** Screens and settings. A screen is listed once it exists. */
export function Rail({ onHelp, onSignOut }: { onHelp: () => void; onSignOut: () => void }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <nav className="rail" aria-label="Moalog">
      <img className="logo" src="/favicon.svg" alt="" />
      <Tooltip label={t('app.explore')} position="right">
        <ActionIcon component="a" href="/" size={36} variant="light" aria-label={t('app.explore')} aria-current="page">
          <IconSearch size={18} />
        </ActionIcon>
      </Tooltip>
      <span className="grow" />
      <Tooltip label={t('app.shortcuts')} position="right">
        <ActionIcon size={36} variant="subtle" color="gray" aria-label={t('app.shortcuts')} onClick={onHelp}>
          <IconKeyboard size={18} />
        </ActionIcon>
      </Tooltip>
      <Menu position="right-end" withinPortal>
        <Menu.Target>
          <ActionIcon size={36} variant="subtle" color="gray" aria-label={t('app.settings')}>
            <IconSettings size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('app.language')}</Menu.Label>
          {(Object.entries(LANGUAGES) as [Language, string][]).map(([code, name]) => (
            <Menu.Item
              key={code}
              onClick={() => void setLanguage(code)}
              fw={i18n.language === code ? 700 : 400}
              lang={code}
            >
              {name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{t('app.theme')}</Menu.Label>
          {(['light', 'dark', 'auto'] as const).map((scheme) => (
            <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} fw={colorScheme === scheme ? 700 : 400}>
              {t(`app.theme.${scheme}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={onSignOut}>{t('app.signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
