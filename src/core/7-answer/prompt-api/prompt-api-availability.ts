import type { Language } from '../../types.ts';
import { languageModel, sessionOptions, type PromptApiAvailability } from './language-model.ts';

export type { PromptApiAvailability };

/**
 * Whether the browser brings a model of its own along. Nothing is fetched.
 * @param language to write in; a browser can have the model and still not offer it for all languages.
 */
export async function promptApiAvailability(language: Language = 'en'): Promise<PromptApiAvailability> {
  const model = languageModel();
  if (!model) return 'unavailable';
  try {
    // English first: Chromium 156 puts an error on the console when it is asked for a language that it lacks.
    const inEnglish = await model.availability(sessionOptions('en'));
    if (inEnglish === 'unavailable' || language === 'en') return inEnglish;
    return await model.availability(sessionOptions(language));
  } catch {
    // A document that may not use it, by a policy or since it is being left.
    return 'unavailable';
  }
}
