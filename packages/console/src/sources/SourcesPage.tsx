import '../ui/screens.css';
import './sources.css';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { addTexts } from '../app/language.ts';
import { usePathname } from '../app/router.ts';
import en from '../locales/sources.en.json';
import ko from '../locales/sources.ko.json';
import { GuidePage } from './GuidePage.tsx';
import { SourceList } from './SourceList.tsx';

addTexts({ en, ko });

/** `/sources`: the receivers and how they are. `/sources/<guide>`: how a sender is pointed here. */
export function SourcesPage() {
  const { t } = useTranslation();
  const guide = usePathname().split('/')[2];
  useEffect(() => {
    if (guide === undefined) document.title = `${t('app.sources')} · Moalog`;
  }, [guide, t]);
  return (
    <div className="page">
      <div className="page-inside">{guide === undefined ? <SourceList /> : <GuidePage key={guide} name={guide} />}</div>
    </div>
  );
}
