import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

type Outline = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>;

interface OutlineEntry {
  readonly page: number;
  readonly trail: readonly string[];
}

/** Each entry costs a look-up in the file; the outline of a thousand-page manual has some 2,000. */
const MAX_ENTRIES = 4000;
const MAX_LEVELS = 6;

/** A page's own object, as a destination names it. */
interface PageReference {
  readonly num: number;
  readonly gen: number;
}

const isReference = (value: unknown): value is PageReference =>
  typeof value === 'object' && value !== null && 'num' in value && 'gen' in value;

async function pageOf(pdf: PDFDocumentProxy, target: string | unknown[] | null): Promise<number | undefined> {
  const destination: unknown[] | null =
    typeof target === 'string' ? await pdf.getDestination(target) : target;
  const first = destination?.[0];
  if (typeof first === 'number') return first;
  return isReference(first) ? pdf.getPageIndex(first) : undefined;
}

async function collect(
  pdf: PDFDocumentProxy,
  items: Outline,
  trail: readonly string[],
  found: OutlineEntry[],
) {
  if (trail.length >= MAX_LEVELS) return;
  for (const item of items) {
    if (found.length >= MAX_ENTRIES) return;
    const title = item.title.replace(/\s+/g, ' ').trim();
    const own = title === '' ? trail : [...trail, title];
    // A destination that leads nowhere is common; the entry is left out.
    const page = await pageOf(pdf, item.dest).catch(() => undefined);
    if (page !== undefined && own !== trail) found.push({ page, trail: own });
    await collect(pdf, item.items as Outline, own, found);
  }
}

/**
 * For each page the headings it stands under: the first outline entry that begins on it, else the last one
 * before it. Empty where the document has no outline.
 */
export async function outlineTrails(pdf: PDFDocumentProxy): Promise<(readonly string[])[]> {
  const entries: OutlineEntry[] = [];
  try {
    await collect(pdf, (await pdf.getOutline()) ?? [], [], entries);
  } catch {
    // A damaged outline is no reason to lose the text.
  }
  const trails: (readonly string[])[] = [];
  let current: readonly string[] = [];
  for (let page = 0; entries.length > 0 && page < pdf.numPages; page++) {
    const here = entries.filter((entry) => entry.page === page);
    trails.push(here[0]?.trail ?? current);
    current = here.at(-1)?.trail ?? current;
  }
  return trails;
}
