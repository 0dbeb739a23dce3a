import { createContext } from 'svelte';
import type { RetrievalSettings } from '../core/service.ts';
import type { Retrieval } from './services.ts';
import { Announcer } from './state/announcer.svelte.ts';
import { AskState } from './state/ask.svelte.ts';
import type { I18n } from './state/i18n.svelte.ts';
import { LibraryState } from './state/library.svelte.ts';
import { ModelState } from './state/model.svelte.ts';
import { OfflineState } from './state/offline.svelte.ts';
import type { SettingsState } from './state/settings.svelte.ts';
import { ViewerState } from './state/viewer.svelte.ts';

/** All state of the page, made once and handed down. */
export interface App {
  readonly settings: SettingsState;
  readonly i18n: I18n;
  readonly announcer: Announcer;
  readonly library: LibraryState;
  readonly model: ModelState;
  readonly ask: AskState;
  readonly viewer: ViewerState;
  readonly offline: OfflineState;
  /** Opens the library with the settings as they are. */
  start(): Promise<void>;
  /** Keeps changed retrieval settings and lets them take effect at once. */
  changeRetrieval(changes: Partial<RetrievalSettings>): Promise<void>;
}

export function createApp({ service, allowHosts }: Retrieval, settings: SettingsState, i18n: I18n): App {
  const library = new LibraryState(service, settings);
  const model = new ModelState(service);
  return {
    settings,
    i18n,
    announcer: new Announcer(),
    library,
    model,
    ask: new AskState(service),
    viewer: new ViewerState(service),
    offline: new OfflineState(),
    async start() {
      await allowHosts(settings.retrieval);
      await library.open();
    },
    async changeRetrieval(changes) {
      settings.setRetrieval(changes);
      await allowHosts(settings.retrieval);
      await library.applySettings();
      model.forget();
    },
  };
}

export const [getApp, setApp] = createContext<App>();
