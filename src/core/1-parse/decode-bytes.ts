/** Windows-1252 from 0x80 to 0x9f; the five bytes it leaves out stand for themselves. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * `TextDecoder`, with invalid bytes as U+FFFD. Node 20 reads windows-1252 as Latin-1 and loses the quotation
 * marks and the euro sign (nodejs/node issue 56542); browsers do not.
 */
export function decodeBytes(encoding: string, bytes: Uint8Array): string {
  const text = new TextDecoder(encoding).decode(bytes);
  if (encoding !== 'windows-1252') return text;
  return text.replace(
    /[\u0080-\u009f]/g,
    (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] ?? character,
  );
}
