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

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: 9,
  colors: { teal },
  fontFamily: "'Inter Variable', 'Pretendard Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', 'Pretendard Variable', ui-monospace, monospace",
  defaultRadius: 'sm',
  fontSizes: { xs: '0.72rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.15rem' },
  respectReducedMotion: true,
});

/** Level colours: they differ in lightness too, and never stand without their word. */
export const LEVEL_COLORS: Readonly<Record<string, string>> = {
  trace: '#adb5bd',
  debug: '#748ca8',
  info: '#228be6',
  warn: '#f59f00',
  error: '#e03131',
  fatal: '#ae3ec9',
  '': '#ced4da',
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
