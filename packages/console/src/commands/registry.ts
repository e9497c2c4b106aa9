/** One thing a person can do: menus, keys, palette and the overview are all made from these. */
export interface ConsoleCommand {
  readonly id: string;
  /** Key of the locale files. */
  readonly title: string;
  /** As Mantine's hotkeys write them: `mod+K`, `/`. */
  readonly keys: string;
  readonly run: () => void;
}
