/** One thing a person can do: menus, keys, palette and the overview are all made from these. */
export interface ConsoleCommand {
  readonly id: string;
  /** As people read it, in their language. */
  readonly title: string;
  /** As Mantine's hotkeys write them: `mod+K`, `/`. Null: by the palette alone. */
  readonly keys: string | null;
  readonly group: 'search' | 'events' | 'range' | 'view' | 'saved' | 'settings' | 'go' | 'app';
  readonly run: () => void;
}

export const GROUPS: readonly ConsoleCommand['group'][] = [
  'search',
  'events',
  'range',
  'view',
  'saved',
  'settings',
  'go',
  'app',
];

/** For Mantine's useHotkeys, which wants a sign and the Shift it is typed with named together; keyboards differ in which signs need one. */
export const hotkeysOf = (commands: readonly ConsoleCommand[]): [string, () => void][] =>
  commands.flatMap(({ keys, run }): [string, () => void][] =>
    keys === null
      ? []
      : /^[^\w+]$/.test(keys)
        ? [
            [keys, run],
            [`shift+${keys}`, run],
          ]
        : [[keys, run]],
  );

/** Keys as they stand on the keyboard. */
export const shownKeys = (keys: string): string[] =>
  keys
    .split('+')
    .map((key) => (key === 'mod' ? (/Mac/.test(navigator.platform) ? '⌘' : 'Ctrl') : key === 'Escape' ? 'Esc' : key));
