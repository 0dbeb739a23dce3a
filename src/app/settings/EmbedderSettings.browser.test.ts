import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { SatchelError } from '../../core/errors.ts';
import type { RetrievalSettings } from '../../core/service.ts';
import type { App } from '../context.ts';
import { mountApp, type MountedApp } from '../fixtures/mounted-app.ts';
import { documentRecord, libraryOf, ScriptedService, ScriptedWriter } from '../fixtures/scripted-service.ts';

const FETCH = 'Have Ollama fetch an embedding model';

let service: ScriptedService;
let app: App;
let mounted: MountedApp;

/** The page with its settings open. */
async function start(
  retrieval: Partial<RetrievalSettings> = {},
  language: 'en' | 'zh' = 'en',
): Promise<void> {
  mounted = await mountApp({ retrieval: service, generation: new ScriptedWriter() }, (settings) => {
    settings.setLanguage(language);
    settings.setRetrieval(retrieval);
  });
  ({ app } = mounted);
  await mounted.openSettings();
  // Loaded when first opened.
  await vi.waitFor(() => embedder(), { timeout: 15_000 });
}

function embedder(): HTMLElement {
  const found = document.querySelector('[data-testid="embedder"]');
  if (!(found instanceof HTMLElement)) throw new Error('The settings are not open.');
  return found;
}
function chooseOllama(): void {
  embedder().querySelector<HTMLInputElement>('input[value="ollama"]')?.click();
}
const shownModel = (): string | undefined => embedder().querySelector('select')?.value;
const savedModel = (): string => app.settings.retrieval.ollamaModel;
const nameToFetch = (): string => (page.getByLabelText(FETCH).element() as HTMLInputElement).value;

beforeEach(async () => {
  await page.viewport(1300, 900);
  service = new ScriptedService();
  service.current = libraryOf([documentRecord('policy.txt')]);
});
afterEach(() => mounted.close());

describe('Ollama as embedder', () => {
  it('says at once why the host can not be asked, and takes the suggested model when it can', async () => {
    service.modelNames = new SatchelError('ollama-origin-refused', { host: 'http://localhost:11434' });
    await start();
    chooseOllama();
    await vi.waitFor(() =>
      expect(embedder().querySelector('[data-error="ollama-origin-refused"]')).not.toBeNull(),
    );
    expect(embedder().textContent).toContain(`OLLAMA_ORIGINS=${location.origin}`);
    expect(embedder().querySelector('select')).toBeNull();
    service.modelNames = ['all-minilm', 'nomic-embed-text'];
    await page.getByRole('button', { name: 'Try again' }).click();
    await vi.waitFor(() => expect(shownModel()).toBe('nomic-embed-text'));
    expect(app.settings.retrieval).toMatchObject({ embedder: 'ollama', ollamaModel: 'nomic-embed-text' });
    expect(embedder().textContent).toContain('weak in Chinese');
    expect(nameToFetch()).toBe('');
  });

  it('suggests by the language of the interface', async () => {
    service.modelNames = ['bge-m3', 'nomic-embed-text'];
    await start({}, 'zh');
    chooseOllama();
    await vi.waitFor(() => expect(shownModel()).toBe('bge-m3'));
    expect(embedder().textContent).toContain('推荐 bge-m3');
  });

  it('a first choice takes what the host has, and offers to fetch what is suggested', async () => {
    service.modelNames = ['all-minilm', 'bge-m3'];
    await start();
    chooseOllama();
    await vi.waitFor(() => expect(savedModel()).toBe('all-minilm'));
    await vi.waitFor(() => expect(nameToFetch()).toBe('nomic-embed-text'));
    await page.getByRole('button', { name: 'Fetch' }).click();
    await vi.waitFor(() => expect(savedModel()).toBe('nomic-embed-text'));
    await vi.waitFor(() => expect(shownModel()).toBe('nomic-embed-text'));
    expect(nameToFetch()).toBe('');
  });

  it('a saved model stays chosen where the host lacks it, and can be fetched there', async () => {
    service.modelNames = ['nomic-embed-text'];
    await start({ embedder: 'ollama', ollamaModel: 'bge-m3' });
    await vi.waitFor(() => expect(shownModel()).toBe('bge-m3'));
    expect(savedModel()).toBe('bge-m3');
    expect(embedder().textContent).toContain('“bge-m3” is not among the embedding models');
    expect(nameToFetch()).toBe('bge-m3');
    await page.getByRole('button', { name: 'Fetch' }).click();
    await vi.waitFor(() => expect(embedder().textContent).not.toContain('is not among'));
    expect([savedModel(), shownModel()]).toEqual(['bge-m3', 'bge-m3']);
  });

  it('one that is saved with its tag is the host’s own', async () => {
    service.modelNames = ['bge-m3', 'nomic-embed-text'];
    await start({ embedder: 'ollama', ollamaModel: 'bge-m3:latest' });
    await vi.waitFor(() => expect(shownModel()).toBe('bge-m3'));
    expect(embedder().textContent).not.toContain('is not among');
  });

  it('a host without any is told to fetch the suggestion', async () => {
    await start();
    chooseOllama();
    await vi.waitFor(() => expect(embedder().textContent).toContain('no embedding model yet'));
    expect(nameToFetch()).toBe('nomic-embed-text');
    await page.getByRole('button', { name: 'Fetch' }).click();
    await vi.waitFor(() => expect(shownModel()).toBe('nomic-embed-text'));
  });

  it('what was fetched and only chats is not chosen', async () => {
    service.modelNames = ['bge-m3'];
    await start({ embedder: 'ollama', ollamaModel: 'bge-m3' });
    await vi.waitFor(() => expect(shownModel()).toBe('bge-m3'));
    vi.spyOn(service, 'pull').mockImplementation(async function* () {
      yield { file: '', loadedBytes: 1, totalBytes: 2 };
    });
    await page.getByLabelText(FETCH).fill('llama3.2');
    await page.getByRole('button', { name: 'Fetch' }).click();
    await vi.waitFor(() => expect(embedder().textContent).toContain('“llama3.2” is not among'));
    expect(savedModel()).toBe('bge-m3');
  });

  it('a failed fetch says why and leaves the choice', async () => {
    service.modelNames = ['bge-m3'];
    await start({ embedder: 'ollama', ollamaModel: 'bge-m3' });
    await vi.waitFor(() => expect(shownModel()).toBe('bge-m3'));
    service.modelNames = new SatchelError('ollama-failed', { reason: 'file does not exist', status: 200 });
    await page.getByLabelText(FETCH).fill('no-such-model');
    await page.getByRole('button', { name: 'Fetch' }).click();
    await vi.waitFor(() => expect(embedder().textContent).toContain('file does not exist'));
    expect([savedModel(), shownModel()]).toEqual(['bge-m3', 'bge-m3']);
  });

  it('a library of other vectors is told apart by model, and leads back to its own', async () => {
    service.current = libraryOf([documentRecord('policy.txt')], {
      embedder: 'ollama:bge-m3:latest',
      mismatch: {
        of: 'embedder',
        collection: 'ollama:bge-m3:latest',
        settings: 'ollama:nomic-embed-text:latest',
      },
    });
    service.modelNames = ['bge-m3', 'nomic-embed-text'];
    await start({ embedder: 'ollama', ollamaModel: 'nomic-embed-text' });
    await vi.waitFor(() => expect(shownModel()).toBe('nomic-embed-text'));
    expect(embedder().textContent).toContain('Re-embed 1 document with Ollama · nomic-embed-text');
    [...embedder().querySelectorAll('button')]
      .find(({ textContent }) => textContent === 'Keep Ollama · bge-m3')
      ?.click();
    await vi.waitFor(() => expect(shownModel()).toBe('bge-m3'));
    expect(app.settings.retrieval).toMatchObject({ embedder: 'ollama', ollamaModel: 'bge-m3:latest' });
  });
});
