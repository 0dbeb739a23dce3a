import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FAULTS, type Fault } from '../core/fixtures/faulty-storage.ts';
import { collect, fileOf, isOutcome, textOf } from '../core/fixtures/ingest-bench.ts';
import { deleteStore } from '../core/store/store.ts';
import { MODELS, openTab, settingsOf, type Model, type OpenTab } from './open-tab.ts';
import { expectWhole, storedFile, type StoredFile } from './stored-files.ts';
import type { TabService } from './tab-service.ts';

/** What a full disk may be told as, and what any other fault may. */
const CODES: Readonly<Record<Fault, RegExp>> = {
  quota: /^quota-exceeded$/,
  full: /^quota-exceeded$/,
  short: /^quota-exceeded$/,
  unknown: /^(internal|storage-unavailable)$/,
};

let databaseName: string;
/** Its storage fails. */
let tab: OpenTab;
/** Another worker, for those who look afterwards: what they read and write is not counted in the first. */
let onlooker: OpenTab;
/** Saved before each operation. */
let base: readonly StoredFile[];
/** Long enough for its first vectors to be saved before the rest of them are there. */
let book: StoredFile;

beforeEach(async () => {
  databaseName = `test-${crypto.randomUUID()}`;
  base = await Promise.all(['a', 'b', 'c'].map((name, i) => storedFile(name, textOf(name, 1 + i))));
  book = await storedFile('book', textOf('book', 12));
  [tab, onlooker] = await Promise.all([openTab(databaseName), openTab(databaseName)]);
  await add(tab.service, base);
});
afterEach(async () => {
  await onlooker.service.removeAll();
  tab.close();
  onlooker.close();
  await deleteStore(databaseName);
});

const outcomeOf = async (events: ReturnType<TabService['add']>): Promise<string[]> =>
  (await collect(events))
    .filter(isOutcome)
    .map((event) => (event.type === 'failed' ? event.error.code : event.type));

/** @returns how each ended. */
const add = (service: TabService, files: readonly StoredFile[]): Promise<string[]> =>
  outcomeOf(service.add(files.map(({ name, text }) => fileOf(name, text))));

interface Operation {
  readonly name: string;
  prepare?(service: TabService): Promise<unknown>;
  /** @returns `done`, or the code of what was told. */
  run(service: TabService): Promise<string>;
  /** What may be there after it failed, in part or not at all; the last is what is there once it got through. */
  outcomes(): readonly (readonly StoredFile[])[];
  /** The model that answers once it got through. */
  readonly model?: Model;
}

const told = (outcomes: readonly string[]): string =>
  outcomes.find((outcome) => outcome !== 'ready' && outcome !== 'duplicate') ?? 'done';
const orCode = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { readonly code?: string }) => error.code ?? String(error),
  );

const addBook: Operation = {
  name: 'adding a file',
  run: async (service) => told(await add(service, [book])),
  outcomes: () => [base, [...base, book]],
};
const OPERATIONS: readonly Operation[] = [
  addBook,
  {
    name: 'going on with a pending file',
    async prepare(service) {
      await service.setHost(false);
      await add(service, [book]);
      await service.setHost(true);
    },
    run: async (service) => told(await outcomeOf(service.resume())),
    outcomes: addBook.outcomes,
  },
  {
    name: 'deleting one',
    run: (service) => orCode(service.remove(base[2]?.id ?? '')),
    outcomes: () => [base, base.slice(0, 2)],
  },
  {
    name: 'deleting all',
    run: (service) => orCode(service.removeAll()),
    outcomes: () => [base, []],
  },
  {
    name: 're-indexing',
    async prepare(service) {
      await service.open(settingsOf(MODELS[1]));
    },
    run: (service) => orCode(collect(service.reindex())),
    outcomes: () => [base],
    model: MODELS[1],
  },
];

/** Which of the outcomes is there: all of one, nothing of another. */
async function expectOneOf(service: TabService, outcomes: readonly (readonly StoredFile[])[]): Promise<void> {
  const ids = (files: readonly { readonly id: string }[]): string => files.map(({ id }) => id).sort().join(' '); // prettier-ignore
  const { documents, embedder } = await service.library();
  const there = outcomes.find((files) => ids(files) === ids(documents));
  if (!there) throw new Error(`half of it is there: ${documents.map(({ name }) => name).join(' ')}`);
  await expectWhole(service, MODELS.find((model) => embedder === `ollama:${model}`) ?? MODELS[0], there);
}

describe.each(FAULTS)('storage with the fault "%s"', (fault) => {
  test.each(OPERATIONS)(
    'at any call of $name: a code that says so or success, and the next try gets through',
    async ({ prepare, run, outcomes, model = MODELS[0] }) => {
      const { service } = tab;
      let failed = 1;
      for (let at = 1; failed > 0; at++) {
        await prepare?.(service);
        await service.arm({ fault, at });
        const outcome = await run(service);
        failed = await service.disarm();
        const where = `call ${at}: ${outcome}`;
        if (outcome !== 'done') expect(outcome, where).toMatch(CODES[fault]);
        if (failed === 0) expect(outcome, where).toBe('done');
        const done = outcomes().slice(-1);
        const reopened = await onlooker.again(model);
        for (const one of [service, reopened]) {
          await expectOneOf(one, outcome === 'done' ? done : outcomes());
        }

        // What stayed pending first: adding it once more would be told as a duplicate, but is no way out.
        await collect(reopened.resume());
        expect(await run(reopened), where).toBe('done');
        await expectOneOf(reopened, done);
        expect(await reopened.library()).toMatchObject({ pending: [] });
        await restore(reopened);
        await vi.waitFor(() => expectOneOf(service, [base]), { timeout: 5_000 });
      }
    },
    240_000,
  );
});

/** Back to the base, for the next call to fail. */
async function restore(service: TabService): Promise<void> {
  const { documents, embedder } = await service.library();
  const there = new Set(documents.map(({ id }) => id));
  if (there.has(book.id)) await service.remove(book.id);
  await service.open(settingsOf(MODELS[0]));
  if (there.size > 0 && embedder !== `ollama:${MODELS[0]}`) await collect(service.reindex());
  const missing = base.filter(({ id }) => !there.has(id));
  if (missing.length > 0) await add(service, missing);
}
