import { describe, expect, it } from 'vitest';
import { isOrigin } from '../offline/security-headers.ts';
import { chatHostsOf, searchHostsOf, textHostsOf } from './hosts.ts';
import { DEFAULT_PREFERENCES } from './state/preferences.ts';

const { retrieval, generation } = DEFAULT_PREFERENCES;

describe('searchHostsOf', () => {
  it('allows no host for the model that comes with the page', () => {
    expect(searchHostsOf(retrieval)).toEqual([]);
  });

  it('allows the Ollama host alone for Ollama, without its path', () => {
    const settings = { ...retrieval, embedder: 'ollama', ollamaHost: 'http://192.168.0.2:11434/api' };
    expect(searchHostsOf(settings)).toEqual(['http://192.168.0.2:11434']);
  });

  it('allows a mirror alone, and with the public hub the stores that it redirects to', () => {
    const settings = { ...retrieval, embedder: 'bge-m3' };
    expect(searchHostsOf({ ...settings, hub: 'https://mirror.example/models' })).toEqual([
      'https://mirror.example',
    ]);
    const hosts = searchHostsOf(settings);
    expect(hosts[0]).toBe('https://huggingface.co');
    expect(hosts.length).toBeGreaterThan(1);
    expect(hosts.every(isOrigin)).toBe(true);
  });

  it("allows the hub for a reranker, beside the embedder's own host", () => {
    const settings = { ...retrieval, reranker: 'bge-reranker-base', hub: 'https://mirror.example' };
    expect(searchHostsOf(settings)).toEqual(['https://mirror.example']);
    expect(searchHostsOf({ ...settings, embedder: 'ollama', ollamaHost: 'http://localhost:11434' })).toEqual([
      'http://localhost:11434',
      'https://mirror.example',
    ]);
  });

  it('allows nothing for an address that is none', () => {
    expect(searchHostsOf({ ...retrieval, embedder: 'ollama', ollamaHost: 'localhost' })).toEqual([]);
  });
});

describe('chatHostsOf', () => {
  it('allows the server of the engine that is chosen, and not of the others', () => {
    expect(chatHostsOf(generation)).toEqual([]);
    const chosen = { ...generation, engine: 'openai-compatible', openAiUrl: 'http://127.0.0.1:8080/v1' };
    expect(chatHostsOf(chosen)).toEqual(['http://127.0.0.1:8080']);
    expect(chatHostsOf({ ...generation, engine: 'wllama', hub: 'https://mirror.example' })).toEqual([
      'https://mirror.example',
    ]);
    expect(chatHostsOf({ ...generation, engine: 'ollama' })).toEqual(['http://localhost:11434']);
  });

  it('allows where weights and libraries come from when WebLLM is chosen, and only the named ones for one’s own', () => {
    const libraries = 'https://raw.githubusercontent.com';
    const chosen = { ...generation, engine: 'web-llm' };
    const hosts = chatHostsOf(chosen);
    expect(hosts).toContain('https://huggingface.co');
    expect(hosts).toContain('https://cas-bridge.xethub.hf.co');
    expect(hosts).toContain(libraries);
    expect(hosts.every(isOrigin)).toBe(true);
    expect(chatHostsOf({ ...chosen, hub: 'https://mirror.example/hub' })).toEqual([
      'https://mirror.example',
      libraries,
    ]);
    const own = {
      ...chosen,
      webLlmModel: 'own',
      webLlmWeights: 'https://weights.example/me/model',
      webLlmLibrary: 'http://127.0.0.1:8000/model.wasm',
    };
    expect(chatHostsOf(own)).toEqual(['https://weights.example', 'http://127.0.0.1:8000']);
    for (const engine of ['none', 'wllama', 'ollama', 'openai-compatible']) {
      expect(chatHostsOf({ ...own, engine })).not.toContain(libraries);
      expect(chatHostsOf({ ...own, engine })).not.toContain('https://weights.example');
    }
  });
});

describe('textHostsOf', () => {
  it('names whom texts go to, each once', () => {
    expect(textHostsOf({ ...retrieval, embedder: 'bge-m3' }, { ...generation, engine: 'wllama' })).toEqual(
      [],
    );
    const ollama = { ...retrieval, embedder: 'ollama' };
    expect(textHostsOf(ollama, { ...generation, engine: 'ollama' })).toEqual(['http://localhost:11434']);
    expect(textHostsOf(ollama, { ...generation, engine: 'openai-compatible' })).toEqual([
      'http://localhost:11434',
      'http://localhost:8080/v1',
    ]);
  });
});
