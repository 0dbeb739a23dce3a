import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { MLCEngine } from '@mlc-ai/web-llm';
import { SatchelError, type ErrorCode, type ErrorDetails } from '../../errors.ts';
import { fromWebLlm } from './web-llm-errors.ts';

const files = { model: 'model', file: 'model.wasm', url: 'https://libraries.example/model.wasm' };

interface Case {
  /** As it stands in the package's code: an update that words it differently fails here. */
  readonly source: string;
  /** What the package makes of it; the same unless given. */
  readonly message?: string;
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
}

const CASES: readonly Case[] = [
  {
    source: 'context window size: ${contextWindowSize}\\nConsider shortening the prompt',
    message:
      'Prompt tokens exceed context window size: number of prompt tokens: 5000; context window size: 4096\nConsider shortening the prompt, or increase `context_window_size`, or using sliding window via `sliding_window_size`.',
    code: 'context-overflow',
    details: { tokens: 5000, contextWindow: 4096 },
  },
  { source: 'Unable to find a compatible GPU.', code: 'webgpu-unavailable', details: {} },
  {
    source: 'WebGPU is not supported in your current environment',
    code: 'webgpu-unavailable',
    details: {},
  },
  {
    source: 'This model requires WebGPU extension shader-f16, which is not enabled in this browser. ',
    code: 'webgpu-feature-missing',
    details: { feature: 'shader-f16' },
  },
  {
    source: 'This model requires feature ${feature}, which is not yet supported',
    message: 'This model requires feature subgroups, which is not yet supported by this browser.',
    code: 'webgpu-feature-missing',
    details: { feature: 'subgroups' },
  },
  {
    source: 'Cannot initialize runtime because of requested maxBufferSize ',
    message:
      'Cannot initialize runtime because of requested maxBufferSize exceeds limit. requested=256MB, limit=128MB. Consider upgrading your browser.',
    code: 'webgpu-feature-missing',
    details: { feature: 'maxBufferSize' },
  },
  { source: 'The WebGPU device was lost while loading the model.', code: 'gpu-lost', details: {} },
  { source: 'Model not loaded before trying to complete', code: 'gpu-lost', details: {} },
  { source: 'Object has already been disposed', code: 'gpu-lost', details: {} },
  { source: 'Tensor has already been disposed', code: 'gpu-lost', details: {} },
  {
    source: '"Cannot find " + missList + " in exports"',
    message: 'Cannot find TVMWasmAllocSpace in exports',
    code: 'chat-library-mismatch',
  },
  {
    source: '"Cannot find global function " + name',
    message: 'Cannot find global function vm.builtin.paged_attention_kv_cache_create',
    code: 'chat-library-mismatch',
  },
  {
    source: 'Cannot find required VM function \\`${name}\\`.',
    message: 'Cannot find required VM function `prefill`. Available candidate functions: ',
    code: 'chat-library-mismatch',
  },
  {
    source: 'this.exports\n\t\t                    .TVMFFIWasmGetLastError();',
    message: 'this.exports.TVMFFIWasmGetLastError is not a function',
    code: 'chat-library-mismatch',
  },
  { source: 'Cannt detect wasm memory from imports ', code: 'chat-library-mismatch' },
  { source: 'Invalid kv_cache ABI. Require either', code: 'chat-library-mismatch' },
  {
    source: 'Unsupported kv_state_kind in model metadata: ${kvStateKindRaw}',
    message: 'Unsupported kv_state_kind in model metadata: new',
    code: 'chat-library-mismatch',
  },
  {
    source: 'shard size ${shardBytes.byteLength}',
    message: 'Tensor-cache record range [0, 20) exceeds shard size 10',
    code: 'model-mismatch',
  },
  {
    source: 'Cannot handle tokenizer files ${files}',
    message: 'Cannot handle tokenizer files vocab.txt',
    code: 'model-mismatch',
  },
  {
    source: '"Cannot fetch " + url',
    message: 'Cannot fetch https://hub.example/mlc-ai/model/resolve/main/params_shard_3.bin',
    code: 'model-unreachable',
  },
];

const PACKAGE = readFileSync(createRequire(import.meta.url).resolve('@mlc-ai/web-llm'), 'utf8');

describe('what the package says', () => {
  test.each(CASES)('$source: $code', ({ source, message = source, code, details }) => {
    expect(PACKAGE).toContain(source);
    const coded = fromWebLlm(new Error(message), files);
    expect(coded).toMatchObject({ code, details: details ?? { ...files, reason: message } });
  });

  test('the string that a load is aborted with when the device is lost', () => {
    expect(PACKAGE).toContain('.abort("Engine.unload() is called.")');
    expect(fromWebLlm('Engine.unload() is called.', files).code).toBe('gpu-lost');
  });

  test('everything else, with its reason', () => {
    expect(fromWebLlm(new Error('something new'), files)).toMatchObject({
      code: 'chat-failed',
      details: { reason: 'Error: something new' },
    });
    expect(fromWebLlm(undefined, files)).toMatchObject({
      code: 'chat-failed',
      details: { reason: 'undefined' },
    });
  });
});

describe('what the package throws, here in Node', () => {
  test('without a model', async () => {
    const request = new MLCEngine().chatCompletion({ messages: [{ role: 'user', content: 'Hello?' }] });
    const error = await request.catch((cause: unknown) => cause);
    expect(fromWebLlm(error, files).code).toBe('gpu-lost');
  });
});

describe('what the browser throws', () => {
  test('for a library that is no WASM, or another one', async () => {
    const text = new TextEncoder().encode('<!doctype html>');
    const error = await WebAssembly.compile(text).catch((cause: unknown) => cause);
    expect(fromWebLlm(error, files)).toMatchObject({
      code: 'chat-library-mismatch',
      details: { ...files, reason: expect.stringContaining('magic') },
    });
    // A module with one import, `m.f`.
    const imports = Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x6d, 1, 0x66, 0, 0],
    ]);
    for (const given of [{}, { m: {} }, { m: { f: 1 } }]) {
      const failure = await WebAssembly.instantiate(imports, given).catch((cause: unknown) => cause);
      expect(fromWebLlm(failure, files).code).toBe('chat-library-mismatch');
    }
  });

  test('for a device that is lost, and for a disk that is full', () => {
    const lost = new DOMException('The Device was lost before mapping was resolved.', 'AbortError');
    expect(fromWebLlm(lost, files).code).toBe('gpu-lost');
    expect(fromWebLlm(new DOMException('', 'QuotaExceededError'), files).code).toBe('quota-exceeded');
  });

  test('what is coded stays so', () => {
    const coded = new SatchelError('context-overflow', { tokens: 2, contextWindow: 1 });
    expect(fromWebLlm(coded, files)).toBe(coded);
  });
});
