import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { collect, fileOf, isOutcome, textOf } from '../core/fixtures/ingest-bench.ts';
import { deleteStore } from '../core/store/store.ts';
import { MODELS, openTab, settingsOf, type Model, type OpenTab } from './open-tab.ts';
import { bruteForce, passagesOf, storedFile, type StoredFile } from './stored-files.ts';
import type { TabService } from './tab-service.ts';

/** Sequences tried; on a slow or busy machine as many as are begun within the limit. */
const RUNS = 15;
const LIMIT_MS = 20_000;
const K = 5;

/**
 * By the names that a failure is told with. A second version shares all of its text but the end with the first:
 * its vectors are taken from there.
 */
const FILES = new Map<string, StoredFile>();
for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) {
  const text = textOf(name, 1 + i);
  FILES.set(name, await storedFile(name, text));
  FILES.set(`${name}, edited`, await storedFile(name, `${text}\n\nEdited ${name} once.`));
}
const fileNamed = (name: string): StoredFile => FILES.get(name) as StoredFile;
const anyFile = fc.constantFrom(...FILES.keys());

type Action =
  | { readonly type: 'add'; readonly files: readonly string[] }
  | { readonly type: 'remove'; readonly file: string }
  | { readonly type: 'removeAll' }
  | { readonly type: 'reindex'; readonly model: Model }
  | { readonly type: 'search'; readonly file: string; readonly at: number }
  /** The tab is closed and opened again. */
  | { readonly type: 'reopen' };

const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('add'),
      files: fc.uniqueArray(anyFile, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('remove'), file: anyFile }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('removeAll') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reindex'), model: fc.constantFrom(...MODELS) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('search'), file: anyFile, at: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('reopen') }) },
);

/** Two tabs over one database, and what must be in it. */
class Tabs {
  readonly #databaseName = `test-${crypto.randomUUID()}`;
  readonly #stored = new Set<StoredFile>();
  readonly #tabs: OpenTab[] = [];
  #model: Model = MODELS[0];

  async open(): Promise<this> {
    for (let count = 2; count > 0; count--) this.#tabs.push(await openTab(this.#databaseName));
    return this;
  }

  async close(): Promise<void> {
    await this.#tab(0).service.removeAll();
    for (const { close } of this.#tabs) close();
    await deleteStore(this.#databaseName);
  }

  async run(action: Action, at: number): Promise<void> {
    const { service } = await this.#followed(at);
    switch (action.type) {
      case 'add': {
        const files = action.files.map(fileNamed);
        const events = await collect(service.add(files.map(({ name, text }) => fileOf(name, text))));
        const outcomes = events.filter(isOutcome).map(({ type }) => type);
        const wanted = files.map((file) => (this.#stored.has(file) ? 'duplicate' : 'ready'));
        expect(outcomes.sort()).toEqual(wanted.sort());
        for (const file of files) this.#stored.add(file);
        return;
      }
      case 'remove':
        await service.remove(fileNamed(action.file).id);
        this.#stored.delete(fileNamed(action.file));
        return;
      case 'removeAll':
        await service.removeAll();
        this.#stored.clear();
        return;
      case 'reindex':
        this.#model = action.model;
        // Settings are those of the person, whatever the tab.
        for (const tab of this.#tabs) await tab.service.open(settingsOf(action.model));
        await collect(service.reindex());
        return;
      case 'search': {
        const { chunks } = fileNamed(action.file);
        return this.#search(service, chunks[action.at % chunks.length]?.content ?? '');
      }
      case 'reopen':
        this.#tab(at).close();
        this.#tabs[at] = await openTab(this.#databaseName, this.#model);
    }
  }

  /** Each tab has exactly these documents, with text and file, and finds what a comparison of all finds. */
  async check(): Promise<void> {
    for (const at of this.#tabs.keys()) {
      const { service } = await this.#followed(at);
      const { chunks } = await service.library();
      expect(chunks).toBe([...this.#stored].reduce((sum, file) => sum + file.chunks.length, 0));
      for (const { id, text, chunks: own } of this.#stored) {
        const source = await service.source(id);
        expect([source.text, await source.file.text()]).toEqual([text, text]);
        await this.#search(service, own.at(-1)?.content ?? '');
      }
    }
  }

  async #search(service: TabService, question: string): Promise<void> {
    const { best, of } = await bruteForce(this.#model, [...this.#stored], question);
    const found = await passagesOf(service, question, K);
    expect(found).toHaveLength(Math.min(K, best.length));
    // Those that repeat others come last, so it is the first alone that stands at its rank.
    if (found[0]) expect(found[0].cosine).toBeCloseTo(best[0] ?? NaN, 5);
    for (const { documentId, start, end, cosine } of found) {
      expect(cosine).toBeCloseTo(of.get(`${documentId} ${start}-${end}`) ?? NaN, 5);
    }
  }

  /** A tab, once it has heard of what the other did. */
  async #followed(at: number): Promise<OpenTab> {
    const tab = this.#tab(at);
    const wanted = [...this.#stored].map(({ id }) => id).sort();
    const isEmpty = wanted.length === 0;
    const hasFollowed = async (): Promise<void> => {
      const { documents, embedder } = await tab.service.library();
      expect(documents.map(({ id }) => id).sort()).toEqual(wanted);
      if (!isEmpty) expect(embedder).toBe(`ollama:${this.#model}`);
    };
    await vi.waitFor(hasFollowed, { timeout: 5_000 });
    return tab;
  }

  #tab(at: number): OpenTab {
    const tab = this.#tabs[at];
    if (!tab) throw new Error(`no tab ${at}`);
    return tab;
  }
}

test('whatever two tabs add, edit, delete and re-index, opened again or not, they have and find the same as a list in memory', async () => {
  // The limit of fast-check itself would leave the sequence of that moment running.
  const endsAt = performance.now() + LIMIT_MS;
  const anyStep = fc.tuple(anyAction, fc.nat(1));
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 14 }), async (steps) => {
      if (performance.now() > endsAt) return;
      const tabs = await new Tabs().open();
      try {
        for (const [action, at] of steps) await tabs.run(action, at);
        await tabs.check();
      } finally {
        await tabs.close();
      }
    }),
    { numRuns: RUNS },
  );
}, 60_000);
