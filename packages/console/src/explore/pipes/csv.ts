import type { QueryResponse } from '@moalog/contract';

/** The table as a file that spreadsheets open (RFC 4180). */
export function toCsv({ columns, rows }: QueryResponse): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return `${lines.map((cells) => cells.map(cellText).join(',')).join('\r\n')}\r\n`;
}

function cellText(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
