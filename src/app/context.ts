import { createContext } from 'svelte';
import type { LoadProgress } from '../core/3-embed/embedder.ts';
import { NO_RERANKER } from '../core/5-retrieve/rerank/registry.ts';
import type {
  AddModelEvent,
  GenerationSettings,
  RetrievalService,
  RetrievalSettings,
  StoredModel,
} from '../core/service.ts';
import type { Services } from './services.ts';
import { AddingState } from './state/adding.svelte.ts';
import { Announcer } from './state/announcer.svelte.ts';
import { AskState } from './state/ask.svelte.ts';
import type { I18n } from './state/i18n.svelte.ts';
import { LibraryState } from './state/library.svelte.ts';
import { ModelFetchState } from './state/model-fetch.svelte.ts';
import { ModelState } from './state/model.svelte.ts';
import { OfflineState } from './state/offline.svelte.ts';
import { chatModelOf } from './state/preferences.ts';
import { ScansState } from './state/scans.svelte.ts';
import type { SettingsState } from './state/settings.svelte.ts';
import { StorageState } from './state/storage.svelte.ts';
import { ViewerState } from './state/viewer.svelte.ts';
import { WrittenState } from './state/written.svelte.ts';

/** All state of the page, made once and handed down. */
export interface App {
  /** For what is loaded when it is opened and keeps its own state. */
  readonly retrieval: RetrievalService;
  readonly settings: SettingsState;
  readonly i18n: I18n;
  readonly announcer: Announcer;
  readonly library: LibraryState;
  readonly adding: AddingState;
  readonly scans: ScansState;
  readonly storage: StorageState;
  readonly model: ModelState;
  readonly ask: AskState;
  readonly written: WrittenState;
  readonly viewer: ViewerState;
  readonly modelFetch: ModelFetchState;
  readonly rerankerFetch: ModelFetchState;
  readonly offline: OfflineState;
  /** Fetches a page of the web that the person named. */
  readonly fetchPage: Services['fetchPage'];
  /** Opens the library with the settings as they are. */
  start(): Promise<void>;
  /** Keeps changed retrieval settings and lets them take effect at once. */
  changeRetrieval(changes: Partial<RetrievalSettings>): Promise<void>;
  /** Keeps another reranker and makes it ready; with `NO_RERANKER` passages stay as they are found. */
  chooseReranker(reranker: string): Promise<void>;
  /** Keeps a changed choice of who writes answers; from the next question on it is that one. */
  changeGeneration(changes: Partial<GenerationSettings>): Promise<void>;
  /** Names of the embedding models that the chosen host has. @throws SatchelError that says why it can't be asked. */
  listEmbeddingModels(signal: AbortSignal): Promise<readonly string[]>;
  /** Has that host fetch one more. */
  pullEmbeddingModel(model: string, signal: AbortSignal): AsyncIterable<LoadProgress>;
  /** Names of the chat models that the chosen host has. @throws SatchelError that says why it can't be asked. */
  listChatModels(signal: AbortSignal): Promise<readonly string[]>;
  /** Makes the chosen chat model ready ahead of the first question. */
  fetchChatModel(): Promise<void>;
  /** Keeps a model file of the person's own for the chosen engine. */
  addChatModel(file: File, signal: AbortSignal): AsyncIterable<AddModelEvent>;
  /** Gives back the memory that the chat model takes. */
  freeChatModel(): void;
  /** Chat models that this device holds. */
  storedChatModels(): Promise<readonly StoredModel[]>;
  removeChatModel(model: StoredModel): Promise<void>;
  /** Has that host fetch one more. */
  pullChatModel(model: string, signal: AbortSignal): AsyncIterable<LoadProgress>;
}

export function createApp(
  { retrieval, generation, endGeneration, allowHosts, fetchPage, ocr, endOcr }: Services,
  settings: SettingsState,
  i18n: I18n,
): App {
  // A page that is not secure has none.
  const storage = new StorageState(navigator.storage as StorageManager | undefined);
  const library = new LibraryState(retrieval, settings, storage);
  const model = new ModelState(retrieval);
  const announcer = new Announcer();
  const modelFetch = new ModelFetchState({
    name: () => chatModelOf(settings.generation),
    prepare: (signal) => generation.prepare(settings.generation, signal),
  });
  const rerankerFetch = new ModelFetchState({
    name: () => settings.retrieval.reranker,
    prepare: (signal) => retrieval.prepareReranker(signal),
  });
  const written = new WrittenState(generation, retrieval, settings, endGeneration);
  const allow = (): Promise<void> => allowHosts(settings.retrieval, settings.generation);
  async function changeRetrieval(changes: Partial<RetrievalSettings>): Promise<void> {
    settings.setRetrieval(changes);
    await allow();
    await library.applySettings();
    model.forget();
  }
  return {
    retrieval,
    settings,
    i18n,
    announcer,
    library,
    adding: new AddingState(),
    fetchPage,
    scans: new ScansState(ocr, endOcr, retrieval, library),
    storage,
    model,
    ask: new AskState(retrieval, written),
    written,
    viewer: new ViewerState(retrieval),
    modelFetch,
    rerankerFetch,
    offline: new OfflineState(),
    async start() {
      await allow();
      await library.open();
    },
    changeRetrieval,
    async chooseReranker(reranker) {
      rerankerFetch.forget();
      await changeRetrieval({ reranker });
      if (reranker === NO_RERANKER) return;
      const name = await rerankerFetch.start();
      if (name !== undefined) announcer.notify(i18n.t.settings.rerankerReady(name));
    },
    async changeGeneration(changes) {
      settings.setGeneration(changes);
      await allow();
    },
    async listEmbeddingModels(signal) {
      await allow();
      return retrieval.models(settings.retrieval, signal);
    },
    pullEmbeddingModel: (model, signal) => retrieval.pull(model, settings.retrieval, signal),
    async listChatModels(signal) {
      await allow();
      return generation.models(settings.generation, signal);
    },
    async fetchChatModel() {
      await allow();
      const name = await modelFetch.start();
      if (name !== undefined) announcer.notify(i18n.t.writer.isReadyNow(name));
    },
    freeChatModel() {
      written.stop();
      modelFetch.forget();
      endGeneration();
      void generation.unload();
    },
    addChatModel(file, signal) {
      written.stop();
      return generation.addModel({ file, name: file.name, path: '' }, settings.generation, signal);
    },
    storedChatModels: () => generation.storedModels(),
    async removeChatModel({ engine, id }) {
      written.stop();
      modelFetch.forget();
      await generation.removeModel({ engine, id });
    },
    pullChatModel: (model, signal) => generation.pull(model, settings.generation, signal),
  };
}

export const [getApp, setApp] = createContext<App>();
