import { SatchelError } from '../errors.ts';
import { resolveTarget } from './ooxml-package.ts';
import { attributeOf, type XmlHandler } from './xml.ts';
import type { ZipParts } from './zip-parts.ts';

/** A title of the table of contents with those it stands under. */
export interface ContentsEntry {
  /** Name of the part within the zip. */
  readonly part: string;
  /** An id within the part; '' for its start. */
  readonly fragment: string;
  /** From the outermost title to this one. */
  readonly titles: readonly string[];
}

export interface EpubPackage {
  /** Names of the chapters' parts in reading order, without the table of contents. */
  readonly spine: readonly string[];
  readonly contents: readonly ContentsEntry[];
}

const CONTAINER = 'META-INF/container.xml';
/** Fonts are obfuscated by these in books that anybody may read. */
const FONT_ALGORITHMS = ['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'];

/** Addresses are URLs; a name may hold a stray percent sign all the same. */
function decodeUrl(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function resolveUrl(from: string, url: string): Pick<ContentsEntry, 'part' | 'fragment'> {
  const [path = '', fragment = ''] = url.split('#', 2);
  return {
    part: path === '' ? from : resolveTarget(from, decodeUrl(path)),
    fragment: decodeUrl(fragment),
  };
}

/** Parts that cannot be read without a key. */
function encryptedParts(parts: ZipParts): ReadonlySet<string> {
  const found = new Set<string>();
  let algorithm = '';
  parts.readXml('META-INF/encryption.xml', {
    open(name, attributes) {
      if (name === 'EncryptedData') algorithm = '';
      else if (name === 'EncryptionMethod' && algorithm === '')
        algorithm = attributeOf(attributes, 'Algorithm') ?? '';
      else if (name === 'CipherReference' && !FONT_ALGORITHMS.includes(algorithm))
        found.add(resolveUrl('', attributeOf(attributes, 'URI') ?? '').part);
    },
  });
  return found;
}

/** Both kinds of contents nest: an entry holds a label, a target and further entries. */
class ContentsReader implements XmlHandler {
  readonly entries: ContentsEntry[] = [];
  readonly #part: string;
  /** Elements by which an entry, its label and its target are told. */
  readonly #names: { readonly entry: string; readonly label: string; readonly target: string };
  readonly #open: { title: string; url: string; isListed: boolean }[] = [];
  #isInLabel = false;
  /** A nav document also lists pages and landmarks. */
  #isPassed = false;

  constructor(part: string, kind: 'nav' | 'ncx') {
    this.#part = part;
    this.#names =
      kind === 'nav'
        ? { entry: 'li', label: 'a', target: 'a' }
        : { entry: 'navPoint', label: 'navLabel', target: 'content' };
  }

  open(name: string, attributes: Readonly<Record<string, string>>): boolean {
    if (name === 'nav') {
      const type = attributeOf(attributes, 'type') ?? '';
      this.#isPassed = type !== '' && !type.split(/\s+/).includes('toc');
      return !this.#isPassed;
    }
    const { entry, label, target } = this.#names;
    // Entries of the inner list come: this one's own title is complete.
    if (name === 'ol') this.#list();
    if (name === entry) {
      this.#list();
      this.#open.push({ title: '', url: '', isListed: false });
    }
    const last = this.#open.at(-1);
    if (name === label || (label === 'a' && name === 'span')) this.#isInLabel = true;
    if (last && name === target) last.url = attributeOf(attributes, label === 'a' ? 'href' : 'src') ?? '';
    return true;
  }

  text(text: string): void {
    const last = this.#open.at(-1);
    if (last && this.#isInLabel) last.title += text;
  }

  close(name: string): void {
    if (name === this.#names.label || name === 'span') this.#isInLabel = false;
    if (name !== this.#names.entry) return;
    this.#list();
    this.#open.pop();
  }

  #list(): void {
    const last = this.#open.at(-1);
    if (!last || last.isListed || last.url === '') return;
    last.isListed = true;
    const titles = this.#open.map(({ title }) => title.replace(/\s+/g, ' ').trim());
    if (titles.at(-1) === '') return;
    this.entries.push({ ...resolveUrl(this.#part, last.url), titles: titles.filter(Boolean) });
  }
}

function readContents(parts: ZipParts, part: string | undefined, kind: 'nav' | 'ncx'): ContentsEntry[] {
  if (part === undefined) return [];
  const reader = new ContentsReader(part, kind);
  parts.readXml(part, reader);
  return reader.entries;
}

/**
 * What a book consists of, EPUB 2 or 3.
 * @throws SatchelError `corrupt`; `encrypted` where a chapter needs a key
 */
export function readEpubPackage(parts: ZipParts): EpubPackage {
  let main: string | undefined;
  parts.requireXml(CONTAINER, {
    open(name, attributes) {
      if (name === 'rootfile') main ??= attributeOf(attributes, 'full-path');
    },
  });
  main ??= parts.names.find((name) => name.toLowerCase().endsWith('.opf'));
  if (main === undefined) throw new SatchelError('corrupt', { reason: 'part-missing', entry: '.opf' });

  const from = main;
  const items = new Map<string, { part: string; isNav: boolean }>();
  const ids: string[] = [];
  let ncxId = '';
  let ncx: string | undefined;
  parts.requireXml(from, {
    open(name, attributes) {
      const id = attributeOf(attributes, 'id') ?? '';
      if (name === 'item') {
        const { part } = resolveUrl(from, attributeOf(attributes, 'href') ?? '');
        const isNav = (attributeOf(attributes, 'properties') ?? '').split(/\s+/).includes('nav');
        items.set(id, { part, isNav });
        if (attributeOf(attributes, 'media-type') === 'application/x-dtbncx+xml') ncx ??= part;
      } else if (name === 'spine') ncxId = attributeOf(attributes, 'toc') ?? '';
      else if (name === 'itemref') ids.push(attributeOf(attributes, 'idref') ?? '');
    },
  });
  const listed = [...new Set(ids)].map((id) => items.get(id));
  const spine = listed.flatMap((item) => (item && !item.isNav ? [item.part] : []));
  const encrypted = encryptedParts(parts);
  if (spine.some((part) => encrypted.has(part))) throw new SatchelError('encrypted');

  const nav = [...items.values()].find(({ isNav }) => isNav)?.part;
  const fromNav = readContents(parts, nav, 'nav');
  const contents = fromNav.length > 0 ? fromNav : readContents(parts, items.get(ncxId)?.part ?? ncx, 'ncx');
  return { spine, contents };
}
