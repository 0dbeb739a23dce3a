import { expect, test } from 'vitest';
import { zipOf } from './office-sample-files.ts';
import { ZipParts } from './zip-parts.ts';

const tagsOf = (parts: ZipParts, name: string): string[] => {
  const tags: string[] = [];
  parts.requireXml(name, { open: (tag) => void tags.push(tag) });
  return tags;
};

test('parts are found whatever their case and slashes, and read by local names', () => {
  const parts = new ZipParts(zipOf({ 'Ppt\\Slides/One.xml': '<p:sld><a:t/></p:sld>' }));
  expect(tagsOf(parts, '/ppt/slides/one.xml')).toEqual(['sld', 't']);
  expect(parts.readXml('ppt/two.xml', { open: () => undefined })).toBe(false);
  expect(() => tagsOf(parts, 'ppt/two.xml')).toThrow(expect.objectContaining({ code: 'corrupt' }));
});

test('one limit holds for all that is unpacked, and a part read twice counts twice', () => {
  const parts = new ZipParts(zipOf({ 'a.xml': `<a>${' '.repeat(600)}</a>` }), 1000);
  expect(tagsOf(parts, 'a.xml')).toEqual(['a']);
  expect(() => tagsOf(parts, 'a.xml')).toThrow(expect.objectContaining({ code: 'too-large' }));
});

test('entities of a document type stay what they are', () => {
  const parts = new ZipParts(zipOf({ 'a.xml': '<!DOCTYPE a [<!ENTITY x "lol">]><a>&x;&amp;</a>' }));
  let text = '';
  parts.readXml('a.xml', { open: () => undefined, text: (part) => (text += part) });
  expect(text).not.toContain('lollol');
  expect(text).toContain('&x;&');
});
