import type { WriteRequest } from '../core/service.ts';
import type { Language, Passage } from '../core/types.ts';

/** Of our own making, so that no model has read them. */
const PASSAGES: readonly (readonly [documentName: string, heading: string, text: string])[] = [
  [
    'harbour.md',
    'Ferries',
    'The last ferry to Skarn leaves pier two at twenty past nine in the evening. In a storm it stays in the harbour, ' +
      'and tickets are valid on the next day. Bicycles travel free; a car costs 14.50 kroner.',
  ],
  [
    'harbour.md',
    'Lighthouse',
    'The lighthouse of Skarn was built in 1871 and is 37 metres high. Its lamp was turned by a clockwork until 1952, ' +
      'when the island got electricity. The keeper, Ida Brekke, wrote down every ship that passed.',
  ],
  [
    '茶馆.txt',
    '红茶',
    '茶馆每天早上七点开门，下午三点关门，星期一休息。泡红茶用九十五度的水，第一泡不超过十秒。' +
      '茶叶要避光、防潮，不要和香料放在一起。',
  ],
];

const passages: readonly Passage[] = PASSAGES.map(([documentName, heading, text], i) => ({
  chunkId: i,
  documentId: `${i}`,
  documentName,
  start: 0,
  end: text.length,
  text,
  headings: [heading],
  score: 1 - i / 10,
}));

const about = (language: Language, question: string): WriteRequest => ({
  question,
  language,
  passages,
  history: [],
});

/**
 * The second is about the same passages as the first: an engine that keeps its state computes only the question.
 * The third has other rules before them, so all is computed.
 */
export const QUESTIONS: readonly WriteRequest[] = [
  about('en', 'When does the last ferry to Skarn leave, and what happens in a storm?'),
  about('en', 'Tell the history of the lighthouse of Skarn, with all that is known of it.'),
  about('zh', '泡红茶用多少度的水？茶馆什么时候开门？'),
];

/** Asked to be stopped. The one for reading has other passages, so that its prompt is not known already. */
export const STOPPED: Readonly<Record<'reading' | 'writing', WriteRequest>> = {
  reading: { ...about('en', 'How high is the lighthouse?'), passages: passages.slice(1) },
  writing: about('en', 'Tell all that is known of Ida Brekke.'),
};
