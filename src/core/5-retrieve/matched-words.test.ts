import { describe, expect, it } from 'vitest';
import { matchedWords } from './matched-words.ts';

describe('matchedWords', () => {
  it('compares stems and leaves out stop words and what is not shared', () => {
    expect(matchedWords('What are the default ports of Ollama?', 'Ollama listens on port 11434.')).toEqual([
      'ports',
      'Ollama',
    ]);
  });
  it('shows the longest shared parts of Chinese, and lone characters only where they stand alone', () => {
    expect(matchedWords('Ollama 的默认端口是多少？', '端口默认为 11434，默认端口可以改。')).toEqual([
      '默认端口',
    ]);
    expect(matchedWords('猫和狗', '猫睡了，狗也睡了。')).toEqual([]);
    expect(matchedWords('猫 狗', '猫睡了。')).toEqual(['猫']);
  });
  it('knows Traditional characters for Simplified ones, and shows them as the question writes them', () => {
    expect(matchedWords('預設連接埠', '预设连接埠是 11434。')).toEqual(['預設連接埠']);
    expect(matchedWords('貓 狗', '猫睡了。')).toEqual(['貓']);
  });
  it('names a word once', () => {
    expect(matchedWords('Port, port and PORT', 'a port')).toEqual(['Port']);
  });
});
