import { SatchelError } from '../../errors.ts';

/** What a GGUF file says of itself that matters before it is kept or loaded. */
export interface GgufFacts {
  /** Tokens of prompt and answer together that the model was trained on; absent where the file does not say. */
  readonly contextLength?: number;
  /** Without one llama.cpp writes prompts in ChatML, which such a model has never seen. */
  readonly hasChatTemplate: boolean;
  /** Files that the model is split into, this one among them. */
  readonly shards: number;
}

const MAGIC = 0x46554747; // "GGUF", little-endian
/** llama.cpp reads no other: lengths of version 1 have 32 bits. A big-endian 3 is another number. */
const VERSIONS = [2, 3];

const UINT16 = 2;
const UINT32 = 4;
const STRING = 8;
const ARRAY = 9;
const BYTES_OF_TYPE: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

/** SmolLM2 has 33. */
const MAX_KEYS = 10_000;
/** Of a key, and of a value that is read. The format's own limit for keys. */
const MAX_TEXT_BYTES = 65_535;
/** SmolLM2's metadata take 36 bytes for each token of its vocabulary: this is room for 1.8 million. */
const MAX_METADATA_BYTES = 64 * 1024 * 1024;
const WINDOW_BYTES = 256 * 1024;

/**
 * Reads the metadata at the start of a file and skips what is long in it, the vocabulary.
 *
 * @param name of the file, for errors.
 * @throws SatchelError `not-gguf` {file, reason}.
 */
export async function readGgufFacts(file: Blob, name: string): Promise<GgufFacts> {
  const refuse = (reason: string): SatchelError => new SatchelError('not-gguf', { file: name, reason });
  const reader = new MetadataReader(file, refuse);
  if ((await reader.uint32()) !== MAGIC) throw refuse('no GGUF signature');
  if (!VERSIONS.includes(await reader.uint32())) throw refuse('another version');
  await reader.uint64(); // number of tensors
  const keys = await reader.uint64();
  if (keys > MAX_KEYS) throw refuse('too many metadata');

  let architecture = '';
  let hasChatTemplate = false;
  let shards = 1;
  // The architecture may come after the key that is named after it.
  const contextLengths = new Map<string, number>();
  for (let i = 0; i < keys; i++) {
    const key = await reader.text();
    const type = await reader.uint32();
    if (type === STRING && key === 'general.architecture') architecture = await reader.text();
    else if (type === STRING && key === 'tokenizer.chat_template')
      hasChatTemplate = (await reader.skipText()) > 0;
    else if (type === UINT32 && key.endsWith('.context_length'))
      contextLengths.set(key, await reader.uint32());
    else if (type === UINT16 && key === 'split.count') shards = Math.max(1, await reader.uint16());
    else await reader.skipValue(type);
  }
  if (reader.isBeyondEnd) throw refuse('cut off');
  const contextLength = contextLengths.get(`${architecture}.context_length`);
  return { hasChatTemplate, shards, ...(contextLength && { contextLength }) };
}

/** Goes forward through a file with a small window of it in memory, whatever lengths the file claims. */
class MetadataReader {
  readonly #file: Blob;
  readonly #refuse: (reason: string) => SatchelError;
  #window = new DataView(new ArrayBuffer(0));
  #windowStart = 0;
  #at = 0;

  constructor(file: Blob, refuse: (reason: string) => SatchelError) {
    this.#file = file;
    this.#refuse = refuse;
  }

  /** The last value that was skipped ends where there is no file any more. */
  get isBeyondEnd(): boolean {
    return this.#at > this.#file.size;
  }

  async uint16(): Promise<number> {
    await this.#hold(2);
    return this.#window.getUint16(this.#take(2), true);
  }

  async uint32(): Promise<number> {
    await this.#hold(4);
    return this.#window.getUint32(this.#take(4), true);
  }

  /** Exact up to 2^53; what is larger is longer than any file. */
  async uint64(): Promise<number> {
    await this.#hold(8);
    return this.#takeUint64();
  }

  async text(): Promise<string> {
    const length = await this.uint64();
    if (length > MAX_TEXT_BYTES) throw this.#refuse('a text that is too long');
    await this.#hold(length);
    return new TextDecoder().decode(new Uint8Array(this.#window.buffer, this.#take(length), length));
  }

  /** @returns its length in bytes. */
  async skipText(): Promise<number> {
    const length = await this.uint64();
    this.#skip(length);
    return length;
  }

  async skipValue(type: number): Promise<void> {
    if (type === STRING) await this.skipText();
    else if (type === ARRAY) await this.#skipArray();
    else this.#skip(this.#bytesOf(type));
  }

  async #skipArray(): Promise<void> {
    const type = await this.uint32();
    const length = await this.uint64();
    if (type !== STRING) {
      // Arrays of arrays are in the specification and in no file; llama.cpp refuses them too.
      this.#skip(length * this.#bytesOf(type));
      return;
    }
    // SmolLM2 has 98,000 texts, others ten times as many: with a wait for each they took 36 ms, so 8.
    for (let i = 0; i < length; i++) {
      if (this.#isShortOf(8)) await this.#load(8);
      this.#skip(this.#takeUint64());
    }
  }

  #skip(bytes: number): void {
    this.#at += bytes;
  }

  #bytesOf(type: number): number {
    const bytes = BYTES_OF_TYPE[type] ?? 0;
    if (bytes === 0) throw this.#refuse('an unknown type of value');
    return bytes;
  }

  async #hold(bytes: number): Promise<void> {
    if (this.#isShortOf(bytes)) await this.#load(bytes);
  }

  #isShortOf(bytes: number): boolean {
    return this.#at + bytes > this.#windowStart + this.#window.byteLength;
  }

  async #load(bytes: number): Promise<void> {
    const end = this.#at + bytes;
    if (end > this.#file.size) throw this.#refuse('cut off');
    if (end > MAX_METADATA_BYTES) throw this.#refuse('too many metadata');
    const window = this.#file.slice(this.#at, this.#at + Math.max(bytes, WINDOW_BYTES));
    this.#window = new DataView(await window.arrayBuffer());
    this.#windowStart = this.#at;
  }

  /** @returns where in the window the bytes are that were held. */
  #take(bytes: number): number {
    const offset = this.#at - this.#windowStart;
    this.#at += bytes;
    return offset;
  }

  #takeUint64(): number {
    const offset = this.#take(8);
    return this.#window.getUint32(offset, true) + this.#window.getUint32(offset + 4, true) * 2 ** 32;
  }
}
