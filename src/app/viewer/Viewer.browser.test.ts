import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DocumentSource } from '../../core/service.ts';
import type { Block, Passage } from '../../core/types.ts';
import { mountApp, type MountedApp } from '../fixtures/mounted-app.ts';
import { documentRecord, libraryOf, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';
import { smallPdf } from '../fixtures/small-pdf.ts';

let mounted: MountedApp;

beforeEach(() => page.viewport(1300, 800));
afterEach(() => mounted.close());

/** Opens a document at the first of these quotes, or at its top. */
async function open(source: DocumentSource, ...quotes: readonly string[]): Promise<HTMLElement> {
  const service = new ScriptedService();
  service.current = libraryOf([source.document]);
  service.documentSource = source;
  mounted = await mountApp({ retrieval: service, generation: new ScriptedWriter() });
  const passages = quotes.map((quote, i): Passage => {
    const start = source.text.indexOf(quote);
    const { id, name } = source.document;
    const range = { start, end: start + quote.length };
    return { chunkId: i, documentId: id, documentName: name, ...range, text: quote, headings: [], score: 1 };
  });
  await mounted.app.viewer.open(source.document, { passages, citations: [] }, passages[0]);
  return vi.waitFor(
    () => {
      const viewer = document.querySelector<HTMLElement>('[data-placement="placed"]');
      if (!viewer) throw new Error('Nothing is placed');
      return viewer;
    },
    { timeout: 15_000 },
  );
}

function textSource(
  name: string,
  text: string,
  format: string,
  blocks: readonly Block[] = [],
): DocumentSource {
  const sections = [{ start: 0, end: text.length, headings: [] }];
  return { document: documentRecord(name, { format }), text, sections, blocks, file: new Blob([text]) };
}

const texts = (selector: string): string[] =>
  [...document.querySelectorAll(`[data-testid="viewer"] ${selector}`)].map(({ textContent }) => textContent);
const message = (): string => document.querySelector('[data-testid="announcer"]')?.textContent ?? '';

function isInView(selector: string): boolean {
  const found = document.querySelector(selector)?.getBoundingClientRect();
  const view = document.querySelector('[role="document"]')?.getBoundingClientRect();
  // What is scrolled to an edge stands there but for a fraction of a pixel.
  return !!found && !!view && found.top >= view.top - 1 && found.bottom <= view.bottom + 1;
}

async function find(query: string): Promise<void> {
  await userEvent.keyboard('{Control>}f{/Control}');
  await vi.waitFor(() => expect(document.activeElement?.tagName).toBe('INPUT'));
  await userEvent.keyboard(query);
}

describe('the viewer', () => {
  it('shows rows as a table under its columns, with the cited words marked in their cells', async () => {
    const text = 'Item: Hub; Price: 79.99; Note: new\nItem: Mouse; Note: sold out';
    const blocks = [
      { start: 0, end: text.length, kind: 'table' as const, columns: ['Item', 'Price', 'Note'] },
    ];
    await open(textSource('a.csv', text, 'csv', blocks), 'Item: Mouse; Note: sold out');
    expect(texts('th')).toEqual(['Item', 'Price', 'Note']);
    expect(texts('tbody td')).toEqual(['Hub', '79.99', 'new', 'Mouse', '', 'sold out']);
    expect(texts('mark')).toEqual(['Mouse', 'sold out']);
  });

  it('pages through the places of the answer by keyboard and says which one is shown', async () => {
    await open(
      textSource('a.txt', 'One fee.\n\nTwo fees.\n\nThree fees.', 'text'),
      'One fee.',
      'Three fees.',
    );
    expect(texts('mark')).toEqual(['One fee.']);
    await userEvent.keyboard('n');
    await vi.waitFor(() => expect(texts('mark')).toEqual(['Three fees.']));
    await vi.waitFor(() => expect(message()).toMatch(/^2 of 2.*Three fees\./));
    await userEvent.keyboard('n');
    await vi.waitFor(() => expect(texts('mark')).toEqual(['One fee.']));
  });

  it('finds what is looked for in a text of any length, of which it lays out a part', async () => {
    const paragraph = 'The lighthouse keeper wrote down the height of every wave that he saw. ';
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i}. ${paragraph.repeat(3)}`);
    lines[15_000] = 'Ｎｅｅｄｌｅ one is here.';
    lines[19_999] = 'And needle two.';
    const text = lines.join('\n\n');
    const viewer = await open(textSource('a.txt', text, 'text'), 'And needle two.');
    await vi.waitFor(() => expect(isInView('[data-testid="highlight"]')).toBe(true));
    expect(viewer.querySelectorAll('p').length).toBeLessThan(400);
    await find('NEEDLE');
    await vi.waitFor(() => expect(texts('[role="status"]')).toEqual(['2 of 2']));
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(texts('mark.current')).toEqual(['Ｎｅｅｄｌｅ']));
    await vi.waitFor(() => expect(isInView('mark.current')).toBe(true));
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(texts('mark.current')).toEqual([]));
    expect(mounted.app.viewer.isOpen).toBe(true);
    expect(document.activeElement?.getAttribute('role')).toBe('document');
  });

  it('finds on pages of a PDF that are not drawn yet', { timeout: 60_000 }, async () => {
    const pages = Array.from(
      { length: 40 },
      (_, i) => `Page ${i + 1} has a lamp${i === 32 ? ' and a Needle' : ''}.`,
    );
    let text = '';
    const sections = pages.map((line, i) => {
      const start = text.length;
      text += `${line}\n\n`;
      return { start, end: start + line.length, headings: [], page: i + 1 };
    });
    await open({
      document: documentRecord('a.pdf', { format: 'pdf', pages: pages.length }),
      text: text.trimEnd(),
      sections,
      file: smallPdf(pages.map((line) => [line])),
    });
    expect(document.querySelectorAll('[data-testid="hit"]')).toHaveLength(0);
    await find('needle');
    const hit = '[data-page="33"] [data-testid="hit"]';
    await vi.waitFor(() => expect(isInView(hit)).toBe(true), { timeout: 15_000 });
    // Who scrolls away stays there.
    const scroller = document.querySelector('[role="document"]');
    scroller?.scrollTo({ top: 0 });
    await vi.waitFor(() => expect(document.querySelector(hit)).toBeNull(), { timeout: 15_000 });
    expect(scroller?.scrollTop).toBe(0);
  });

  it('leads to headings, and opens again where it was left', async () => {
    const parts = ['Alpha', 'Beta', 'Gamma'].map(
      (title) => `${title}\n\n${`${title} is told. `.repeat(700)}`,
    );
    const text = parts.join('\n\n');
    const sections = ['Alpha', 'Beta', 'Gamma'].map((title, i) => {
      const start = text.indexOf(parts[i] ?? '');
      return { start, end: start + (parts[i]?.length ?? 0), headings: [title] };
    });
    const source = { ...textSource('a.md', text, 'markdown'), sections };
    await open(source);
    await page.getByRole('button', { name: 'Contents' }).click();
    await page.getByRole('navigation', { name: 'Contents' }).getByRole('button', { name: 'Gamma' }).click();
    await vi.waitFor(() => expect(isInView(`h3[data-start="${text.indexOf('Gamma')}"]`)).toBe(true));
    await vi.waitFor(() => expect(mounted.app.viewer.leftAt).toBeGreaterThanOrEqual(text.indexOf('Gamma')));
    mounted.app.viewer.close();
    await vi.waitFor(() => expect(document.querySelector('[data-testid="viewer"]')).toBeNull());
    await mounted.app.viewer.open(source.document, { passages: [], citations: [] });
    await vi.waitFor(() => expect(isInView(`h3[data-start="${text.indexOf('Gamma')}"]`)).toBe(true));
  });
});
