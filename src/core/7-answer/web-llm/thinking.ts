import type { ChatEvent } from '../chat-engine.ts';

const START = '<think>';
const END = '</think>';

/**
 * The answer without a block of thoughts before it. WebLLM hands out the empty block too with which it keeps a
 * model from thinking.
 */
export async function* withoutThinking(events: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent, void> {
  let held = '';
  let isAnswering = false;
  for await (const event of events) {
    if (event.type === 'token' && !isAnswering) {
      held += event.text;
      const text = answerIn(held);
      if (text === undefined) continue;
      isAnswering = true;
      yield { type: 'token', text };
      continue;
    }
    // An answer so short that it might still have become a block.
    const isLeftOver = event.type === 'done' && !isAnswering && held !== '';
    if (isLeftOver && !held.trimStart().startsWith(START)) yield { type: 'token', text: held };
    yield event;
  }
}

/** What follows the thoughts; undefined where it is not there yet, or can't be told from them. */
function answerIn(text: string): string | undefined {
  const trimmed = text.trimStart();
  if (START.startsWith(trimmed)) return undefined;
  if (!trimmed.startsWith(START)) return text;
  const end = trimmed.indexOf(END);
  const answer = end === -1 ? '' : trimmed.slice(end + END.length).trimStart();
  return answer === '' ? undefined : answer;
}
