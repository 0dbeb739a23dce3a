import { KeywordIndex } from './4-index/keyword-index.ts';
import { mergeTerms, planMerge } from './4-index/merge-terms.ts';
import { TermSegment } from './4-index/term-segment.ts';
import { bytesInMemory } from './4-index/term-source.ts';
import { unless } from './errors.ts';
import type { Extent, TermFile } from './store/schema.ts';
import type { DocumentTerms } from './store/documents.ts';
import type { TermStore } from './store/terms.ts';

/** Where a segment is kept: in a file, or with its one document. */
type Origin = { readonly file: string } | { readonly documentId: string };

/** A segment, opened. */
export interface KeptSegment {
  readonly segment: TermSegment;
  readonly firstChunkIds: Uint32Array;
  readonly origin: Origin;
}

/** A smaller file is read whole: there are many of them, and a term is looked up in each. */
const MAX_IN_MEMORY_BYTES = 2 ** 20;

const ifDamaged = unless('index-corrupt');

/** The keyword side of a library: an index over segments of terms, most of them in files. */
export class LibraryTerms {
  readonly #store: TermStore;
  readonly #fingerprintKey: string;
  readonly #kept = new Map<TermSegment, KeptSegment>();
  /** Files of which nothing is searched. */
  readonly #damaged = new Set<string>();
  #index = new KeywordIndex();

  constructor(store: TermStore, fingerprintKey: string) {
    this.#store = store;
    this.#fingerprintKey = fingerprintKey;
  }

  get index(): KeywordIndex {
    return this.#index;
  }

  /** Names of the files that are read from. */
  get files(): string[] {
    return [...this.#kept.values()].flatMap(({ origin }) => ('file' in origin ? [origin.file] : []));
  }

  /** @throws SatchelError `index-corrupt`. */
  add(bytes: Uint8Array, { documentId, firstChunkId }: Extent): void {
    const segment = TermSegment.open(bytesInMemory(bytes));
    this.#keep({ segment, firstChunkIds: Uint32Array.of(firstChunkId), origin: { documentId } });
  }

  remove(firstChunkId: number): void {
    this.#index.remove(firstChunkId);
  }

  /** Those that can be read. */
  async open(files: readonly TermFile[]): Promise<KeptSegment[]> {
    const opened = await Promise.all(files.map((file) => this.#open(file)));
    return opened.filter((kept) => kept !== undefined);
  }

  /** Makes the index anew of what was read, without what is of no document of these, or is damaged. */
  apply(
    files: readonly KeptSegment[],
    loose: readonly DocumentTerms[],
    extents: ReadonlyMap<string, Extent>,
  ): void {
    this.#index = new KeywordIndex();
    this.#kept.clear();
    const live = new Set([...extents.values()].map(({ firstChunkId }) => firstChunkId));
    for (const kept of files) {
      this.#keep(kept);
      for (const id of kept.firstChunkIds) if (!live.has(id)) this.#index.remove(id);
    }
    for (const { documentId, bytes } of loose) {
      const extent = extents.get(documentId);
      if (!extent) continue;
      try {
        this.add(bytes, extent);
      } catch (error) {
        ifDamaged(error);
      }
    }
  }

  /**
   * Looks at all postings, which nothing else does, and takes the segments out of the index that are damaged.
   * @returns whether there were any.
   */
  dropDamaged(): boolean {
    const damaged = [...this.#kept.values()].filter(({ segment }) => !isIntact(segment));
    for (const { segment, origin } of damaged) {
      this.#kept.delete(segment);
      if ('file' in origin) this.#damaged.add(origin.file);
    }
    this.#index.drop(damaged.map(({ segment }) => segment));
    return damaged.length > 0;
  }

  /** Keeps terms that were made anew, unless the document is gone. @throws SatchelError of the store. */
  async put(bytes: Uint8Array<ArrayBuffer>, extent: Extent): Promise<void> {
    await this.#store.put(this.#fingerprintKey, extent, bytes);
  }

  /** Takes damaged files out of the manifest, once all their documents have terms elsewhere. */
  async forgetDamaged(): Promise<void> {
    const names = [...this.#damaged];
    if (names.length > 0) await this.#store.forget(names);
    for (const name of names) this.#damaged.delete(name);
  }

  /**
   * Merges segments where it pays, in the store and here.
   * @returns 'none' where nothing is to be gained; 'outdated' when this index has to be made anew of the store.
   */
  async merge(): Promise<'none' | 'merged' | 'outdated'> {
    const { segments } = this.#index;
    const inputs = planMerge(segments)?.flatMap((i) => segments[i] ?? []);
    if (!inputs) return 'none';
    const origins = inputs.flatMap(({ segment, keptIds }) => {
      const origin = this.#kept.get(segment)?.origin;
      return origin ? [{ ...origin, keptIds }] : [];
    });
    // Of this moment, as what is merged: a document that is deleted while it runs is dead in the result.
    const firstChunkIds = Uint32Array.from(inputs.flatMap(({ keptIds }) => keptIds));
    const bytes = await mergeTerms(inputs);
    const file = {
      name: crypto.randomUUID(),
      fingerprintKey: this.#fingerprintKey,
      sizeBytes: bytes.length,
      firstChunkIds,
    };
    const isDone = await this.#store.replace(file, bytes, {
      files: origins.flatMap((origin) => ('file' in origin ? [origin.file] : [])),
      documents: origins.flatMap((origin) =>
        'documentId' in origin
          ? origin.keptIds.map((firstChunkId) => ({ documentId: origin.documentId, firstChunkId }))
          : [],
      ),
    });
    const merged = isDone && firstChunkIds.length > 0 ? await this.#open(file) : undefined;
    const replaced = inputs.map(({ segment }) => segment);
    // It may be another one by now, made of what the store had before or after.
    if (!isDone || !replaced.every((segment) => this.#kept.has(segment))) return 'outdated';
    for (const segment of replaced) this.#kept.delete(segment);
    if (merged) {
      this.#kept.set(merged.segment, merged);
      this.#index.replace(replaced, merged.segment, firstChunkIds);
    } else this.#index.drop(replaced);
    return 'merged';
  }

  #keep(kept: KeptSegment): void {
    this.#index.add(kept.segment, kept.firstChunkIds);
    this.#kept.set(kept.segment, kept);
  }

  /** One that is open already is taken as it is; undefined for one that is damaged. */
  async #open(file: TermFile): Promise<KeptSegment | undefined> {
    const { name, firstChunkIds } = file;
    const known = [...this.#kept.values()].find(({ origin }) => 'file' in origin && origin.file === name);
    if (known) return known;
    try {
      const source = await this.#store.open(file);
      const isSmall = source.sizeBytes <= MAX_IN_MEMORY_BYTES;
      const own = isSmall ? bytesInMemory(source.read(0, source.sizeBytes).slice()) : source;
      return { segment: TermSegment.open(own), firstChunkIds, origin: { file: name } };
    } catch (error) {
      ifDamaged(error);
      this.#damaged.add(name);
      return undefined;
    }
  }
}

function isIntact(segment: TermSegment): boolean {
  try {
    segment.verify();
    return true;
  } catch (error) {
    ifDamaged(error);
    return false;
  }
}
