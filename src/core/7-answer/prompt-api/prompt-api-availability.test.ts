import { afterEach, expect, test, vi } from 'vitest';
import { createLanguageModelStandIn } from './fixtures/language-model-stand-in.fixture.ts';
import { promptApiAvailability } from './prompt-api-availability.ts';

afterEach(() => vi.unstubAllGlobals());

test('a browser without the API has no model', async () => {
  expect(await promptApiAvailability()).toBe('unavailable');
});

test('is what the browser says, for the language asked for', async () => {
  vi.stubGlobal('LanguageModel', createLanguageModelStandIn({ availability: 'downloadable' }).api);
  expect(await promptApiAvailability()).toBe('downloadable');
  expect(await promptApiAvailability('en')).toBe('downloadable');
  expect(await promptApiAvailability('zh')).toBe('unavailable');
});

test('without a model no other language is asked for', async () => {
  const availability = vi.fn(() => Promise.resolve('unavailable'));
  vi.stubGlobal('LanguageModel', { availability });
  expect(await promptApiAvailability('zh')).toBe('unavailable');
  expect(availability).toHaveBeenCalledOnce();
});

test('a document that may not ask has no model', async () => {
  const refusal = new DOMException('The execution context is not valid.', 'InvalidStateError');
  vi.stubGlobal('LanguageModel', { availability: () => Promise.reject(refusal) });
  expect(await promptApiAvailability()).toBe('unavailable');
});
