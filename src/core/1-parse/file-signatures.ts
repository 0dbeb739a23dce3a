/** Types told by their first bytes; most of them no parser here reads. */
const SIGNATURES: readonly (readonly [type: string, start: RegExp])[] = [
  ['png', /^\x89PNG\r\n/],
  ['jpeg', /^\xff\xd8\xff/],
  ['gif', /^GIF8[79]a/],
  ['webp', /^RIFF.{4}WEBP/s],
  ['wav', /^RIFF.{4}WAVE/s],
  ['avi', /^RIFF.{4}AVI /s],
  ['tiff', /^(?:II\*\0|MM\0\*)/],
  ['psd', /^8BPS\0/],
  ['ico', /^\0\0\x01\0/],
  ['mp4', /^\0\0\0.ftyp/s],
  ['mp3', /^(?:ID3[\x02-\x04]|\xff\xfb)/],
  ['ogg', /^OggS\0/],
  ['flac', /^fLaC\0/],
  ['matroska', /^\x1aE\xdf\xa3/],
  ['gzip', /^\x1f\x8b\x08/],
  ['bzip2', /^BZh[1-9]1AY&SY/],
  ['xz', /^\xfd7zXZ\0/],
  ['zstd', /^\x28\xb5\x2f\xfd/],
  ['7z', /^7z\xbc\xaf'\x1c/],
  ['rar', /^Rar!\x1a\x07/],
  ['elf', /^\x7fELF/],
  ['exe', /^MZ[\x50\x78\x80\x90]\0/],
  ['wasm', /^\0asm/],
  ['class', /^\xca\xfe\xba\xbe/],
  ['mach-o', /^[\xce\xcf]\xfa\xed\xfe/],
  ['sqlite', /^SQLite format 3\0/],
  ['font', /^(?:wOFF|wOF2|OTTO|true|\0\x01\0\0)\0/],
  ['djvu', /^AT&TFORM/],
  ['mobi', /^.{60}BOOKMOBI/s],
  ['rtf', /^\{\\rtf/],
];

const HEAD_BYTES = 256;

/** The first bytes as a string of the same numbers. */
export const headOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));

export const startsWith = (bytes: Uint8Array, text: string, offset = 0): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
};

/** @returns -1 where they are not. */
export function indexOfBytes(bytes: Uint8Array, wanted: string): number {
  const first = wanted.charCodeAt(0);
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, wanted, at)) return at;
  }
  return -1;
}

/** @returns the type's usual name, undefined where the bytes are none of these. */
export function knownBinary(bytes: Uint8Array): string | undefined {
  const head = headOf(bytes);
  return SIGNATURES.find(([, start]) => start.test(head))?.[0];
}
