import { describe, expect, it } from 'vitest';
import { passageOf } from '../7-answer/fixtures/passages.ts';
import { fitPassages, type FitOptions, type TokenBudget } from './budget.ts';

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
/** A token is a word. */
const options: FitOptions = {
  countTokens: async (text) => words(text).length,
  render: (_, text) => text,
};
const passages = (...texts: string[]) => texts.map((text) => passageOf(text, 0, text.length));
const room = (tokens: number): TokenBudget => ({
  contextWindow: 100 + tokens,
  answerTokens: 60,
  otherTokens: 40,
});

describe('fitPassages', () => {
  it('takes whole passages, best first, and says what is left out', async () => {
    const given = passages('One two three.', 'Four five six.', 'Seven eight nine.');
    expect(await fitPassages(given, room(6), options)).toEqual({
      fitted: [
        { position: 0, text: 'One two three.' },
        { position: 1, text: 'Four five six.' },
      ],
      leftOut: 1,
    });
    expect(await fitPassages(given, room(9), options)).toMatchObject({ leftOut: 0 });
  });

  it('passes over one that is too long, but does not cut it', async () => {
    const given = passages('One two three.', 'Far too long for what. Is left here.', 'Short one.');
    const { fitted, leftOut } = await fitPassages(given, room(6), options);
    expect(fitted.map(({ position }) => position)).toEqual([0, 2]);
    expect(leftOut).toBe(1);
  });

  it.each([
    [8, 'One two three. Four five.'],
    [5, 'One two three. Four five.'],
    [4, 'One two three.'],
    [3, 'One two three.'],
  ])('cuts the best passage at the end of a sentence: %i tokens', async (tokens, text) => {
    const given = passages('One two three. Four five. Six seven eight nine.', 'Ten.');
    expect(await fitPassages(given, room(tokens), options)).toEqual({
      fitted: [{ position: 0, text }],
      leftOut: 1,
    });
  });

  it('counts what is written around a passage', async () => {
    const given = passages('One two.');
    const render = (_: unknown, text: string): string => `< begin ${text} end >`;
    expect((await fitPassages(given, room(6), { ...options, render })).leftOut).toBe(0);
    await expect(fitPassages(given, room(5), { ...options, render })).rejects.toThrow();
  });

  it('refuses a prompt that leaves no room, and one that leaves too little for a sentence', async () => {
    for (const [tokens, given] of [
      [-1, []],
      [2, passages('One two three.')],
    ] as const) {
      await expect(fitPassages(given, room(tokens), options)).rejects.toMatchObject({
        code: 'context-overflow',
        details: { tokens: 100, contextWindow: 100 + tokens },
      });
    }
    expect(await fitPassages([], room(0), options)).toEqual({ fitted: [], leftOut: 0 });
  });
});
