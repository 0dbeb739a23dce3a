import type { Language } from '../types.ts';

const HAN = /\p{Script=Han}/gu;
const LATIN_WORD = /\p{Script=Latin}+/gu;

/**
 * The language to answer a question in. A Chinese question often names things in Latin letters ("Ollama
 * 的默认端口是多少？"), an English one seldom holds Han: so a Latin word weighs as much as two characters.
 */
export function questionLanguage(question: string): Language {
  const han = question.match(HAN)?.length ?? 0;
  const words = question.match(LATIN_WORD)?.length ?? 0;
  return han > 0 && han >= words / 2 ? 'zh' : 'en';
}
