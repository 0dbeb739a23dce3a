import { describe, expect, it } from 'vitest';
import { DEFAULT_EMBEDDING_MODEL } from '../../core/3-embed/models.ts';
import { vectorIndexes } from '../../core/4-index/registry.ts';
import { DEFAULT_PREFERENCES, normalizeHost, preferredLanguage, readPreferences } from './preferences.ts';

describe('readPreferences', () => {
  it('falls back as a whole where nothing readable is stored', () => {
    for (const stored of [null, '', 'not json', '[]', 'null', '"text"']) {
      expect(readPreferences(stored)).toEqual(DEFAULT_PREFERENCES);
    }
  });

  it('keeps what is valid and replaces what is not, field by field', () => {
    const stored = JSON.stringify({
      language: 'zh',
      theme: 'sepia',
      retrieval: { retriever: 'dense', index: 7, hub: 'https://mirror.example' },
    });
    expect(readPreferences(stored)).toEqual({
      ...DEFAULT_PREFERENCES,
      language: 'zh',
      retrieval: { ...DEFAULT_PREFERENCES.retrieval, retriever: 'dense', hub: 'https://mirror.example' },
    });
  });

  it('reads back what it is given', () => {
    expect(readPreferences(JSON.stringify(DEFAULT_PREFERENCES))).toEqual(DEFAULT_PREFERENCES);
  });
});

describe('preferredLanguage', () => {
  it.each([
    [['zh-CN', 'en'], 'zh'],
    [['zh-Hant-TW'], 'zh'],
    [['de-DE', 'zh', 'en'], 'zh'],
    [['fr', 'en-GB'], 'en'],
    [['de'], 'en'],
    [[], 'en'],
  ])('takes the first that is ours of %j', (languages, expected) => {
    expect(preferredLanguage(languages)).toBe(expected);
  });
});

describe('normalizeHost', () => {
  it.each([
    ['http://localhost:11434/', 'http://localhost:11434'],
    [' https://mirror.example/models// ', 'https://mirror.example/models'],
    ['localhost:11434', null],
    ['ftp://host', null],
    ['http://', null],
    ['', null],
  ])('%j is %j', (value, expected) => {
    expect(normalizeHost(value)).toBe(expected);
  });
});

it('begins with the defaults of the catalogues', () => {
  expect(DEFAULT_PREFERENCES.retrieval.embedder).toBe(DEFAULT_EMBEDDING_MODEL);
  expect(DEFAULT_PREFERENCES.retrieval.index).toBe(vectorIndexes.lines[0]?.id);
});
