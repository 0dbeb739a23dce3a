import { strToU8, zipSync, type Zippable } from 'fflate';
import { describe, expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { makeDocx, paragraph } from './sample-files.ts';
import { unpackFile } from './unpack-file.ts';

const idle = new AbortController().signal;
const zip = (files: Zippable): Uint8Array<ArrayBuffer> => Uint8Array.from(zipSync(files));
const unpack = (bytes: Uint8Array<ArrayBuffer>, name = 'notes.zip') =>
  unpackFile(new Blob([bytes]), name, idle);

/** Each file's path with its text. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>, name?: string): Promise<Record<string, string>> {
  const { files = [] } = (await unpack(bytes, name)) ?? {};
  const entries = files.map(async (one) => [`${one.path}/${one.name}`, await one.file.text()] as const);
  return Object.fromEntries(await Promise.all(entries));
}
async function failures(bytes: Uint8Array<ArrayBuffer>): Promise<Record<string, string>> {
  const { failed = [] } = (await unpack(bytes)) ?? {};
  return Object.fromEntries(failed.map(({ name, error }) => [name, error.code]));
}

/** Where the headers of an entry begin: in the list at the end, and before its bytes. */
function headersOf(bytes: Uint8Array, name: string): { listed: number; local: number } {
  const text = Buffer.from(bytes).toString('latin1');
  const at = text.lastIndexOf(name);
  return { listed: at - 46, local: text.indexOf(name) - 30 };
}

test('gives every file with its place, and leaves out what systems write beside them', async () => {
  const bytes = zip({
    'a.txt': strToU8('one'),
    'letters/2024/b.md': strToU8('two'),
    'letters/.DS_Store': strToU8('hidden'),
    '__MACOSX/._a.txt': strToU8('fork'),
    'empty/': new Uint8Array(),
  });
  expect(await unpacked(bytes)).toEqual({ 'notes.zip/a.txt': 'one', 'notes.zip/letters/2024/b.md': 'two' });
});

test('is no archive: a document in a zip whatever its name, a zip with the name of a document, any other file', async () => {
  expect(await unpack(makeDocx(paragraph('Waves')), 'report.zip')).toBeUndefined();
  expect(await unpack(zip({ 'a.txt': strToU8('one') }), 'report.docx')).toBeUndefined();
  expect(await unpack(Uint8Array.from(strToU8('PK, a note')), 'note.zip')).toBeUndefined();
});

test('names that would lead elsewhere stay inside, and read as what they are', async () => {
  const bytes = zip({
    '../../etc/passwd.txt': strToU8('a'),
    '/root.txt': strToU8('b'),
    'C:\\Windows\\c.txt': strToU8('c'),
    '\u202efdp.txt': strToU8('d'),
    '..': strToU8('e'),
  });
  expect(await unpacked(bytes)).toEqual({
    'notes.zip/etc/passwd.txt': 'a',
    'notes.zip/root.txt': 'b',
    'notes.zip/Windows/c.txt': 'c',
    'notes.zip/fdp.txt': 'd',
  });
});

test('reads names that an older Windows wrote in GBK', async () => {
  const gbk = [0xb2, 0xce, 0xbf, 0xbc, 0xd7, 0xca, 0xc1, 0xcf]; // 参考资料
  const stand = 'xxxxxxxx.txt';
  const bytes = zip({ [stand]: strToU8('text') });
  const { listed, local } = headersOf(bytes, stand);
  bytes.set(gbk, listed + 46);
  bytes.set(gbk, local + 30);
  expect(await unpacked(bytes)).toEqual({ 'notes.zip/参考资料.txt': 'text' });
});

describe('archives in archives', () => {
  const nested = (depth: number): Uint8Array<ArrayBuffer> =>
    depth === 0 ? zip({ 'deep.txt': strToU8('deep') }) : zip({ [`${depth}.zip`]: nested(depth - 1) });

  test('are taken apart too', async () => {
    expect(await unpacked(nested(2))).toEqual({ 'notes.zip/2.zip/1.zip/deep.txt': 'deep' });
  });
  test('but not without end', async () => {
    const bytes = zip({ 'in.zip': nested(2), 'a.txt': strToU8('one') });
    expect(await failures(bytes)).toEqual({ '1.zip': 'archive-too-deep' });
    expect(await unpacked(bytes)).toEqual({ 'notes.zip/a.txt': 'one' });
  });
});

describe('an entry that cannot be had is told, and the others are there', () => {
  const files = { 'bad.txt': strToU8('bad '.repeat(99)), 'good.txt': strToU8('good') };
  const spoil = (change: (bytes: Uint8Array, at: { listed: number; local: number }) => void) => {
    const bytes = zip(files);
    change(bytes, headersOf(bytes, 'bad.txt'));
    return bytes;
  };
  test.each([
    ['encrypted', spoil((bytes, { listed }) => bytes.fill(1, listed + 8, listed + 9))],
    ['corrupt', spoil((bytes, { local }) => bytes.fill(0xff, local + 30 + 7, local + 30 + 11))],
    // Its checksum
    ['corrupt', spoil((bytes, { listed }) => bytes.fill(7, listed + 16, listed + 20))],
    // Its method
    ['corrupt', spoil((bytes, { listed }) => bytes.fill(99, listed + 10, listed + 11))],
    // Its place
    ['corrupt', spoil((bytes, { listed }) => bytes.fill(0xf0, listed + 42, listed + 46))],
    // Its size, said to be four gigabytes
    ['too-large', spoil((bytes, { listed }) => bytes.fill(0xf0, listed + 24, listed + 28))],
  ])('%s', async (code, bytes) => {
    expect(await failures(bytes)).toEqual({ 'bad.txt': code });
    expect(await unpacked(bytes)).toEqual({ 'notes.zip/good.txt': 'good' });
  });
});

describe('the archive as a whole', () => {
  const rejects = (bytes: Uint8Array<ArrayBuffer>, code: string) =>
    expect(unpack(bytes)).rejects.toMatchObject({ code, details: { name: 'notes.zip' } });

  test('is empty when nothing in it is meant', async () => {
    await rejects(zip({}), 'empty-file');
    await rejects(zip({ '.DS_Store': strToU8('hidden') }), 'empty-file');
  });
  test('is encrypted when all of it is', async () => {
    const bytes = zip({ 'a.txt': strToU8('one') });
    const { listed } = headersOf(bytes, 'a.txt');
    bytes.fill(1, listed + 8, listed + 9);
    await rejects(bytes, 'encrypted');
  });
  test('is damaged when it was cut off', async () => {
    const bytes = zip({ 'a.txt': strToU8('one') });
    await rejects(bytes.slice(0, -30), 'corrupt');
  });
  test('is too large by what it unpacks to in all, whether it says so or not', async () => {
    // One compressed stream that three entries share, as in the bombs that need no archive in an archive.
    const bytes = zip({ 'bomb.txt': [new Uint8Array(2 ** 24), { level: 9 }] });
    const { listed } = headersOf(bytes, 'bomb.txt');
    const entry = bytes.slice(listed, listed + 46 + 'bomb.txt'.length);
    const end = bytes.slice(listed + entry.length);
    new DataView(end.buffer).setUint16(10, 3, true);
    const bomb = (declaredBytes: number): Uint8Array<ArrayBuffer> => {
      new DataView(entry.buffer).setUint32(24, declaredBytes, true);
      return Uint8Array.from([...bytes.slice(0, listed), ...entry, ...entry, ...entry, ...end]);
    };
    await rejects(bomb(LIMITS.archiveBytes / 2 - 1), 'too-large');
    const { files, failed = [] } = (await unpack(bomb(1000))) ?? {};
    expect(files).toEqual([]);
    expect(failed.map(({ error }) => error.code)).toEqual(['corrupt', 'corrupt', 'corrupt']);
  });
});
