/** What a link carries behind `#`, which no server and no log sees. */
export type Entry = {
  readonly kind: 'key' | 'setup' | 'invitation' | 'password' | 'sso';
  /** For `sso`: why the provider let nobody in. */
  readonly token: string;
};

const KINDS: readonly Entry['kind'][] = ['key', 'setup', 'invitation', 'password', 'sso'];

/** Taken out of the address, so that it is in no bookmark and over no shoulder. */
function takeFromAddress(): Entry | null {
  const parameters = new URLSearchParams(location.hash.slice(1));
  for (const kind of KINDS) {
    const token = parameters.get(kind);
    if (token === null) continue;
    history.replaceState(null, '', location.pathname + location.search);
    return { kind, token };
  }
  return null;
}

/** Of this page: read once. */
export const ENTRY: Entry | null = takeFromAddress();
