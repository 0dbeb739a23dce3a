import type { Language } from '../../core/types.ts';
import type { I18n } from '../state/i18n.svelte.ts';

/** The languages of a model in words; one that knows others besides knows "many". */
export function languageNames(languages: readonly (Language | 'other')[], i18n: I18n): string {
  const names = i18n.t.settings.languagesOf;
  if (languages.includes('other')) return names.multi;
  return i18n.format.list(languages.flatMap((language) => (language === 'other' ? [] : [names[language]])));
}
