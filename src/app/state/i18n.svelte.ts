import type { ErrorData } from '../../core/errors.ts';
import type { Language, ParseWarning } from '../../core/types.ts';
import { createFormat, LOCALES, type Format } from '../i18n/format.ts';
import type { ErrorText, Messages } from '../i18n/messages.ts';
import type { SettingsState } from './settings.svelte.ts';

/** Only the language in use is part of the first load. */
const LOADERS: Readonly<Record<Language, () => Promise<Messages>>> = {
  en: async () => (await import('../i18n/en.ts')).en,
  zh: async () => (await import('../i18n/zh.ts')).zh,
};

/** The texts and number formats of the chosen language. */
export class I18n {
  readonly #settings: SettingsState;
  #language: Language = $state('en');
  #messages: Messages;
  readonly #format: Format = $derived.by(() => createFormat(this.#language));

  private constructor(settings: SettingsState, messages: Messages) {
    this.#settings = settings;
    this.#language = settings.language;
    this.#messages = $state.raw(messages);
  }

  static async create(settings: SettingsState): Promise<I18n> {
    return new I18n(settings, await LOADERS[settings.language]());
  }

  get t(): Messages {
    return this.#messages;
  }
  /** The language that the texts are in; a moment behind the chosen one while they load. */
  get language(): Language {
    return this.#language;
  }
  get format(): Format {
    return this.#format;
  }
  /** For `lang` attributes. */
  get locale(): string {
    return LOCALES[this.#language];
  }

  /** Brings the texts in line with the settings. */
  async follow(): Promise<void> {
    const language = this.#settings.language;
    const messages = await LOADERS[language]();
    if (language !== this.#settings.language) return;
    this.#language = language;
    this.#messages = messages;
  }

  error(error: ErrorData, file?: string): ErrorText {
    return this.t.errors[error.code](error.details, {
      ...(file === undefined ? {} : { file }),
      origin: location.origin,
      isWindows: /windows/i.test(navigator.userAgent),
    });
  }

  warning(warning: ParseWarning): string {
    return this.t.warnings[warning.code](warning.details);
  }
}
