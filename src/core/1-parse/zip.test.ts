import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { parseFile } from './parse-file.ts';
import { makeDocx, paragraph } from './sample-files.ts';
import { unpackFile } from './unpack-file.ts';

const { signal } = new AbortController();
type Bytes = Uint8Array<ArrayBuffer>;
const join = (...parts: readonly Uint8Array[]): Bytes => Uint8Array.from(Buffer.concat(parts));
const littleEndian = (...fields: readonly (readonly [bytes: 2 | 4 | 8, value: number])[]): Bytes =>
  join(
    ...fields.map(([size, value]) => {
      const field = Buffer.alloc(8);
      field.writeBigUInt64LE(BigInt(value));
      return field.subarray(0, size);
    }),
  );

/** The same zip with its numbers in 64 bits, as programs write it that do not know how much will come. */
function toZip64(zip: Uint8Array): Bytes {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const end = zip.length - 22;
  const [count, start] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
  const entries: Bytes[] = [];
  for (let n = 0, at = start; n < count; n++) {
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const numbers = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
    const head = Buffer.from(zip.subarray(at, nameEnd));
    for (const offset of [20, 24, 42]) head.writeUInt32LE(0xffffffff, offset);
    head.writeUInt16LE(4 + 12 + 24, 30);
    const other = littleEndian([2, 0x5455], [2, 4], [4, 0]).subarray(0, 8);
    const extra = littleEndian([2, 1], [2, 24], ...numbers.map((value) => [8, value] as const));
    entries.push(join(head, extra, other, Buffer.alloc(4)));
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const directory = join(...entries);
  const end64 = littleEndian(
    ...[[4, 0x06064b50] as const, [8, 44] as const, [2, 45] as const, [2, 45] as const, [4, 0] as const],
    ...[[4, 0] as const, [8, count] as const, [8, count] as const, [8, directory.length] as const],
    [8, start],
  );
  const locator = littleEndian([4, 0x07064b50], [4, 0], [8, start + directory.length], [4, 1]);
  const none = [4, 0xffffffff] as const;
  const last = littleEndian([4, 0x06054b50], [4, 0], [2, 0xffff], [2, 0xffff], none, none, [2, 0]);
  return join(zip.subarray(0, start), directory, end64, locator, last);
}

const archive = Uint8Array.from(
  zipSync({ 'a.txt': strToU8('One.'), 'b/c.txt': [strToU8('Two. '.repeat(50)), { level: 9 }] }),
);
const docx = makeDocx(paragraph('The tide is high.'));
const program = strToU8('MZ\x90\0 a program that unpacks what follows');

async function unpacked(bytes: Bytes): Promise<string[]> {
  const { files = [] } = (await unpackFile(new Blob([bytes]), 'files.zip', signal)) ?? {};
  return Promise.all(files.map(async ({ file, name }) => `${name}: ${(await file.text()).slice(0, 4)}`));
}
const textOf = async (bytes: Bytes): Promise<string> =>
  (await parseFile(new Blob([bytes]), 'tide.docx', signal)).text;

test.each<readonly [string, (zip: Bytes) => Bytes]>([
  ['with a directory of 64 bits', toZip64],
  ['with bytes before it that it does not count', (zip) => join(program, zip)],
  ['with both', (zip) => join(program, toZip64(zip))],
  ['with a comment behind', (zip) => join(zip.subarray(0, -2), littleEndian([2, 3]), strToU8('end'))],
])('a zip %s is read, as an archive and as a document', async (_, change) => {
  expect(await unpacked(change(archive))).toEqual(['a.txt: One.', 'c.txt: Two.']);
  expect(await textOf(change(docx))).toBe('The tide is high.');
});

test('numbers of 64 bits that lead nowhere are damage', async () => {
  const bytes = toZip64(docx);
  const view = new DataView(bytes.buffer);
  const extra = Buffer.from(bytes).indexOf(Buffer.from([1, 0, 24, 0]));
  for (const at of [extra + 4, extra + 12, extra + 20]) {
    const damaged = bytes.slice();
    damaged.fill(0x7f, at, at + 8);
    await expect(textOf(damaged)).rejects.toMatchObject({ code: expect.stringMatching(/corrupt|too-large/) });
  }
  // Its header ends amid the numbers.
  view.setUint16(extra + 2, 8, true);
  await expect(textOf(bytes)).rejects.toMatchObject({ code: 'corrupt' });
});
