import characters from 'opencc-js/dict/TSCharacters';

let simplifiedOf: ReadonlyMap<string, string> | undefined;

/** "traditional simplified other|…": a character that has several simplified forms has its most usual one first. */
function readTable(): ReadonlyMap<string, string> {
  const rows = characters.split('|').map((row) => row.split(' '));
  return new Map(rows.map(([traditional = '', simplified = '']) => [traditional, simplified]));
}

/**
 * A Chinese character as it is written on the mainland. By OpenCC's table of characters: which of two simplified forms
 * is meant is not asked for, so that 乾 is always 干, in question and text alike.
 */
export function simplified(character: string): string {
  simplifiedOf ??= readTable();
  return simplifiedOf.get(character) ?? character;
}
