/**
 * A text as it is compared when somebody looks for something: case, full width, accents and the kind of quotes
 * or white space do not count. Each UTF-16 unit becomes one, so that offsets hold for both.
 */
export const foldText = (text: string): string =>
  text
    // The one letter whose small form is longer.
    .replaceAll('\u0130', 'I')
    .toLowerCase()
    .replace(/[\uff01-\uff5e]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) - 0xfee0))
    .replace(/[\u00e0-\u017f]/g, (unit) => unit.normalize('NFD').charAt(0))
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/\s/g, ' ');
