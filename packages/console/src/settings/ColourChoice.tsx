import { Input } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Told apart on light and dark; the server takes them in turn for projects that choose none. */
const COLOURS = ['#4c6ef5', '#12b886', '#f59f00', '#e64980', '#15aabf', '#7950f2', '#82c91e', '#fd7e14'];

/** One of the usual colours, or any other. */
export function ColourChoice({ value, onChange }: { value: string; onChange: (colour: string) => void }) {
  const { t } = useTranslation();
  return (
    <Input.Wrapper label={t('projects.colour')} labelElement="div">
      <div className="swatches" role="radiogroup" aria-label={t('projects.colour')}>
        {COLOURS.map((colour) => (
          <input
            key={colour}
            type="radio"
            name="colour"
            style={{ '--dot': colour }}
            aria-label={colour}
            checked={value === colour}
            onChange={() => onChange(colour)}
          />
        ))}
        <input
          type="color"
          aria-label={t('projects.colour.other')}
          title={t('projects.colour.other')}
          value={value === '' ? '#4c6ef5' : value}
          onChange={(event) => onChange(event.currentTarget.value.toLowerCase())}
        />
      </div>
    </Input.Wrapper>
  );
}
