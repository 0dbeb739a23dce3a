import type { PageText, ParsedDocument, ParseWarning } from '../../types.ts';
import { DocumentBuilder } from '../document-builder.ts';

/** What a PDF has without recognition: its text, or only the number of its pages. */
export type PdfText = Pick<ParsedDocument, 'text' | 'sections' | 'warnings'> & { readonly pages: number };

const PARAGRAPHS = /\n{2,}/;

/**
 * A document with the texts that were read off pictures of its pages in their places.
 * @throws SatchelError `no-text` when there is none at all.
 */
export function withPageTexts(parsed: PdfText, pageTexts: readonly PageText[]): ParsedDocument {
  const read = new Map(pageTexts.filter(({ text }) => text.trim() !== '').map((page) => [page.page, page]));
  const own = new Map(parsed.sections.map((section) => [section.page ?? 0, section]));
  const builder = new DocumentBuilder();
  let headings: readonly string[] = [];
  const empty: number[] = [];
  const recognized: PageText[] = [];
  for (let page = 1; page <= parsed.pages; page++) {
    const section = own.get(page);
    const scan = section ? undefined : read.get(page);
    headings = section?.headings ?? headings;
    builder.section(headings, page);
    if (scan) recognized.push(scan);
    if (!section && !scan) empty.push(page);
    const text = section ? parsed.text.slice(section.start, section.end) : (scan?.text ?? '');
    for (const paragraph of text.split(PARAGRAPHS)) builder.block(paragraph);
  }
  const warnings: ParseWarning[] = parsed.warnings.filter(({ code }) => code !== 'pages-without-text');
  if (empty.length > 0) {
    warnings.push({ code: 'pages-without-text', details: { pages: empty.join(', '), count: empty.length } });
  }
  if (recognized.length > 0) {
    const confidence = recognized.reduce((sum, page) => sum + page.confidence, 0) / recognized.length;
    warnings.push({
      code: 'pages-read-by-ocr',
      details: {
        pages: recognized.map(({ page }) => page).join(', '),
        count: recognized.length,
        confidence: Math.round(confidence),
      },
    });
  }
  return builder.build({ format: 'pdf', pages: parsed.pages, warnings });
}
