import { expect, test } from 'vitest';
import { questionLanguage } from './language.ts';

test.each([
  ['What is the default port of Ollama?', 'en'],
  ['Ollama 的默认端口是多少？', 'zh'],
  ['Crew.ai 支持哪些嵌入模型？', 'zh'],
  ['端口', 'zh'],
  ['port', 'en'],
  ['What does 端口 mean in this sentence, and where is it used?', 'en'],
  ['11434?', 'en'],
  ['', 'en'],
  ['？？', 'en'],
  ['OLLAMA_HOST 怎么改', 'zh'],
])('%j is %s', (question, language) => {
  expect(questionLanguage(question)).toBe(language);
});
