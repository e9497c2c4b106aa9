import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { IconKeyboard, IconUserCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, setLanguage } from './language.ts';
import { addressOf } from './router.ts';
import { ROUTES } from './routes.ts';

export interface RailProps {
  /** Path of the screen that is open. */
  readonly current: string | null;
  readonly onHelp: () => void;
  readonly onSignOut: () => void;
}

/** Screens, help and what belongs to the person: at the left, or at the bottom of a phone. */
export function Rail({ current, onHelp, onSignOut }: RailProps) {
  const { t } = useTranslation();
  return (
    <nav className="rail" aria-label="Moalog">
      <img className="logo" src="/favicon.svg" alt="" />
      {ROUTES.map(({ path, title, icon: Icon, load }) => (
        <Tooltip key={path} label={t(title)} position="right">
          <ActionIcon
            component="a"
            href={addressOf(path)}
            size={36}
            variant={path === current ? 'light' : 'subtle'}
            {...(path === current ? { 'aria-current': 'page' as const } : { color: 'gray' })}
            aria-label={t(title)}
            onPointerEnter={() => void load()}
            onFocus={() => void load()}
          >
            <Icon size={18} />
          </ActionIcon>
        </Tooltip>
      ))}
      <span className="grow" />
      <Tooltip label={t('app.shortcuts')} position="right">
        <ActionIcon
          className="no-phone"
          size={36}
          variant="subtle"
          color="gray"
          aria-label={t('app.shortcuts')}
          onClick={onHelp}
        >
          <IconKeyboard size={18} />
        </ActionIcon>
      </Tooltip>
      <You onSignOut={onSignOut} />
    </nav>
  );
}

function You({ onSignOut }: { onSignOut: () => void }) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="right-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={36} variant="subtle" color="gray" aria-label={t('app.you')}>
          <IconUserCircle size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('app.language')}</Menu.Label>
        {LANGUAGES.map(({ code, name }) => (
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
  );
}
