import { explainConfig, loadConfig } from '@moalog/server/config';
import type { Command } from '../command.ts';

export const config: Command = {
  name: 'config',
  summary: 'show which options are in force and where each came from',
  help: () => `moalog config [OPTIONS OF start]

  --markdown     the table of all options with their defaults, for docs/howto/configuration.md`,

  async run(argv) {
    const markdown = argv.includes('--markdown');
    const loaded = loadConfig({ argv: argv.filter((word) => word !== '--markdown'), env: process.env });
    const options = explainConfig(loaded);
    if (markdown) {
      process.stdout.write(markdownTable(options));
      return 0;
    }
    if (loaded.file !== null) process.stdout.write(`file: ${loaded.file}\n`);
    const width = Math.max(...options.map((option) => option.variable.length));
    for (const option of options) {
      process.stdout.write(
        `${option.variable.padEnd(width)}  ${(option.value || '(not set)').padEnd(24)}  ${option.origin.padEnd(11)}  ${option.help}\n`,
      );
    }
    return 0;
  },
};

/** All options as a Markdown table. Holds nothing of this machine. */
export function markdownTable(options: ReturnType<typeof explainConfig>): string {
  const rows = options.map(
    ({ name, flag, variable, default: standard, help }) =>
      `| \`${variable}\` | \`${flag}\` | \`${name}\` | ${standard === '' ? '' : `\`${standard}\``} | ${help.replaceAll('|', '\\|')} |`,
  );
  return `| variable | flag | in moalog.yaml | default | meaning |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
