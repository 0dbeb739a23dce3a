import type { RegistryLine } from '../registry.ts';
import type { ParsedDocument } from '../types.ts';

/** A file whose kind has been decided by its bytes first and its name second. */
export interface ParserInput {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string;
}

export interface DocumentParser {
  /**
   * @throws SatchelError `no-text`, `encrypted`, `corrupt`, `too-large`, `binary` or `aborted`. A parser never
   * returns a document without text.
   */
  parse(input: ParserInput, signal: AbortSignal): Promise<ParsedDocument>;
}

export interface ParserLine extends RegistryLine<DocumentParser> {
  /** Lower-case, without the dot. */
  readonly extensions: readonly string[];
  readonly mediaTypes: readonly string[];
}
