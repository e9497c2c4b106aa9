import { useHotkeys } from '@mantine/hooks';
import type { SessionInfo } from '@moalog/contract';
import { createContext, use, useEffect } from 'react';
import { type ConsoleCommand, hotkeysOf } from '../commands/registry.ts';

export interface Shell {
  /** Who is signed in and what they may see; asked again from time to time and after changes of projects. */
  readonly session: SessionInfo;
  /** Puts a screen's commands into the palette and the overview of keys. */
  readonly offer: (commands: readonly ConsoleCommand[]) => void;
}

export const ShellContext = createContext<Shell | null>(null);

/** For screens: what they share. */
export function useShell(): Shell {
  const shell = use(ShellContext);
  if (shell === null) throw new Error('a screen stands within the shell');
  return shell;
}

/** Commands of the screen: by key, in the palette and in the overview, as long as it is open. */
export function useScreenCommands(commands: readonly ConsoleCommand[]): void {
  const { offer } = useShell();
  useHotkeys(hotkeysOf(commands));
  useEffect(() => offer(commands));
  useEffect(() => () => offer([]), [offer]);
}
