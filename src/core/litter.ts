/** Files that systems and programs write beside a person's own; found in folders and archives, never meant. */
export const isLitter = (name: string): boolean =>
  name.startsWith('.') || name.startsWith('~$') || /^(Thumbs\.db|desktop\.ini|__MACOSX)$/i.test(name);
