/** What matches the text literally, in RE2 and in JavaScript; slashes are escaped for the search language. */
export const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
