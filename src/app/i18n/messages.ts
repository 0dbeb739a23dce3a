import type { ErrorCode, ErrorDetails } from '../../core/errors.ts';
import type { Language, ParseWarning } from '../../core/types.ts';
import type { en } from './en.ts';

/** English sets the keys and the arguments; a language that lacks one, or an error code, does not compile. */
export type Messages = typeof en;

/** What happened, and what a person can do about it. */
export interface ErrorText {
  readonly what: string;
  readonly remedy: string;
  /** A line to be typed into a terminal, shown as such. */
  readonly command?: string;
}

/** Where the error happened: the file it names, and the page that must be allowed to call a local server. */
export interface ErrorPlace {
  readonly file?: string;
  readonly origin: string;
  readonly isWindows: boolean;
}

export type ErrorMessages = Readonly<
  Record<ErrorCode, (details: ErrorDetails, place: ErrorPlace) => ErrorText>
>;

export type WarningMessages = Readonly<Record<ParseWarning['code'], (details: ErrorDetails) => string>>;

/** The languages themselves, each under its own name. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

/** A detail as text; `fallback` where the error does not carry it. */
export const detail = (details: ErrorDetails, name: string, fallback = ''): string =>
  name in details ? String(details[name]) : fallback;

/** The line that starts Ollama so that it answers this page. */
export const ollamaCommand = ({ origin, isWindows }: ErrorPlace): string =>
  isWindows ? `$env:OLLAMA_ORIGINS="${origin}"; ollama serve` : `OLLAMA_ORIGINS=${origin} ollama serve`;

/**
 * The line that joins the files of a model. It is to be pasted into a shell, so the file's own name, which may hold
 * anything, is not in it.
 */
export const mergeCommand = (details: ErrorDetails): string =>
  `llama-gguf-split --merge model-00001-of-${detail(details, 'parts').padStart(5, '0')}.gguf model.gguf`;

/** What the binary formats of Office are saved as to be read here, by the type that the parser names. */
export const OLD_OFFICE: Readonly<Record<string, string>> = {
  doc: '.docx',
  xls: '.xlsx',
  xlsb: '.xlsx',
  ppt: '.pptx',
};
