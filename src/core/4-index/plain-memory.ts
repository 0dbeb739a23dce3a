export const PAGE_BYTES = 65_536;

/** A memory such as `WebAssembly.Memory`, with views of all of it. */
export class PlainMemory {
  buffer = new ArrayBuffer(PAGE_BYTES);
  bytes = new Int8Array(this.buffer);
  words16 = new Int16Array(this.buffer);
  words32 = new Int32Array(this.buffer);
  floats = new Float32Array(this.buffer);
  view = new DataView(this.buffer);

  /**
   * By half at least, so that copying it again and again stays in proportion.
   * @returns pages before. @throws RangeError when the engine gives no more.
   */
  grow(pages: number): number {
    const before = this.buffer.byteLength / PAGE_BYTES;
    const buffer = new ArrayBuffer(Math.max(before + pages, Math.ceil(before * 1.5)) * PAGE_BYTES);
    new Int8Array(buffer).set(this.bytes);
    this.buffer = buffer;
    this.bytes = new Int8Array(buffer);
    this.words16 = new Int16Array(buffer);
    this.words32 = new Int32Array(buffer);
    this.floats = new Float32Array(buffer);
    this.view = new DataView(buffer);
    return before;
  }
}
