import { describe, expect, it } from 'vitest';
import { isOrigin } from '../offline/security-headers.ts';
import { hostsOf } from './hosts.ts';
import { DEFAULT_PREFERENCES } from './state/preferences.ts';

const { retrieval } = DEFAULT_PREFERENCES;

describe('hostsOf', () => {
  it('allows no host for the model that comes with the page', () => {
    expect(hostsOf(retrieval)).toEqual([]);
  });

  it('allows the Ollama host alone for Ollama, without its path', () => {
    const settings = { ...retrieval, embedder: 'ollama', ollamaHost: 'http://192.168.0.2:11434/api' };
    expect(hostsOf(settings)).toEqual(['http://192.168.0.2:11434']);
  });

  it('allows a mirror alone, and with the public hub the stores that it redirects to', () => {
    const settings = { ...retrieval, embedder: 'bge-m3' };
    expect(hostsOf({ ...settings, hub: 'https://mirror.example/models' })).toEqual([
      'https://mirror.example',
    ]);
    const hosts = hostsOf(settings);
    expect(hosts[0]).toBe('https://huggingface.co');
    expect(hosts.length).toBeGreaterThan(1);
    expect(hosts.every(isOrigin)).toBe(true);
  });

  it('allows nothing for an address that is none', () => {
    expect(hostsOf({ ...retrieval, embedder: 'ollama', ollamaHost: 'localhost' })).toEqual([]);
  });
});
