import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { SatchelError } from '../core/errors.ts';
import type { DocumentSource } from '../core/service.ts';
import type { Passage } from '../core/types.ts';
import type { App } from './context.ts';
import { mountApp, type MountedApp } from './fixtures/mounted-app.ts';
import {
  documentRecord,
  libraryOf,
  Script,
  ScriptedService,
  ScriptedWriter,
} from './fixtures/scripted-service.ts';
import { smallPdf } from './fixtures/small-pdf.ts';

const TEXT = 'Travel\n\nSecond class is the rule. First class needs four hours.\n\nMeals cost 42 euros.';
const QUOTE = 'First class needs four hours.';

let service: ScriptedService;
let writer: ScriptedWriter;
let app: App;
let mounted: MountedApp;

async function start(language: 'en' | 'zh' = 'en'): Promise<void> {
  mounted = await mountApp({ retrieval: service, generation: writer }, (settings) =>
    settings.setLanguage(language),
  );
  ({ app } = mounted);
}

/** Elements by test id or selector; throws where there is none, so that a missing one has a name. */
function get(selector: string): HTMLElement {
  const found = document.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`There is no ${selector}`);
  return found;
}
const byTestId = (id: string): HTMLElement => get(`[data-testid="${id}"]`);
/** For parts of the page that are fetched when they are needed. */
const FETCHED = { timeout: 15_000 };

const button = (label: string): HTMLElement => get(`button[aria-label="${label}"]`);

function passageOf(source: DocumentSource, quote: string, page?: number): Passage {
  const start = source.text.indexOf(quote);
  return {
    chunkId: 1,
    documentId: source.document.id,
    documentName: source.document.name,
    start,
    end: start + quote.length,
    text: quote,
    headings: [],
    score: 1,
    ...(page !== undefined && { page }),
  };
}

/** Asks by keyboard; the answer is `quote`, cited from `source`. */
async function askFor(source: DocumentSource, quote: string, page?: number): Promise<void> {
  const passage = passageOf(source, quote, page);
  const { documentId, documentName, start, end } = passage;
  service.documentSource = source;
  await userEvent.keyboard('/');
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('question'));
  await userEvent.keyboard('when?{Enter}');
  service.answers.push(
    { type: 'passages', passages: [passage], documents: 1, indexing: 2, elapsedMs: 3 },
    {
      type: 'answer',
      elapsedMs: 4,
      answer: {
        type: 'extractive',
        language: 'en',
        sentences: [
          {
            text: quote,
            citation: {
              n: 1,
              chunkId: 1,
              documentId,
              documentName,
              start,
              end,
              quote,
              ...(page !== undefined && { page }),
            },
          },
        ],
      },
    },
  );
  service.answers.end();
  await vi.waitFor(() => expect(byTestId('result').dataset['phase']).toBe('answered'));
}

const textSource: DocumentSource = {
  document: documentRecord('policy.txt'),
  text: TEXT,
  sections: [{ start: 0, end: TEXT.length, headings: ['Travel'] }],
  file: new Blob([TEXT]),
};

beforeEach(async () => {
  await page.viewport(1300, 800);
  service = new ScriptedService();
  writer = new ScriptedWriter();
  service.current = libraryOf([textSource.document]);
});
afterEach(async () => {
  await mounted.close();
});

describe('the page', () => {
  it('asks, opens the cited sentence, and goes back to where one was, by keyboard alone', async () => {
    await start();
    await askFor(textSource, QUOTE);
    expect(byTestId('coverage').textContent).toContain('2 files still being indexed');
    const citation = button('Source 1: policy.txt');
    citation.focus();
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(byTestId('viewer').dataset['placement']).toBe('placed'), FETCHED);
    expect(
      [...document.querySelectorAll('mark[data-testid="highlight"]')].map((mark) => mark.textContent),
    ).toEqual([QUOTE]);
    expect(document.activeElement?.textContent).toBe('policy.txt');
    expect(byTestId('announcer').textContent).toContain(QUOTE);
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(document.querySelector('[data-testid="viewer"]')).toBeNull());
    expect(document.activeElement).toBe(citation);
  });

  it('marks nothing where the quote is not what the document says there', async () => {
    await start();
    const other = { ...textSource, text: TEXT.replace('four', 'five') };
    await askFor(textSource, QUOTE);
    service.documentSource = other;
    button('Source 1: policy.txt').click();
    await vi.waitFor(() => expect(byTestId('viewer').dataset['placement']).toBe('missing'));
    expect(document.querySelector('[data-testid="viewer"] mark')).toBeNull();
    expect(get('[data-testid="viewer"] [role="status"]').textContent).toContain(QUOTE);
  });

  it('highlights a quote on the page of a PDF that holds it', { timeout: 60_000 }, async () => {
    await start();
    const text = 'A cover.\n\nBefore it. The fee of 42 euros is due in advance. After it.';
    const source: DocumentSource = {
      document: documentRecord('contract.pdf', { format: 'pdf', pages: 2 }),
      text,
      sections: [
        { start: 0, end: 8, headings: [], page: 1 },
        { start: 10, end: text.length, headings: [], page: 2 },
      ],
      file: smallPdf([['A cover.'], ['Before it. The fee of', '42 euros is due in ad-', 'vance. After it.']]),
    };
    await askFor(source, 'The fee of 42 euros is due in advance.', 2);
    button('Source 1: contract.pdf, page 2').click();
    await vi.waitFor(() => expect(byTestId('viewer').dataset['placement']).toBe('placed'), {
      timeout: 15_000,
    });
    await vi.waitFor(() => expect(document.querySelectorAll('[data-testid="highlight"]')).toHaveLength(3));
    const sheet = get('[data-page="2"]');
    const boxes = [...sheet.querySelectorAll('[data-testid="highlight"]')].map((box) =>
      box.getBoundingClientRect(),
    );
    const frame = sheet.getBoundingClientRect();
    // The first line begins with words that are not in the quote, the second lies below it at the margin.
    const [first, second] = boxes;
    expect(first && second && first.left > second.left && first.top < second.top).toBe(true);
    // 72 points from the left of a page of 612.
    expect(((second?.left ?? 0) - frame.left) / frame.width).toBeCloseTo(72 / 612, 1);
    expect(document.querySelectorAll('[data-page="1"] [data-testid="highlight"]')).toHaveLength(0);
  });

  it('writes below the sentences found, each sentence checked, and copies it with its sources', async () => {
    await start();
    await app.changeGeneration({ engine: 'ollama', ollamaModel: 'm' });
    await askFor(textSource, QUOTE);
    const { passages, language } = writer.requests[0] ?? {};
    expect(passages?.map(({ documentName }) => documentName)).toEqual(['policy.txt']);
    expect(language).toBe('en');
    const [supported, invented] = ['First class is for trips of *four hours* and more.', 'Dogs travel free.'];
    service.supports.set(supported ?? '', {
      n: 1,
      chunkId: 1,
      documentId: textSource.document.id,
      documentName: 'policy.txt',
      start: TEXT.indexOf(QUOTE),
      end: TEXT.indexOf(QUOTE) + QUOTE.length,
      quote: QUOTE,
    });
    writer.writes.push(
      { type: 'prompt', passages: [0], leftOut: 2 },
      {
        type: 'token',
        text: `${supported} [7] ${invented} <img src=x onerror="hacked()"> [here](https://evil`,
      },
      { type: 'token', text: '.example/a) and ![x](https://evil.example/b.png).' },
    );
    await vi.waitFor(() => expect(byTestId('written').dataset['phase']).toBe('writing'));
    // The answer found stays where it is.
    expect(byTestId('answer').textContent).toContain(QUOTE);
    writer.writes.push({ type: 'done', reason: 'stop' });
    writer.writes.end();
    await vi.waitFor(() => expect(byTestId('written').dataset['phase']).toBe('done'));
    const written = byTestId('written');
    await vi.waitFor(() => expect(written.querySelectorAll('[role="img"]')).toHaveLength(2));
    expect(written.querySelectorAll('.citation')).toHaveLength(1);
    expect(written.textContent).not.toContain('[7]');
    expect(written.querySelector('em')?.textContent).toBe('four hours');
    expect(written.textContent).toContain('2 passages did not fit');
    // What a document made the model say can neither load nor send anything, and a link shows its host.
    expect(written.querySelectorAll('img, a, script')).toHaveLength(0);
    expect(written.textContent).toContain('here (evil.example)');
    expect(written.textContent).toContain('<img src=x');

    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await page.getByRole('button', { name: 'Copy with sources' }).click();
    expect(writeText.mock.calls[0]?.[0]).toMatch(/Sources\n\[1\] policy\.txt$/);

    (written.querySelector('.citation') as HTMLElement).click();
    await vi.waitFor(() => expect(byTestId('viewer').dataset['placement']).toBe('placed'));
    expect(get('mark[data-testid="highlight"]').textContent).toBe(QUOTE);
  });

  it('stops a text in mid-sentence and keeps it; a failure leaves the sentences found', async () => {
    await start();
    await app.changeGeneration({ engine: 'ollama', ollamaModel: 'm' });
    await askFor(textSource, QUOTE);
    writer.writes.push({ type: 'prompt', passages: [0], leftOut: 0 }, { type: 'token', text: 'One. Tw' });
    await vi.waitFor(() => expect(byTestId('written').textContent).toMatch(/One\..*Tw/));
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(byTestId('written').dataset['phase']).toBe('stopped');
    expect(byTestId('written').textContent).toMatch(/One\..*Tw/);

    writer.writes = new Script();
    await page.getByRole('button', { name: 'Write again' }).click();
    writer.writes.end(new SatchelError('ollama-unreachable', { host: 'http://localhost:11434' }));
    await vi.waitFor(() => get('[data-error="ollama-unreachable"]'));
    expect(byTestId('answer').textContent).toContain(QUOTE);
  });

  it('settings say at once why a server can not write, and offer its models when it can', async () => {
    await start();
    writer.modelNames = new SatchelError('ollama-origin-refused', { host: 'http://localhost:11434' });
    await page.getByRole('button', { name: 'Settings' }).click();
    const radio = (value: string): HTMLElement => get(`[data-testid="writer"] input[value="${value}"]`);
    await vi.waitFor(() => radio('ollama'), FETCHED);
    radio('ollama').click();
    await vi.waitFor(() => get('[data-error="ollama-origin-refused"]'));
    expect(byTestId('writer').textContent).toContain(`OLLAMA_ORIGINS=${location.origin}`);
    writer.modelNames = ['qwen3:4b', 'llama3.2'];
    await page.getByRole('button', { name: 'Try again' }).click();
    await vi.waitFor(() => expect(app.settings.generation.ollamaModel).toBe('qwen3:4b'));
    await page.getByLabelText('Have Ollama fetch a model').fill('gemma3');
    await page.getByRole('button', { name: 'Fetch' }).click();
    await vi.waitFor(() => expect(app.settings.generation.ollamaModel).toBe('gemma3'));
    await vi.waitFor(() => expect(get('[data-testid="writer"] select').textContent).toContain('gemma3'));
    expect(get('.nothing').textContent).toContain('http://localhost:11434');
    get('dialog').dispatchEvent(new Event('close'));
  });

  it('says "not found" in the language of the question, not of the page', async () => {
    await start('zh');
    await userEvent.keyboard('/');
    await vi.waitFor(() => expect(document.activeElement?.id).toBe('question'));
    await userEvent.keyboard('mars?{Enter}');
    service.answers.push(
      { type: 'passages', passages: [], documents: 1, indexing: 0, elapsedMs: 1 },
      { type: 'answer', answer: { type: 'not-found', language: 'en' }, elapsedMs: 2 },
    );
    service.answers.end();
    await vi.waitFor(() => expect(byTestId('answer').textContent).toContain('do not answer this'));
    expect(byTestId('answer').querySelector('[lang]')?.getAttribute('lang')).toBe('en');
    expect(document.documentElement.lang).toBe('zh-Hans-CN');
  });

  it('names the file and the remedy of each error, and the file that is there already', async () => {
    await start();
    void app.library.add([{ file: new Blob(), name: 'scan.pdf', path: '' }]);
    service.ingest.push(
      {
        ingestId: '1',
        name: 'scan.pdf',
        type: 'failed',
        error: { code: 'no-text', details: { pages: 3 }, message: '' },
      },
      { ingestId: '2', name: 'copy.txt', type: 'duplicate', document: textSource.document },
    );
    service.ingest.end();
    await vi.waitFor(() => expect(byTestId('problems').children).toHaveLength(2));
    const [failed, duplicate] = byTestId('problems').children;
    expect(failed?.textContent).toContain('scan.pdf holds no readable text on its 3 pages');
    expect(failed?.textContent).toContain('OCR');
    expect(failed?.querySelector('[data-error="no-text"]')).not.toBeNull();
    expect(duplicate?.textContent).toContain('copy.txt has the same content as policy.txt');
  });

  it('offers to index anew what was cut in another way, and takes a no until the next visit', async () => {
    service.current = libraryOf([textSource.document], { mismatch: { of: 'chunker' } });
    await start();
    await vi.waitFor(() => byTestId('mismatch'), FETCHED);
    await page.getByRole('button', { name: 'Not now' }).click();
    await vi.waitFor(() => expect(document.querySelector('[data-testid="mismatch"]')).toBeNull());
    await mounted.close();

    await start();
    await vi.waitFor(() => byTestId('mismatch'), FETCHED);
    service.current = libraryOf([textSource.document]);
    await page.getByRole('button', { name: 'Index 1 document anew' }).click();
    await vi.waitFor(() => expect(app.announcer.notice).toBe('All documents are indexed anew.'));
    expect(document.querySelector('[data-testid="mismatch"]')).toBeNull();
  });

  it('offers to embed anew, or to search by words, where the model is another one now', async () => {
    service.current = libraryOf([textSource.document]);
    service.beforeReady = () => {
      // What the service says of its library changes as the model is loaded.
      service.current = libraryOf([textSource.document], {
        mismatch: { of: 'revision', embedder: 'ollama:bge-m3:latest' },
      });
      throw new SatchelError('fingerprint-mismatch');
    };
    await start();
    await vi.waitFor(() => byTestId('mismatch'), FETCHED);
    expect(byTestId('mismatch').textContent).toContain('the one that is called Ollama · bge-m3 now');
    await page.getByRole('button', { name: 'Search by words for now' }).click();
    await vi.waitFor(() => expect(app.settings.retrieval.retriever).toBe('keyword'));
    expect(byTestId('mismatch')).toBeTruthy();

    service.beforeReady = () => undefined;
    service.current = libraryOf([textSource.document]);
    await page.getByRole('button', { name: 'Re-embed 1 document' }).click();
    await vi.waitFor(() => expect(app.announcer.notice).toBe('All documents are indexed anew.'));
    expect(document.querySelector('[data-testid="mismatch"]')).toBeNull();
    expect(app.model.error).toBeUndefined();
  });

  it('leaves the focus to the neighbour of what goes away with it', async () => {
    await start();
    void app.library.add([{ file: new Blob(), name: 'a.txt', path: '' }]);
    const error = { code: 'empty-file', details: {}, message: '' } as const;
    for (const name of ['a.txt', 'b.txt'])
      service.ingest.push({ ingestId: name, name, type: 'failed', error });
    service.ingest.end();
    const focused = () => document.activeElement?.getAttribute('aria-label');
    await vi.waitFor(() => button('Dismiss the message about a.txt'), FETCHED);
    // Told once all are done, for those who don't see the rows.
    await vi.waitFor(() => expect(byTestId('announcer').textContent).toContain('2 could not be read'));
    button('Dismiss the message about a.txt').focus();
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(focused()).toBe('Dismiss the message about b.txt'));
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(focused()).toBe('Open policy.txt'));
  });

  it('deletes only after a yes', async () => {
    await start();
    await vi.waitFor(() => button('Report on policy.txt'), FETCHED);
    button('Report on policy.txt').click();
    await vi.waitFor(() => button('Delete policy.txt'));
    button('Delete policy.txt').click();
    // The harmless button has the focus.
    await vi.waitFor(() => expect(document.activeElement?.textContent).toBe('Keep'));
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(document.querySelector('dialog')).toBeNull());
    expect(service.calls.some((call) => call.startsWith('remove'))).toBe(false);

    button('Delete policy.txt').click();
    await vi.waitFor(() => get('dialog[open]'));
    get('dialog[open] .danger').click();
    await vi.waitFor(() => expect(service.calls).toContain('remove id-of-policy.txt'));
    // With nothing left the page begins anew.
    await vi.waitFor(() => expect(get('h1').textContent).toBe('Ask your own documents.'));
  });

  it('lists 500 documents and redraws none of them for a progress event', async () => {
    service.current = libraryOf(Array.from({ length: 500 }, (_, i) => documentRecord(`${i}.txt`)));
    await start();
    await vi.waitFor(() => expect(byTestId('documents').children).toHaveLength(500), FETCHED);
    void app.library.add([{ file: new Blob(), name: 'new.txt', path: '' }]);
    service.ingest.push({ ingestId: '1', name: 'new.txt', type: 'queued', sizeBytes: 10 });
    await vi.waitFor(() => expect(app.library.active).toHaveLength(1));
    // Rows that are redrawn change their DOM.
    const changes: MutationRecord[] = [];
    const observer = new MutationObserver((records) => changes.push(...records));
    observer.observe(byTestId('documents'), {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    for (let done = 0; done <= 100; done++) {
      app.library.active[0]?.apply({
        ingestId: '1',
        name: 'new.txt',
        type: 'embedding',
        done,
        total: 100,
        chunksPerSecond: 5,
        secondsLeft: 1,
      });
      flushSync();
    }
    changes.push(...observer.takeRecords());
    expect(changes).toEqual([]);
    expect(byTestId('ingesting').textContent).toContain('100');
    service.ingest.end();
  });
});
