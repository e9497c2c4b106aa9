import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** Numbers and times as people of the language write them. */
export interface Format {
  readonly count: (value: number) => string;
  /** `1.2M`: for places where there is no room. */
  readonly short: (value: number) => string;
  /** Of a share between 0 and 1; small ones keep a digit more. */
  readonly percent: (share: number) => string;
  readonly bytes: (value: number) => string;
  /** `3 minutes ago`, `in 2 days`, of an RFC 3339 time. */
  readonly ago: (time: string, nowMs?: number) => string;
  /** Date and time, to the minute. */
  readonly moment: (time: string) => string;
}

export function formatFor(language: string): Format {
  const number = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(language, options);
  const whole = number({ maximumFractionDigits: 1 });
  const short = number({ notation: 'compact', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return {
    count: (value) => whole.format(value),
    short: (value) => short.format(value),
    percent: (share) => number({ style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(share),
    bytes: (value) => {
      const step = Math.min(BYTE_UNITS.length - 1, value < 1_000 ? 0 : Math.floor(Math.log10(value) / 3));
      return number({ style: 'unit', unit: BYTE_UNITS[step] ?? 'byte', maximumFractionDigits: 1 }).format(
        value / 1_000 ** step,
      );
    },
    ago: (time, nowMs = Date.now()) => {
      const seconds = Math.round((Date.parse(time) - nowMs) / 1_000);
      const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
      return relative.format(Math.trunc(seconds / size), unit);
    },
    moment: (time) => moment.format(new Date(time)),
  };
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => formatFor(i18n.language), [i18n.language]);
}
