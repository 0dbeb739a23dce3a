import type { GenerationSettings, RetrievalSettings } from '../../core/service.ts';
import type { Language } from '../../core/types.ts';
import { preferredLanguage, readPreferences, type Preferences, type Theme } from './preferences.ts';

const STORAGE_KEY = 'satchel.preferences';

/** Language, appearance, and the settings of both workers; every change is kept at once. */
export class SettingsState {
  #preferences = $state.raw<Preferences>(readPreferences(load()));

  get languageChoice(): Language | 'auto' {
    return this.#preferences.language;
  }

  get language(): Language {
    const choice = this.#preferences.language;
    return choice === 'auto' ? preferredLanguage(navigator.languages) : choice;
  }

  get theme(): Theme {
    return this.#preferences.theme;
  }

  get retrieval(): RetrievalSettings {
    return this.#preferences.retrieval;
  }

  get generation(): GenerationSettings {
    return this.#preferences.generation;
  }

  setLanguage(language: Language | 'auto'): void {
    this.#change({ language });
  }

  setTheme(theme: Theme): void {
    this.#change({ theme });
  }

  setRetrieval(changes: Partial<RetrievalSettings>): void {
    this.#change({ retrieval: { ...this.#preferences.retrieval, ...changes } });
  }

  setGeneration(changes: Partial<GenerationSettings>): void {
    this.#change({ generation: { ...this.#preferences.generation, ...changes } });
  }

  #change(changes: Partial<Preferences>): void {
    this.#preferences = { ...this.#preferences, ...changes };
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(this.#preferences));
    } catch {
      // Storage is refused in some private windows: the choice then lasts as long as the page.
    }
  }
}

function load(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
