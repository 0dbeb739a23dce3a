/** Text as it stands in HTML that `addHtml` reads; its line breaks are kept. */
export const htmlOf = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\n\u000b]/g, '<br>');
