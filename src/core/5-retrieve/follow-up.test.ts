import { describe, expect, it } from 'vitest';
import { standaloneQuestion } from './follow-up.ts';

const after = (question: string, ...before: string[]): string =>
  standaloneQuestion(
    question,
    before.map((asked) => ({ question: asked, answer: 'x' })),
  );

describe('standaloneQuestion', () => {
  it.each([
    ['and its port?', 'How do I install Ollama?', 'and its port? install Ollama'],
    [
      'What about Chinese?',
      'Does nomic-embed-text read English?',
      'What about Chinese? nomic-embed-text read English',
    ],
    ['And the host?', "What's the default port of Ollama?", 'And the host? default port Ollama'],
    ['Why?', 'Does Voy fail at 65,000 chunks?', 'Why? Voy fail 65 000 chunks'],
    ['Which version?', 'What does Crew.ai need?', 'Which version? Crew.ai need'],
    ['Can they be changed?', 'Which ports does Ollama use?', 'Can they be changed? ports Ollama use'],
    ['What does that mean?', 'What is a fingerprint mismatch?', 'What does that mean? fingerprint mismatch'],
    ['Tell me more.', 'Who was Count of Melfi?', 'Tell me more. Count Melfi'],
    ['那它的端口呢？', 'Ollama 怎么安装？', '那它的端口呢？ Ollama 安装'],
    ['那它的默认端口是多少？', '什么是 Ollama？', '那它的默认端口是多少？ Ollama'],
    ['中文呢？', 'nomic-embed-text 的英文效果如何？', '中文呢？ nomic-embed-text 英文效果'],
    ['为什么？', 'Crew.ai 需要嵌入模型吗？', '为什么？ Crew.ai 嵌入模型'],
    ['他们支持哪些模型？', 'Crew.ai 是什么？', '他们支持哪些模型？ Crew.ai'],
    ['这个怎么修改？', 'Ollama 的默认端口是多少？', '这个怎么修改？ Ollama 默认端口'],
    ['该漫画是由谁创作的？', '《蓝甲虫》讲了什么？', '该漫画是由谁创作的？ 蓝甲虫'],
  ])('%j after %j', (question, before, standalone) => {
    expect(after(question, before)).toBe(standalone);
  });

  it.each([
    'What is the default port of Ollama?',
    'What is septicemia?',
    'Who was Count of Melfi',
    'What was named "The Tesla" in his honor?',
    'When did Tesla attain his electrical transmitter patent?',
    'Which models give vectors larger than their limit?',
    '化石极其罕见吗？',
    'Is it possible to change the default port?',
    'Which models that read Chinese are there?',
    'And which embedding models does Crew.ai support?',
    'Ollama',
    'default port',
    'Ollama 的默认端口是多少？',
    '什么是嵌入模型？',
    '那么 Ollama 的默认端口是多少呢？',
    '还有其他嵌入模型可以选择吗？',
    '《越南亡国史》的作者是谁？',
    '端口',
  ])('leaves %j alone', (question) => {
    expect(after(question, 'How do cats sleep?')).toBe(question);
  });

  it('leaves a first question alone', () => {
    expect(after('And its port?')).toBe('And its port?');
  });

  it('reaches through questions that lean on others themselves', () => {
    expect(after('And can I change it?', 'How do I install Ollama?', 'And its port?')).toBe(
      'And can I change it? port install Ollama',
    );
    expect(after('And its port?', 'How do I install Ollama?', 'Who was Tesla?')).toBe('And its port? Tesla');
  });

  it('does not repeat what the question says', () => {
    expect(after('And its ports?', 'What is the port of Ollama?')).toBe('And its ports? Ollama');
  });

  it('carries a few words, the rarest where it is known', () => {
    const history = [{ question: 'Alpha beta gamma delta epsilon zeta eta theta?', answer: '' }];
    expect(standaloneQuestion('Why?', history)).toBe('Why? Alpha beta gamma delta epsilon zeta');
    const idf = (term: string): number => (['eta', 'theta'].includes(term) ? 9 : 1);
    expect(standaloneQuestion('Why?', history, idf)).toBe('Why? Alpha beta gamma delta eta theta');
  });
});
