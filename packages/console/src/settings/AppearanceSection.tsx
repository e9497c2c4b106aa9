import { SegmentedControl, Text, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, setLanguage } from '../app/language.ts';
import { useShell } from '../app/shell.ts';
import { PageHead } from '../ui/PageHead.tsx';

const SCHEMES = ['light', 'dark', 'auto'] as const;

/** Theme and language, kept in this browser. */
export function AppearanceSection() {
  const { t, i18n } = useTranslation();
  const { session } = useShell();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <PageHead title={t('settings.appearance')} lead={t('settings.appearance.lead')} />
      <div className="setting">
        <Text fw={600} size="sm">
          {t('app.theme')}
        </Text>
        <SegmentedControl
          aria-label={t('app.theme')}
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme)}
          data={SCHEMES.map((scheme) => ({ value: scheme, label: t(`app.theme.${scheme}`) }))}
        />
      </div>
      <div className="setting">
        <Text fw={600} size="sm">
          {t('app.language')}
        </Text>
        <SegmentedControl
          aria-label={t('app.language')}
          value={LANGUAGES.find(({ code }) => code === i18n.language)?.code ?? 'en'}
          onChange={(language) => void setLanguage(language)}
          data={LANGUAGES.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </div>
      <Text size="xs" c="dimmed" mt="xl">
        Moalog {session.version}
      </Text>
    </>
  );
}
