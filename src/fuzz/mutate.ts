import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Random } from '../bench/random.ts';

type Bytes = Uint8Array<ArrayBuffer>;
/** @param other a file of the same kind, or another one, to take pieces from. */
type Mutation = (bytes: Bytes, random: Random, other: Bytes) => Bytes;

const MAX_BYTES = 4 * 2 ** 20;
const below = (limit: number, random: Random): number => Math.floor(random() * limit);
const pick = <T>(all: readonly T[], random: Random): T => all[below(all.length, random)] as T;
const join = (...parts: readonly Uint8Array[]): Bytes => {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

/** A piece of at most `longest` bytes: most are short, since a large hole leaves nothing to be read. */
function range(length: number, random: Random, longest = length): readonly [start: number, end: number] {
  const start = below(length, random);
  return [start, Math.min(length, start + 1 + Math.floor(random() ** 4 * longest))];
}

/** What lengths, counts and offsets are seldom tried with. */
const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
/** What text formats give a meaning to, alone, in excess, or where it does not belong. */
const TOKENS = [
  ...'<>&"\'[](){}|,;:=#*_`~\\/%\r\n\t\0'.split(''),
  ...['<!--', '-->', '<![CDATA[', ']]>', '<?xml', '<!DOCTYPE', '&#x110000;', '&#0;', '&amp;', '</', '/>'],
  ...['\ufeff', '\u202e', '\ud800', '\ufffd', '𠮷', '```', '---\n', '\r\n\r\n', '=?utf-8?B?', '=\n', '--'],
  ...['-1', '1e308', '99999999999999999999', 'NaN', '__proto__', 'constructor', 'endobj', 'endstream', 'R'],
];
const MANY = 2000;

const BYTE_MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const copy = bytes.slice();
    for (let n = 1 + below(16, random); n > 0; n--) {
      const at = below(copy.length, random);
      copy[at] = (copy[at] ?? 0) ^ (1 << below(8, random));
    }
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.slice(0, below(bytes.length, random));
  },
  function cutOut(bytes, random) {
    const [start, end] = range(bytes.length, random);
    return join(bytes.subarray(0, start), bytes.subarray(end));
  },
  function repeat(bytes, random) {
    const [start, end] = range(bytes.length, random, 4096);
    const times = 1 + Math.floor(random() ** 3 * MANY);
    const piece = bytes.subarray(start, end);
    return join(bytes.subarray(0, end), ...Array<Bytes>(times).fill(piece), bytes.subarray(end));
  },
  function splice(bytes, random, other) {
    const [start, end] = range(other.length, random);
    const at = below(bytes.length, random);
    return join(bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at));
  },
  function overwrite(bytes, random) {
    const copy = bytes.slice();
    const [start, end] = range(copy.length, random, 512);
    const value = below(256, random);
    for (let at = start; at < end; at++) copy[at] = random() < 0.5 ? below(256, random) : value;
    return copy;
  },
  function setNumber(bytes, random) {
    const copy = join(bytes, new Uint8Array(4));
    const view = new DataView(copy.buffer);
    for (let n = 1 + below(4, random); n > 0; n--) {
      const at = below(bytes.length, random);
      if (random() < 0.5) view.setUint16(at, pick(EXTREMES, random) & 0xffff, random() < 0.7);
      else view.setUint32(at, pick(EXTREMES, random), random() < 0.7);
    }
    return copy.slice(0, bytes.length);
  },
];

const TEXT_MUTATIONS: readonly Mutation[] = [
  function insertToken(bytes, random) {
    const at = below(bytes.length, random);
    const times = random() < 0.2 ? below(MANY, random) : 1 + below(3, random);
    return join(bytes.subarray(0, at), strToU8(pick(TOKENS, random).repeat(times)), bytes.subarray(at));
  },
  function changeNumber(bytes, random) {
    const text = strFromU8(bytes, true);
    const numbers = [...text.matchAll(/\d+/g)];
    if (numbers.length === 0) return bytes;
    const { index, 0: old } = pick(numbers, random);
    const value = random() < 0.2 ? '-1' : String(pick([...EXTREMES, 1e6, 1048576, 16384], random));
    return strToU8(text.slice(0, index) + value + text.slice(index + old.length), true) as Bytes;
  },
  function dropTag(bytes, random) {
    const text = strFromU8(bytes, true);
    const tags = [...text.matchAll(/<[^<>]{0,200}>/g)];
    if (tags.length === 0) return bytes;
    const { index, 0: tag } = pick(tags, random);
    const nested = random() < 0.3 ? tag.repeat(below(MANY, random)) : '';
    return strToU8(text.slice(0, index) + nested + text.slice(index + tag.length), true) as Bytes;
  },
  function moveLine(bytes, random) {
    const lines = strFromU8(bytes, true).split('\n');
    const [line] = lines.splice(below(lines.length, random), 1);
    lines.splice(below(lines.length + 1, random), 0, ...Array<string>(1 + below(3, random)).fill(line ?? ''));
    return strToU8(lines.join('\n'), true) as Bytes;
  },
];

/** Changes what is in a zip, and packs it again: the damage reaches the parser behind the unpacking. */
function mutateEntries(bytes: Bytes, random: Random, other: Bytes): Bytes {
  const entries = unzipSync(bytes);
  const names = Object.keys(entries);
  if (names.length === 0) return bytes;
  const name = pick(names, random);
  const content = new Uint8Array(entries[name] ?? []);
  const kind = random();
  if (kind < 0.08) delete entries[name];
  else if (kind < 0.14) entries[name] = entries[pick(names, random)] ?? content;
  else if (kind < 0.18) entries[pick(names, random)] = new Uint8Array();
  else entries[name] = mutatePlain(content.length > 0 ? content : (strToU8('<a/>') as Bytes), random, other);
  return new Uint8Array(zipSync(entries, { level: 1 }));
}

function mutatePlain(bytes: Bytes, random: Random, other: Bytes): Bytes {
  let changed = bytes;
  for (let n = 1 + below(3, random); n > 0 && changed.length > 0; n--) {
    changed = pick(random() < 0.5 ? BYTE_MUTATIONS : TEXT_MUTATIONS, random)(changed, random, other);
  }
  return changed.slice(0, MAX_BYTES);
}

const isZip = ([p, k]: Uint8Array): boolean => p === 0x50 && k === 0x4b;

/** A damaged copy of a file; the same for the same state of `random`. */
export function mutate(bytes: Bytes, random: Random, other: Bytes): Bytes {
  if (isZip(bytes) && random() < 0.8) {
    try {
      return mutateEntries(bytes, random, other);
    } catch {
      // Packed in a way that this library does not read.
    }
  }
  return mutatePlain(bytes, random, other);
}
