import { expect, test } from 'vitest';
import { supportProbability } from '../core/7-answer/support.ts';
import { citedFrom, crossValidate, fitSupport, type AttributionCase, type CaseKind } from './attribution.ts';
import { otherDigits, statementOf, withoutLanguage } from './attribution-cases.ts';

const evidence = (overlap: number, cosine: number, missing = 0) =>
  ({ overlap, cosine, missing, languages: 'en' }) as const;

const caseOf = (kind: CaseKind, question: number, overlap: number, cosine: number): AttributionCase => ({
  kind,
  question,
  supports: [
    { evidence: evidence(overlap, cosine), isRight: true },
    { evidence: evidence(0, 0.7), isRight: false },
  ],
});

/** Twenty questions that words and cosines tell from foreign sentences. */
const cases = Array.from({ length: 20 }, (_, question) => [
  caseOf('gold', question, 0.5 + 0.01 * question, 0.9),
  caseOf('foreign', question, 0.01 * question, 0.78),
]).flat();

test('fits models that tell supported sentences from foreign ones, and holds out the questions it scores', () => {
  const verdicts = crossValidate(cases);
  expect(citedFrom(0.5, 'gold', verdicts)).toEqual({ cases: 20, cited: 20, right: 20 });
  expect(citedFrom(0.5, 'foreign', verdicts)).toMatchObject({ cases: 20, cited: 0 });
  expect(citedFrom(0, 'foreign', verdicts)).toMatchObject({ cited: 20 });
});

test('a wrong number outweighs everything', () => {
  expect(supportProbability(evidence(1, 1, 1), fitSupport(cases))).toBeLessThan(0.5);
});

test('states a question and its answer in the language of the question', () => {
  const gold = { id: '', question: 'Who?', answers: ['Tesla', 'He'], gold_file: '', gold_text: '' };
  expect(statementOf({ ...gold, lang: 'en' })).toBe('The answer to "Who?" is Tesla.');
  expect(statementOf({ ...gold, lang: 'zh', question: '谁？' })).toBe('“谁？”的答案是Tesla。');
});

test('changes every digit, and knows a translation by its name', () => {
  expect(otherDigits('In 1978, 09')).toBe('In 4201, 32');
  expect(withoutLanguage('xq-en-003.docx')).toBe(withoutLanguage('xq-zh-003.gb18030.txt'));
  expect(withoutLanguage('notes.md')).toBe('notes.md');
});
