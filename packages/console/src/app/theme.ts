import { createTheme, type MantineColorsTuple } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e3fafc',
  '#c5f6fa',
  '#99e9f2',
  '#66d9e8',
  '#3bc9db',
  '#22b8cf',
  '#15aabf',
  '#1098ad',
  '#0c8599',
  '#0b7285',
];

/** A cooler, quieter dark than Mantine's. */
const dark: MantineColorsTuple = [
  '#d5d9e0',
  '#b3bac5',
  '#8f98a6',
  '#5d6776',
  '#333b47',
  '#272e38',
  '#1c222b',
  '#12161c',
  '#0d1116',
  '#080b0f',
];

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: 9,
  colors: { teal, dark },
  fontFamily: "'Inter Variable', 'Pretendard Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', 'Pretendard Variable', ui-monospace, monospace",
  defaultRadius: 'sm',
  fontSizes: { xs: '0.72rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.15rem' },
  respectReducedMotion: true,
});

/** Level colours: they differ in lightness too, and never stand without their word. */
export const LEVEL_COLORS: Readonly<Record<string, string>> = {
  trace: '#b7c0ca',
  debug: '#8ea3bb',
  info: '#6cb2eb',
  warn: '#f2a20d',
  error: '#e5383b',
  fatal: '#ae3ec9',
  '': '#a3adb8',
};

const STACK_COLORS = [
  '#0c8599',
  '#5f3dc4',
  '#2b8a3e',
  '#d9480f',
  '#1864ab',
  '#a61e4d',
  '#66a80f',
  '#862e9c',
  '#e67700',
  '#495057',
  '#087f5b',
  '#c92a2a',
];

export const colorOf = (value: string, index: number): string =>
  LEVEL_COLORS[value] ?? STACK_COLORS[index % STACK_COLORS.length] ?? '#868e96';

declare module 'react' {
  /** Custom properties in `style`. */
  interface CSSProperties {
    [name: `--${string}`]: string | number | undefined;
  }
}
