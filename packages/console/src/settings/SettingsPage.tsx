import '../ui/screens.css';
import './settings.css';
import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { addTexts } from '../app/language.ts';
import { NotFound } from '../app/NotFound.tsx';
import { navigate, usePathname } from '../app/router.ts';
import en from '../locales/settings.en.json';
import ko from '../locales/settings.ko.json';
import { SECTIONS } from './sections.ts';

addTexts({ en, ko });

/** The settings: their pages at the left (above on a phone), the open one beside. */
export function SettingsPage() {
  const { t } = useTranslation();
  const path = usePathname();
  const name = path.split('/')[2];
  const open = SECTIONS.find((section) => section.name === name);
  useEffect(() => {
    if (name === undefined) navigate(`/settings/${SECTIONS[0]?.name}`, 'replace');
  }, [name]);
  useEffect(() => {
    if (open !== undefined) document.title = `${t(open.title)} · ${t('app.settings')} · Moalog`;
  }, [open, t]);
  if (name === undefined) return null;
  return (
    <div className="settings">
      <nav className="settings-nav" aria-label={t('app.settings')}>
        {(['installation', 'you'] as const).map((group) => {
          const own = SECTIONS.filter((section) => section.group === group);
          return (
            own.length > 0 && (
              <div key={group} className="settings-group">
                <Text size="xs" fw={600} c="dimmed" className="settings-group-name">
                  {t(`settings.group.${group}`)}
                </Text>
                {own.map(({ name: each, title, icon: Icon }) => (
                  <a key={each} href={`/settings/${each}`} aria-current={each === name ? 'page' : undefined}>
                    <Icon size={16} aria-hidden />
                    {t(title)}
                  </a>
                ))}
              </div>
            )
          );
        })}
      </nav>
      <div className="settings-page">
        {open === undefined ? <NotFound path={path} start="/settings" /> : <open.Page />}
      </div>
    </div>
  );
}
