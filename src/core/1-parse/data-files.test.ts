import { describe, expect, test } from 'vitest';
import type { ParsedDocument } from '../types.ts';
import { parseFile } from './parse-file.ts';

const parse = (name: string, text: string): Promise<ParsedDocument> =>
  parseFile(new Blob([text]), name, new AbortController().signal);

describe('JSON', () => {
  test('records are rows that name their columns, by path; numbers stay as they are written', async () => {
    const { text, blocks } = await parse(
      'people.json',
      '[{"id":12345678901234567890,"name":"Ada","born":{"year":1815}},{"id":2,"name":"Bo","tags":["x","y"],"no":null}]',
    );
    expect(text).toBe('id: 12345678901234567890; name: Ada; born.year: 1815\nid: 2; name: Bo; tags: x, y');
    expect(blocks).toMatchObject([{ kind: 'table', columns: ['id', 'name', 'born.year', 'tags', 'no'] }]);
  });

  test('long records are sections under their titles, objects under their keys', async () => {
    const long = 'The tide comes in. '.repeat(40).trim();
    const { text, sections } = await parse(
      'posts.json',
      JSON.stringify({ site: 'Sea', posts: [{ title: 'Tides', body: long }, { body: long }] }),
    );
    expect(text.startsWith('site: Sea\n\nposts\n\nTides\n\n')).toBe(true);
    expect(sections.map(({ headings }) => headings)).toEqual([
      [],
      ['posts'],
      ['posts', 'Tides'],
      ['posts', '#2'],
    ]);
  });

  test('a value a line', async () => {
    const { text } = await parse(
      'log.jsonl',
      '{"level":"info","text":"up"}\n\n{"level":"warn","text":"down"}\n',
    );
    expect(text).toBe('level: info; text: up\nlevel: warn; text: down');
  });

  test('what is not well formed, or nested beyond reason, is read as text and told', async () => {
    for (const text of ['{"a": 1,}', '['.repeat(200_000) + ']'.repeat(200_000)]) {
      const parsed = await parse('bad.json', text);
      expect(parsed.text).toBe(text);
      expect(parsed.warnings).toEqual([{ code: 'not-well-formed', details: { format: 'JSON' } }]);
    }
  });

  test('ids as keys cost in proportion, in one object and in a list of records', async () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => `id${i}`);
    const object = Object.fromEntries(ids.map((id) => [id, { name: `Name of ${id}` }]));
    const { sections } = await parse('ids.json', JSON.stringify(object));
    expect(sections).toHaveLength(20_000);
    expect(sections.at(-1)?.headings).toEqual(['id19999']);

    const records = ids.map((id) => ({ [id]: `Name of ${id}` }));
    const { text, blocks } = await parse('records.json', JSON.stringify(records));
    expect(text.split('\n')).toEqual(ids.map((id) => `${id}: Name of ${id}`));
    // No table of 20,000 columns.
    expect(blocks).toBeUndefined();
  });

  test('fields stand in the order of their columns, whatever that of a record', async () => {
    const { text } = await parse('rows.json', '[{"a":1,"b":2},{"b":4,"a":3}]');
    expect(text).toBe('a: 1; b: 2\na: 3; b: 4');
  });

  test('keys that objects inherit are keys like others', async () => {
    const { text } = await parse('keys.json', '{"__proto__":{"x":"1"},"constructor":"c","toString":"t"}');
    expect(text).toContain('constructor: c');
    expect(text).toContain('toString: t');
  });
});

describe('notebooks', () => {
  test('JSON under the name of a notebook is read as JSON', async () => {
    const { text, format } = await parse('data.ipynb', '{"metadata":{"kernel":"python"},"note":"High tide"}');
    expect({ text, format }).toEqual({
      text: 'note: High tide\n\nmetadata\n\nkernel: python',
      format: 'json',
    });
  });

  test('one that is cut off is read as the text that is left, and told', async () => {
    const text = '{"cells": [{"cell_type": "markdown", "source": ["High tide at noon.';
    const parsed = await parse('cut.ipynb', text);
    expect(parsed.text).toBe(text);
    expect(parsed.warnings).toEqual([{ code: 'not-well-formed', details: { format: 'JSON' } }]);
  });

  test('cells that are none are passed over', async () => {
    const cells = [null, 'x', [], { source: 7 }, { cell_type: 'heading', level: 'a', source: ['Tides'] }];
    const { text, format } = await parse('odd.ipynb', JSON.stringify({ cells }));
    expect({ text, format }).toEqual({ text: 'Tides', format: 'ipynb' });
  });
});

describe('XML', () => {
  test('titles are headings, short values named lines, text keeps what stands amid it', async () => {
    const { text, sections } = await parse(
      'notes.xml',
      '<notes><note><title>Ports</title><host>localhost</host><port>11434</port><body>Ask <b>Ollama</b> at <i><u>this</u></i> port.</body></note></notes>',
    );
    expect(text).toBe('Ports\n\nhost: localhost\nport: 11434\n\nAsk Ollama at this port.');
    expect(sections.map(({ headings }) => headings)).toEqual([['Ports']]);
  });

  test('a feed: HTML in an article is read as HTML', async () => {
    const { text } = await parse(
      'feed.rss',
      '<rss><channel><title>Sea</title><item><title>Tides</title><description>&lt;p&gt;High &amp;amp; low.&lt;/p&gt;</description></item></channel></rss>',
    );
    expect(text).toBe('Sea\n\nTides\n\nHigh & low.');
  });

  test('elements that hold attributes alone', async () => {
    const { text } = await parse('data.xml', '<ports><port name="ollama" number="11434"/></ports>');
    expect(text).toBe('port: name: ollama; number: 11434');
  });

  test('entities of a document type are not expanded', async () => {
    const { text } = await parse('bomb.xml', '<!DOCTYPE a [<!ENTITY b "boom">]><a><p>Say &b; once.</p></a>');
    expect(text).not.toContain('boom');
  });
});
