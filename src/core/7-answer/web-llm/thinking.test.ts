import { expect, test } from 'vitest';
import type { ChatEvent } from '../chat-engine.ts';
import { withoutThinking } from './thinking.ts';

async function answerOf(tokens: readonly string[]): Promise<string[]> {
  async function* events(): AsyncGenerator<ChatEvent> {
    for (const text of tokens) yield { type: 'token', text };
    yield { type: 'done', reason: 'stop' };
  }
  const answer: string[] = [];
  for await (const event of withoutThinking(events())) {
    answer.push(event.type === 'token' ? event.text : event.reason);
  }
  return answer;
}

test.each([
  { tokens: ['It', ' sleeps.'], answer: ['It', ' sleeps.', 'stop'] },
  { tokens: ['<think>\n\n</think>\n\nIt', ' sleeps.'], answer: ['It', ' sleeps.', 'stop'] },
  { tokens: ['\n<th', 'ink>A cat…', '</thi', 'nk>', '\n\n', 'It', '.'], answer: ['It', '.', 'stop'] },
  { tokens: ['<', '3 is a heart.'], answer: ['<3 is a heart.', 'stop'] },
  { tokens: ['Say <think>', ' here.'], answer: ['Say <think>', ' here.', 'stop'] },
  { tokens: ['<thi'], answer: ['<thi', 'stop'] },
  { tokens: ['<think>No end'], answer: ['stop'] },
  { tokens: [], answer: ['stop'] },
])('of $tokens the answer is $answer', async ({ tokens, answer }) => {
  expect(await answerOf(tokens)).toEqual(answer);
});
