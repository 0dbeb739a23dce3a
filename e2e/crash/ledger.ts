import type { IngestEvent } from '../../src/core/service.ts';
import type { TestFile } from './test-file.ts';

/**
 * What the app has promised about a file, as the outside saw it: `adding` and `removing` have been asked for and
 * not answered; `accepted` is on the disk, to be taken up again; `saved` and `gone` have been told.
 */
type Fate = 'adding' | 'accepted' | 'saved' | 'removing' | 'gone';

interface Entry {
  readonly file: TestFile;
  fate: Fate;
}

export interface IngestNews {
  readonly name: string;
  readonly type: IngestEvent['type'];
  readonly documentId?: string;
  readonly code?: string;
}

/** Keeps what was promised and compares it with what is there. */
export class Ledger {
  /** Everything that was promised and not kept, or told and not true. */
  readonly broken: string[] = [];
  readonly #entries = new Map<string, Entry>();
  #isClearing = false;

  filesThatAre(...fates: readonly Fate[]): TestFile[] {
    return [...this.#entries.values()].flatMap(({ file, fate }) => (fates.includes(fate) ? [file] : []));
  }

  /** Added by somebody, and not deleted since. */
  isTaken({ name }: TestFile): boolean {
    const fate = this.#entries.get(name)?.fate;
    return fate !== undefined && fate !== 'gone';
  }

  adding(file: TestFile): void {
    this.#entries.set(file.name, { file, fate: 'adding' });
  }

  removing(file: TestFile): void {
    this.#entry(file.name).fate = 'removing';
  }

  removed(file: TestFile): void {
    this.#entry(file.name).fate = 'gone';
  }

  /** Nothing else may be under way. */
  clearing(): void {
    this.#isClearing = true;
    for (const file of this.filesThatAre('saved')) this.removing(file);
  }

  cleared(): void {
    this.#isClearing = false;
    for (const file of this.filesThatAre('removing')) this.removed(file);
  }

  hear({ name, type, documentId, code }: IngestNews): void {
    const entry = this.#entry(name);
    if (type === 'failed' || type === 'cancelled') {
      this.broken.push(`${name}, which was ${entry.fate}: ${type} ${code ?? ''}`);
    } else if (type === 'ready' || type === 'duplicate') {
      if (documentId !== entry.file.id) this.broken.push(`${name}: told as document ${documentId}`);
      entry.fate = 'saved';
    } else if (type !== 'queued') entry.fate = 'accepted';
  }

  /**
   * After a crash: what was under way has happened or not, which the library tells; what was promised must be
   * there.
   */
  settle({
    documents,
    pending,
  }: Record<'documents' | 'pending', readonly { readonly name: string }[]>): void {
    const listed = new Set(documents.map(({ name }) => name));
    const waiting = new Set(pending.map(({ name }) => name));
    if (listed.size < documents.length || waiting.size < pending.length) this.broken.push('listed twice');
    const cleared = this.filesThatAre('removing');
    const left = cleared.filter(({ name }) => listed.has(name)).length;
    if (this.#isClearing && left > 0 && left < cleared.length) {
      this.broken.push(`deleting all has left ${left} of ${cleared.length}`);
    }
    this.#isClearing = false;
    for (const [name, entry] of this.#entries) {
      const isListed = listed.has(name);
      const isWaiting = waiting.has(name);
      if (isListed && isWaiting) this.broken.push(`${name} is saved and waits to be saved`);
      if (entry.fate === 'saved' && !isListed) this.broken.push(`${name} was saved and is lost`);
      if (entry.fate === 'accepted' && !isListed && !isWaiting)
        this.broken.push(`${name} was accepted and is lost`);
      if (entry.fate === 'gone' && isListed) this.broken.push(`${name} was deleted and is back`);
      entry.fate = isListed ? 'saved' : isWaiting ? 'accepted' : 'gone';
    }
    for (const name of [...listed, ...waiting]) {
      if (!this.#entries.has(name)) this.broken.push(`${name} was never added`);
    }
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`${name} was never added`);
    return entry;
  }
}
