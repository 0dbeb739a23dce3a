import { openAsBlob } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findChatModel } from '../../../../scripts/chat-model.ts';
import {
  CHAT_METADATA,
  float64,
  ggufOf,
  text,
  texts,
  uint16,
  uint32,
  uint32s,
  uint8,
} from './fixtures/gguf-file.ts';
import { readGgufFacts } from './gguf-facts.ts';

const factsOf = (file: Blob): ReturnType<typeof readGgufFacts> => readGgufFacts(file, 'my.gguf');

const refusal = (reason: string): object => ({ code: 'not-gguf', details: { file: 'my.gguf', reason } });

/** So many bytes of a file that is only claimed to be so long, and how many of them were read. */
function sparseFile(start: Blob, sizeBytes: number): { file: Blob; readBytes: () => number } {
  let readBytes = 0;
  const file = {
    size: sizeBytes,
    slice(from: number, to: number): Blob {
      const length = Math.min(to, sizeBytes) - from;
      readBytes += length;
      const known = start.slice(from, from + length);
      return new Blob([known, new Uint8Array(length - known.size)]);
    },
  };
  return { file: file as Blob, readBytes: () => readBytes };
}

describe('what a GGUF says of itself', () => {
  test('is found among what is skipped, in any order', async () => {
    const file = ggufOf({
      'split.count': uint16(3),
      'qwen2.context_length': uint32(32_768),
      'other.context_length': uint32(1),
      'general.alignment': uint8(32),
      'qwen2.rope.scale': float64(),
      'tokenizer.ggml.tokens': texts(Array.from({ length: 40_000 }, (_, i) => `词元${i}`)),
      'tokenizer.ggml.token_type': uint32s(40_000),
      'general.name': text('not looked at'),
      'general.architecture': text('qwen2'),
      'tokenizer.chat_template': text('{{ messages }}'),
    });
    expect(file.size).toBeGreaterThan(2 * 256 * 1024);
    expect(await factsOf(file)).toEqual({ contextLength: 32_768, hasChatTemplate: true, shards: 3 });
  });

  test('may be next to nothing', async () => {
    expect(await factsOf(ggufOf({}))).toEqual({ hasChatTemplate: false, shards: 1 });
    expect(await factsOf(ggufOf({ 'tokenizer.chat_template': text('') }, { version: 2 }))).toEqual({
      hasChatTemplate: false,
      shards: 1,
    });
  });

  test('of a real model', async ({ skip }) => {
    const path = await findChatModel();
    if (path === undefined) skip('SmolLM2 is not on this machine');
    else
      expect(await factsOf(await openAsBlob(path))).toEqual({
        contextLength: 8192,
        hasChatTemplate: true,
        shards: 1,
      });
  });
});

describe('a file that is none', () => {
  test.each([
    ['nothing', new Blob([]), 'cut off'],
    ['a web page', new Blob(['<!doctype html>']), 'no GGUF signature'],
    ['a PDF', new Blob(['%PDF-1.7 and more']), 'no GGUF signature'],
    ['version 1', ggufOf({}, { version: 1 }), 'another version'],
    ['a big-endian one', ggufOf({}, { version: 0x0300_0000 }), 'another version'],
    ['an unknown type', ggufOf({ key: { type: 13, bytes: [1, 2, 3, 4] } }), 'an unknown type of value'],
    [
      'arrays in an array',
      ggufOf({ key: { type: 9, bytes: [9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] } }),
      'an unknown type of value',
    ],
    ['an endless list', ggufOf({}, { keys: 2 ** 63 }), 'too many metadata'],
    ['a list of keys without keys', ggufOf({}, { keys: 3 }), 'cut off'],
    ['a long name', ggufOf({ ['k'.repeat(70_000)]: uint8(1) }), 'a text that is too long'],
    ['numbers without an end', ggufOf({ key: uint32s(1, 2 ** 62), ...CHAT_METADATA }), 'cut off'],
    ['texts without an end', ggufOf({ key: texts(['a'], 2 ** 62) }), 'cut off'],
    ['numbers beyond the end', ggufOf({ key: uint32s(1, 2) }), 'cut off'],
  ])('%s', async (_, file, reason) => {
    await expect(factsOf(file)).rejects.toMatchObject(refusal(reason));
  });

  test('cut off anywhere', async () => {
    const whole = ggufOf(CHAT_METADATA);
    for (let length = 4; length < whole.size; length++)
      await expect(factsOf(whole.slice(0, length)), String(length)).rejects.toMatchObject(refusal('cut off'));
  });

  test('gigabytes of texts that are empty are given up after 64 MiB', async () => {
    const { file, readBytes } = sparseFile(ggufOf({ key: texts([], 2 ** 40) }), 8 * 1024 ** 3);
    await expect(factsOf(file)).rejects.toMatchObject(refusal('too many metadata'));
    expect(readBytes()).toBeLessThan(65 * 1024 * 1024);
  });

  test('what is skipped is not read', async () => {
    const length = 10_000_000;
    const { file, readBytes } = sparseFile(ggufOf({ key: uint32s(0, length) }, { keys: 2 }), 8 * 1024 ** 3);
    // Behind the numbers are zeros: a key without a name, and a number of one byte.
    expect(await factsOf(file)).toEqual({ hasChatTemplate: false, shards: 1 });
    expect(readBytes()).toBeLessThan(2 * 256 * 1024 + 1);
  });
});
