import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sentenceChunker } from './2-chunk/sentence-chunker.ts';
import { collect, fileOf, outcomesOf, textOf } from './fixtures/ingest-bench.ts';
import { OLLAMA_SETTINGS, startOllamaHost, type OllamaHost } from './fixtures/ollama-host.ts';
import { RetrievalWorkerService } from './retrieval-service.ts';
import type { AskEvent, Library, RetrievalSettings } from './service.ts';
import { deleteStore } from './store/store.ts';

const ONE = OLLAMA_SETTINGS;
const REAL: RetrievalSettings = { ...ONE, embedder: 'multilingual-e5-small' };
const TWO: RetrievalSettings = { ...ONE, ollamaModel: 'two' };

const PORT_EN =
  'Ollama runs language models on your own machine.\n\nIts server listens on port 11434 by default.';
const PORT_ZH = 'Ollama 在本机运行模型。\n\nOllama 的默认端口是 11434。\n\n模型保存在用户目录中。';
const CATS = 'Cats sleep for most of the day.\n\nA cat has four legs and a tail.';

let name: string;
let host: OllamaHost;

beforeEach(() => {
  name = `test-${crypto.randomUUID()}`;
  host = startOllamaHost();
});
afterEach(async () => {
  host.close();
  // Services have no end but that of their worker; deleting waits for none of their connections.
  await deleteStore(name);
});

/** A tab: a service of its own over the same database. */
const newTab = (): RetrievalWorkerService =>
  new RetrievalWorkerService({
    databaseName: name,
    unpack: async () => undefined,
    async parse(file) {
      const text = await file.text();
      return { text, sections: [{ start: 0, end: text.length, headings: [] }], format: 'text', warnings: [] };
    },
  });

async function openTab(settings: RetrievalSettings): Promise<RetrievalWorkerService> {
  const service = newTab();
  await service.open(settings);
  return service;
}

async function add(
  service: RetrievalWorkerService,
  files: Record<string, string>,
): Promise<Record<string, string>> {
  const inputs = Object.entries(files).map(([file, text]) => fileOf(file, text));
  return outcomesOf(await collect(service.add(inputs)));
}

async function ask(service: RetrievalWorkerService, question: string, documentIds?: string[]) {
  const events: AskEvent[] = await collect(
    service.ask(question, { k: 5, ...(documentIds && { documentIds }) }),
  );
  const [first, second] = [events[0], events.at(-1)];
  if (events.length > 3 || first?.type !== 'passages' || second?.type !== 'answer') throw new Error('order');
  return { ...first, answer: second.answer };
}

const names = ({ documents }: Pick<Library, 'documents'>): string[] =>
  documents.map((document) => document.name).sort();
const count = async (store: string): Promise<number> => {
  const database = await openDB(name);
  const rows = await database.count(store);
  database.close();
  return rows;
};

const STORES = [
  'collections',
  'documents',
  'files',
  'texts',
  'extents',
  'chunks',
  'terms',
  'rowFiles',
  'termFiles',
  'pending',
  'partials',
];

test('the whole way with the default model: in both languages, again after a reload, and gone when deleted', async () => {
  const service = await openTab(REAL);
  expect(await add(service, { 'port.txt': PORT_EN, '端口.txt': PORT_ZH, 'cats.txt': CATS })).toEqual({
    'port.txt': 'ready',
    '端口.txt': 'ready',
    'cats.txt': 'ready',
  });
  expect(await service.library()).toMatchObject({ embedder: 'multilingual-e5-small', pending: [] });

  const questions: [string, RegExp, 'en' | 'zh'][] = [
    ['Ollama 的默认端口是多少？', /11434/, 'zh'],
    ['Which port does the Ollama server use by default?', /11434/, 'en'],
    ['猫有几条腿？', /four legs/, 'zh'],
  ];
  const reopened = await openTab(REAL);
  for (const tab of [service, reopened]) {
    // A model on two busy cores takes a second a question: after the reload one question will do.
    for (const [question, expected, language] of tab === service ? questions : questions.slice(0, 1)) {
      const { passages, answer, documents, indexing } = await ask(tab, question);
      expect({ documents, indexing, language: answer.language }).toEqual({
        documents: 3,
        indexing: 0,
        language,
      });
      expect(passages[0]?.text).toMatch(expected);
      if (answer.type !== 'extractive') throw new Error(`no answer to ${question}`);
      expect(answer.sentences.map(({ text }) => text).join(' ')).toMatch(expected);
      for (const { text, citation } of answer.sentences) {
        const source = await tab.source(citation.documentId);
        expect(source.text.slice(citation.start, citation.end)).toBe(text);
        expect(passages[citation.n - 1]?.documentId).toBe(citation.documentId);
        expect(await source.file.text()).toBe(source.text);
      }
    }
  }

  const cats = (await service.library()).documents.find((document) => document.name === 'cats.txt');
  await service.remove(cats?.id ?? '');
  const after = await ask(service, 'How many legs does a cat have?');
  expect(after.passages.every(({ documentName }) => documentName !== 'cats.txt')).toBe(true);
  await expect(service.source(cats?.id ?? '')).rejects.toMatchObject({ code: 'document-not-found' });
  expect(await count('files')).toBe(2);
  await service.removeAll();
  expect(await service.library()).toEqual({ documents: [], chunks: 0, pending: [] });
  // Files go behind its back.
  await vi.waitUntil(async () => (await count('blobs')) === 0, { timeout: 10_000 });
  for (const store of STORES) expect(await count(store)).toBe(0);
}, 120_000);

describe('opening', () => {
  test('comes first', async () => {
    await expect(newTab().library()).rejects.toMatchObject({ code: 'internal' });
  });

  test('twice in a row is one opening, with the last settings', async () => {
    const service = newTab();
    await Promise.all([service.open(ONE), service.open(TWO)]);
    await add(service, { a: CATS });
    expect(await service.library()).toMatchObject({ embedder: 'ollama:two:latest' });
    expect((await service.library()).mismatch).toBeUndefined();
  });

  test('can be tried again after it failed, even twice at once', async () => {
    const service = newTab();
    const broken = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('no', 'SecurityError');
    });
    const both = await Promise.allSettled([service.open(ONE), service.open(ONE)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    broken.mockRestore();
    expect(await service.open(ONE)).toEqual({ documents: [], chunks: 0, pending: [] });
  });

  test('finds everything again and embeds nothing', async () => {
    await add(await openTab(ONE), { port: PORT_EN, cats: CATS });
    const before = host.embedded.length;
    const reopened = newTab();
    expect(names(await reopened.open(ONE))).toEqual(['cats', 'port']);
    expect(host.embedded).toHaveLength(before);
    const { passages } = await ask(reopened, 'port 11434');
    expect(passages[0]?.documentName).toBe('port');
    expect(host.embedded.slice(before)).not.toContain(PORT_EN);
  });

  test('with another index keeps answering, and names the index that failed', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN });
    const opened = await service.open({ ...ONE, index: 'no-such-index' });
    expect(opened.indexError).toMatchObject({ code: 'unknown-index' });
    expect((await ask(service, 'port')).passages).toHaveLength(1);
    expect((await service.open(ONE)).indexError).toBeUndefined();
  });

  test('lists files that wait for resume, but not those that are being ingested', async () => {
    const service = await openTab(ONE);
    host.beforeEmbed = () => {
      throw new TypeError('Failed to fetch');
    };
    await add(service, { lost: CATS });
    expect((await service.library()).pending).toMatchObject([{ name: 'lost' }]);
    const during: Library[] = [];
    host.beforeEmbed = async () => void during.push(await service.library());
    await collect(service.resume());
    expect(during.length).toBeGreaterThan(0);
    expect(during[0]?.pending).toEqual([]);
    expect(names(await service.library())).toEqual(['lost']);
  });
});

test('a host is asked for models before it is chosen; where there is none, there are none', async () => {
  const service = await openTab(REAL);
  expect(await service.models(ONE)).toEqual(['one', 'two']);
  expect(await collect(service.pull('two', ONE))).toHaveLength(1);
  expect(await service.models(REAL)).toEqual([]);
  expect(await collect(service.pull('two', REAL))).toEqual([]);
});

describe('settings that name another embedder', () => {
  test('are a mismatch only where there are vectors', async () => {
    const service = await openTab(ONE);
    await collect(service.prepare());
    expect((await service.open(TWO)).mismatch).toBeUndefined();
    await service.open(ONE);
    await add(service, { port: PORT_EN });
    expect((await service.open(TWO)).mismatch).toEqual({
      of: 'embedder',
      collection: 'ollama:one:latest',
      settings: 'ollama:two:latest',
    });
    await service.remove((await service.library()).documents[0]?.id ?? '');
    expect((await service.library()).mismatch).toBeUndefined();
  });

  test('do not touch the collection: questions and new files go to its own embedder', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN });
    await service.open(TWO);
    expect(await add(service, { cats: CATS })).toEqual({ cats: 'ready' });
    expect((await ask(service, 'four legs')).passages[0]?.documentName).toBe('cats');
    expect((await service.library()).embedder).toBe('ollama:one:latest');
  });

  test('while the first file is under way never mix two embedders', async () => {
    const service = await openTab(ONE);
    let switched: Promise<unknown> | undefined;
    host.beforeEmbed = async () => void (await (switched ??= service.open(TWO)));
    expect(await add(service, { port: PORT_EN, cats: CATS })).toEqual({ port: 'ready', cats: 'ready' });
    const { embedder, documents } = await service.library();
    const database = await openDB(name);
    const keys = await database.getAllKeys('extents');
    database.close();
    expect(documents).toHaveLength(2);
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(String(key)).toContain(embedder);
  });

  test('are followed by reindex, while the old vectors answer', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN, cats: CATS });
    await service.open(TWO);
    const during: string[] = [];
    const events = await collect(service.reindex(), (event) => {
      if (event.type !== 'progress') return;
      void ask(service, 'four legs').then(({ passages }) =>
        during.push(passages[0]?.documentName ?? 'nothing'),
      );
    });
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event.documents] : []));
    expect(progress).toEqual([0, 1, 2]);
    expect(events.at(-1)).toEqual({ type: 'done' });
    await vi.waitUntil(() => during.length === 3);
    expect(during).toEqual(['cats', 'cats', 'cats']);
    const library = await service.library();
    expect(library).toMatchObject({ embedder: 'ollama:two:latest' });
    expect(library.mismatch).toBeUndefined();
    expect((await ask(service, 'four legs')).passages[0]?.documentName).toBe('cats');
    expect(await count('extents')).toBe(2);
  });
});

test('a model that is another one now under its name is told, and words answer until it embeds all anew', async () => {
  await add(await openTab(ONE), { port: PORT_EN, cats: CATS });
  host.digests.set('one', 'another');
  const service = await openTab(ONE);
  expect((await service.library()).mismatch).toBeUndefined();
  await expect(collect(service.prepare())).rejects.toMatchObject({ code: 'fingerprint-mismatch' });
  expect((await service.library()).mismatch).toEqual({ of: 'revision', embedder: 'ollama:one:latest' });
  await expect(ask(service, 'four legs')).rejects.toMatchObject({ code: 'fingerprint-mismatch' });
  await service.open({ ...ONE, retriever: 'keyword' });
  expect((await ask(service, 'four legs')).passages[0]?.documentName).toBe('cats');
  await service.open(ONE);
  expect((await collect(service.reindex())).at(-1)).toEqual({ type: 'done' });
  expect((await service.library()).mismatch).toBeUndefined();
  expect((await ask(service, 'four legs')).passages[0]?.documentName).toBe('cats');
});

test('a collection that an earlier version cut otherwise answers and grows, until it is cut anew', async () => {
  const { id } = sentenceChunker;
  const nameChunker = (value: string) => Object.defineProperty(sentenceChunker, 'id', { value });
  nameChunker('paragraphs-0');
  try {
    await add(await openTab(ONE), { port: PORT_EN });
  } finally {
    nameChunker(id);
  }
  const service = await openTab(ONE);
  expect((await service.library()).mismatch).toEqual({ of: 'chunker' });
  expect(await add(service, { cats: CATS })).toEqual({ cats: 'ready' });
  expect((await ask(service, 'port 11434')).passages[0]?.documentName).toBe('port');
  expect((await ask(service, 'four legs')).passages[0]?.documentName).toBe('cats');
  expect((await collect(service.reindex())).at(-1)).toEqual({ type: 'done' });
  expect((await service.library()).mismatch).toBeUndefined();
  expect((await ask(service, 'port 11434')).passages[0]?.documentName).toBe('port');
  expect(await count('extents')).toBe(2);
});

test('a document stored before blocks were kept gets them when it is opened, once', async () => {
  const blocks = [{ start: 0, end: 6, kind: 'code' as const }];
  let prefix = '';
  const parse = vi.fn(async (file: Blob) => {
    const text = prefix + (await file.text());
    const sections = [{ start: 0, end: text.length, headings: [] }];
    return { text, sections, blocks, format: 'text', warnings: [] };
  });
  const service = new RetrievalWorkerService({ databaseName: name, unpack: async () => undefined, parse });
  await service.open(ONE);
  await add(service, { port: PORT_EN });
  const [id = ''] = (await service.library()).documents.map((document) => document.id);
  const opened = async () => {
    const { text, blocks } = await service.source(id);
    return { text, blocks, parsed: parse.mock.calls.length };
  };
  const forget = async () => {
    const database = await openDB(name);
    const { blocks: _, ...stored } = await database.get('texts', id);
    await database.put('texts', stored, id);
    database.close();
  };
  expect(await opened()).toEqual({ text: PORT_EN, blocks, parsed: 1 });
  await forget();
  expect(await opened()).toEqual({ text: PORT_EN, blocks, parsed: 2 });
  expect(await opened()).toEqual({ text: PORT_EN, blocks, parsed: 2 });
  // Another text by now: what is stored is what is cited, so it stays and is shown as it was.
  prefix = 'New! ';
  await forget();
  expect(await opened()).toEqual({ text: PORT_EN, blocks: [], parsed: 3 });
  expect(await opened()).toEqual({ text: PORT_EN, blocks: [], parsed: 3 });
});

describe('reindex', () => {
  test('to the embedder that the collection has loses nothing', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN });
    expect((await collect(service.reindex())).at(-1)).toEqual({ type: 'done' });
    expect((await ask(service, 'port')).passages).toHaveLength(1);
    expect(await count('extents')).toBe(1);
  });

  test('that is stopped leaves the collection as it was, and goes on from there', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN, cats: CATS });
    await service.open(TWO);
    const controller = new AbortController();
    const stopped = collect(service.reindex(controller.signal), (event) => {
      if (event.type === 'progress' && event.documents === 1) controller.abort();
    });
    await expect(stopped).rejects.toThrow();
    expect((await service.library()).mismatch).toBeDefined();
    expect((await ask(service, 'four legs')).passages[0]?.documentName).toBe('cats');
    const embedded = host.embedded.length;
    await collect(service.reindex());
    expect(host.embedded.length - embedded).toBe(1);
  });

  test('takes documents that come and go meanwhile into account', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN, cats: CATS });
    await service.open(TWO);
    const { documents } = await service.library();
    let changed: Promise<unknown> | undefined;
    host.beforeEmbed = async () => {
      changed ??= Promise.all([service.remove(documents[1]?.id ?? ''), add(service, { late: PORT_ZH })]);
    };
    await collect(service.reindex());
    await changed;
    // The file may have been committed before or after the switch; either way it is there under the new one.
    expect(names(await service.library())).toHaveLength(2);
    const { passages } = await ask(service, '默认端口');
    expect(passages[0]?.documentName).toBe('late');
    expect(await count('extents')).toBe(2);
  });
});

describe('an edited file beside its earlier version', () => {
  const before = textOf('a', 12);
  const edited = before.replace(/\.(?=\n\nS[^\n]*$)/, ' edited.');
  const embeddedFor = async (service: RetrievalWorkerService): Promise<number> => {
    const embedded = host.embedded.length;
    expect(await add(service, { file: edited })).toEqual({ file: 'ready' });
    return host.embedded.length - embedded;
  };

  test('has only what changed embedded, after a reload and after a reindex as well', async () => {
    const service = await openTab(ONE);
    await add(service, { file: before });
    const all = host.embedded.length;
    expect(all).toBeGreaterThan(12);
    const changed = await embeddedFor(service);
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(all / 4);

    const drop = async (tab: RetrievalWorkerService): Promise<void> => {
      const { documents } = await tab.library();
      await tab.remove(documents.find(({ characters }) => characters === edited.length)?.id ?? '');
    };
    await drop(service);
    const reopened = await openTab(ONE);
    expect(await embeddedFor(reopened)).toBe(changed);
    await drop(reopened);
    await reopened.open(TWO);
    await collect(reopened.reindex());
    expect(await embeddedFor(reopened)).toBe(changed);
    expect(names(await reopened.library())).toEqual(['file', 'file']);
  });

  test('that was deleted is embedded whole', async () => {
    const service = await openTab(ONE);
    await add(service, { file: before });
    const all = host.embedded.length;
    await service.remove((await service.library()).documents[0]?.id ?? '');
    expect(await embeddedFor(service)).toBe(all);
  });
});

describe('remove', () => {
  test('of a document while a question waits for its vector leaves the question its answer', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN, cats: CATS });
    const port = (await service.library()).documents.find((document) => document.name === 'port');
    host.beforeEmbed = async () => {
      host.beforeEmbed = () => undefined;
      await service.remove(port?.id ?? '');
    };
    const { passages } = await ask(service, 'port cats legs');
    expect(passages.map(({ documentName }) => documentName)).toEqual(['cats']);
  });

  test('of everything stops what is being ingested and leaves nothing of it', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN });
    let removed: Promise<void> | undefined;
    host.beforeEmbed = () => void (removed ??= service.removeAll());
    const outcomes = await add(service, { cats: CATS, zh: PORT_ZH });
    await removed;
    expect(outcomes).toEqual({ cats: 'cancelled', zh: 'cancelled' });
    expect(await service.library()).toEqual({ documents: [], chunks: 0, pending: [] });
    expect(await count('pending')).toBe(0);
    host.beforeEmbed = () => undefined;
    expect(await add(service, { cats: CATS })).toEqual({ cats: 'ready' });
  });
});

describe('asking', () => {
  test('an empty collection finds nothing, in the language of the question, without a model', async () => {
    const service = await openTab({ ...REAL, embedder: 'bge-m3' });
    const { passages, answer } = await ask(service, '默认端口？');
    expect(passages).toEqual([]);
    expect(answer).toEqual({ type: 'not-found', language: 'zh' });
  });

  test('by keywords needs no model', async () => {
    await add(await openTab(ONE), { port: PORT_EN, cats: CATS });
    const embedded = host.embedded.length;
    const service = await openTab({ ...ONE, retriever: 'keyword' });
    host.beforeLoad = () => {
      throw new TypeError('Failed to fetch');
    };
    const { passages } = await ask(service, 'Which port?');
    expect(passages.map(({ documentName }) => documentName)).toEqual(['port']);
    expect(passages[0]?.cosine).toBeUndefined();
    expect(host.embedded).toHaveLength(embedded);
  });

  test('among chosen documents finds those alone; among documents that are gone, nothing', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN, cats: CATS });
    const cats = (await service.library()).documents.find((document) => document.name === 'cats');
    const { passages } = await ask(service, 'port 11434', [cats?.id ?? '']);
    expect(passages.map(({ documentName }) => documentName)).toEqual(['cats']);
    expect((await ask(service, 'port', ['gone'])).answer.type).toBe('not-found');
  });

  test('where terms turn out damaged, they are made anew, and what has them answers', async () => {
    const words = { ...ONE, retriever: 'keyword' } as const;
    const files = Array.from({ length: 8 }, (_, i) => [`${i}.txt`, `Foxes sleep in den ${i}.`] as const);
    const service = await openTab(words);
    await add(service, Object.fromEntries(files));
    await vi.waitFor(async () => expect(await count('termFiles')).toBe(1));
    await add(service, { 'new.txt': 'Foxes eat mice.' });
    const database = await openDB(name);
    const [key] = (await database.getAllKeys('blobs', IDBKeyRange.lowerBound(['']))).filter((one) =>
      String(one).includes('.terms'),
    );
    const bytes = new Uint8Array(await ((await database.get('blobs', key!)) as Blob).arrayBuffer());
    await database.put('blobs', new Blob([bytes.fill(0xff, -8)]), key!);
    database.close();

    const reopened = await openTab(words);
    expect((await ask(reopened, 'foxes')).passages).toHaveLength(5);
    expect((await ask(reopened, 'den 6')).passages[0]?.documentName).toBe('6.txt');
    await vi.waitFor(async () => expect([await count('terms'), await count('termFiles')]).toEqual([0, 1]));
  });

  test('a question that leans on the one before is searched with its words', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN, cats: CATS });
    const history = [{ question: 'Who runs Ollama?', answer: '' }];
    const [found] = await collect(service.ask('and its port?', { k: 5, history }));
    if (found?.type !== 'passages') throw new Error('order');
    expect(found.completed).toMatch(/^and its port\? .*Ollama/);
    expect(found.passages[0]?.documentName).toBe('port');
    const [alone] = await collect(service.ask('How many legs has a cat?', { k: 5, history }));
    expect(alone).not.toHaveProperty('completed');
  });

  test('written sentences are traced to the place that supports them, or to none', async () => {
    const service = await openTab(ONE);
    await add(service, { port: PORT_EN, cats: CATS });
    const { passages } = await ask(service, 'Which port does Ollama listen on?');
    const [supported, other, invented] = await service.attribute(
      ['Its server listens on port 11434.', 'Its server listens on port 8080.', 'Bread is baked at dawn.'],
      passages,
    );
    if (!supported) throw new Error('no support');
    const source = await service.source(supported.documentId);
    expect(source.text.slice(supported.start, supported.end)).toBe(supported.quote);
    expect(supported.quote).toContain('11434');
    expect(passages[supported.n - 1]?.documentId).toBe(supported.documentId);
    expect([other, invented]).toEqual([null, null]);
  });

  test('ends with its signal while the model loads, and a later question loads it', async () => {
    await add(await openTab(ONE), { port: PORT_EN });
    const service = await openTab(ONE);
    host.beforeLoad = () => new Promise(() => undefined);
    const controller = new AbortController();
    const asking = collect(service.ask('port', { k: 5 }, controller.signal));
    setTimeout(() => controller.abort(), 20);
    await expect(asking).rejects.toMatchObject({ code: 'aborted' });
    host.beforeLoad = () => undefined;
    expect((await ask(service, 'port')).passages).toHaveLength(1);
  });
});

describe('a second tab', () => {
  test('sees what the first has added and deleted', async () => {
    const first = await openTab(ONE);
    const second = await openTab(ONE);
    await add(first, { port: PORT_EN, cats: CATS });
    await vi.waitUntil(async () => (await second.library()).documents.length === 2);
    expect((await ask(second, 'four legs')).passages[0]?.documentName).toBe('cats');
    await first.remove((await first.library()).documents[0]?.id ?? '');
    await vi.waitUntil(async () => (await second.library()).documents.length === 1);
    expect((await second.library()).chunks).toBe((await first.library()).chunks);
    await first.removeAll();
    await vi.waitUntil(async () => (await second.library()).documents.length === 0);
  });

  test('follows a reindex of the first', async () => {
    const first = await openTab(ONE);
    await add(first, { port: PORT_EN, cats: CATS });
    const second = await openTab(ONE);
    await first.open(TWO);
    await collect(first.reindex());
    await vi.waitUntil(async () => (await second.library()).embedder === 'ollama:two:latest');
    expect((await ask(second, 'four legs')).passages[0]?.documentName).toBe('cats');
  });
});

test('a document with texts of its pages takes the place of the one that it was', async () => {
  const parse = async () => ({
    text: 'Cats sleep.',
    sections: [{ start: 0, end: 11, headings: [], page: 1 }],
    format: 'pdf',
    pages: 2,
    warnings: [{ code: 'pages-without-text' as const, details: { pages: '2', count: 1 } }],
  });
  const tab = new RetrievalWorkerService({ databaseName: name, unpack: async () => undefined, parse });
  await tab.open(ONE);
  const other = await openTab(ONE);
  const [input] = [fileOf('scan.pdf', 'the same bytes')];
  await collect(tab.add([input]));
  expect((await tab.library()).documents).toMatchObject([{ pagesWithoutText: [2] }]);
  await vi.waitFor(async () => expect((await other.library()).documents).toHaveLength(1));

  const pageTexts = [{ page: 2, text: 'The server listens on port 11434.', confidence: 90 }];
  await collect(tab.add([{ ...input, pageTexts }]));
  for (const each of [tab, other]) {
    await vi.waitFor(async () =>
      expect((await each.library()).documents).toMatchObject([
        { name: 'scan.pdf', pagesWithoutText: [], warnings: [{ code: 'pages-read-by-ocr' }] },
      ]),
    );
    const { passages } = await ask(each, 'Which port does the server listen on?');
    expect(passages.map(({ text }) => text).join(' ')).toContain('port 11434');
  }
  expect([await count('documents'), await count('extents'), await count('chunks')]).toEqual([1, 1, 1]);
});
