import type { ByteSource } from '../4-index/term-source.ts';
import type { LogFile } from './disk.ts';

/** A log file as bytes that are read here and there; `read` throws SatchelError `index-corrupt` beyond its end. */
export function logSource(file: LogFile, sizeBytes: number): ByteSource {
  let buffer = new Uint8Array(1 << 12);
  return {
    sizeBytes,
    read(start: number, end: number): Uint8Array {
      if (end - start > buffer.length) buffer = new Uint8Array(2 * (end - start));
      const view = buffer.subarray(0, end - start);
      file.read(start, view);
      return view;
    },
  };
}
