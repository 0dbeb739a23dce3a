/**
 * One table of error codes. A code is stable: the interface translates it, tests name it, and it survives
 * the worker boundary together with its details. The text here is for developers and logs; what a person
 * reads is in `src/app/i18n`.
 */
export const ERROR_TEXT = {
  // Documents
  'empty-file': 'The file has no content.',
  'no-text': 'The document holds no text that can be read (for example a scan made of pictures).',
  encrypted: 'The document is protected by a password.',
  corrupt: 'The document is damaged or cut off.',
  'wrong-type': 'The content of the file does not match its name.',
  'unsupported-type': 'No parser reads this type of file.',
  binary: 'The file is not text.',
  'too-large': 'The file, or what it unpacks to, is larger than the limit.',
  'archive-too-deep': 'The archive is inside of too many others.',
  'parse-timeout': 'Reading the document took longer than the limit.',
  'parse-failed': 'The parser failed on this document.',
  'ocr-failed': 'Text recognition could not be loaded, or failed on a page.',
  'ocr-found-nothing': 'No text was recognised on any of the pages.',
  // Pages of the web
  'web-offline': 'There is no network.',
  'web-refused': 'The server answers, but does not let this page read it (CORS).',
  'web-unreachable': 'No answer came that this page may read.',
  'web-not-found': 'The server has nothing at this address.',
  'web-failed': 'The server answered with an error.',
  'web-timeout': 'The server sent nothing for too long.',
  // Embedders
  'unknown-embedder': 'No embedder has this id.',
  'model-unreachable': 'No source had the model file, or none could be reached.',
  'model-mismatch': 'A model file does not have the expected SHA-256.',
  'embedding-failed': 'The embedder failed on this text.',
  'unknown-reranker': 'No reranker has this id.',
  'reranking-failed': 'The reranker failed on these passages.',
  'text-too-long': 'A text is longer than the embedder can read.',
  'ollama-unreachable': 'No Ollama server answers at the host.',
  'ollama-origin-refused': 'Ollama runs but refuses requests from this page.',
  'ollama-blocked': 'The browser blocks requests to the local network.',
  'ollama-model-missing': 'The Ollama host does not have the model.',
  'ollama-failed': 'The Ollama host answered with an error.',
  // Chat engines
  'unknown-chat-engine': 'No chat engine has this id.',
  'chat-unreachable': 'No server answers at the address of the chat engine.',
  'chat-key-refused': 'The server of the chat engine refuses the key.',
  'chat-model-missing': 'The chat engine does not have the model.',
  'chat-failed': 'The chat engine failed.',
  'not-gguf': 'The file is not a GGUF model, or damaged.',
  'not-a-chat-model': 'The model file has no chat template.',
  'model-in-parts': 'The model is split into several files.',
  'model-too-large': 'The model does not fit into the memory of the chat engine.',
  'context-overflow': 'The prompt does not fit into the context window of the model.',
  'webgpu-unavailable': 'The browser offers no GPU.',
  'webgpu-feature-missing': 'The GPU lacks a feature that the model needs.',
  'gpu-lost': 'The GPU dropped what it held, most often for want of memory.',
  'chat-library-mismatch': 'The compiled library of the model does not fit the runtime.',
  'prompt-api-unavailable': 'The browser has no language model of its own that it would run here.',
  'prompt-api-needs-click': 'The browser fetches its language model only after a click.',
  'prompt-api-language': 'The language model of the browser does not support the language.',
  'prompt-api-filtered': 'The browser withheld what its language model wrote.',
  // Index
  'unknown-index': 'No vector index has this id.',
  'dimension-mismatch': 'A vector has another number of dimensions than the index.',
  'invalid-vector': 'A vector holds NaN or infinity.',
  'index-full': 'The index cannot hold more chunks.',
  'index-corrupt': 'The saved index cannot be read.',
  'index-broken': 'The index failed and has to be rebuilt.',
  // Store
  'quota-exceeded': 'The disk space that the browser grants is used up.',
  'storage-unavailable': 'The browser gives this page no storage.',
  'storage-blocked': 'Another tab holds an older version of the database open.',
  'document-not-found': 'The document is not in the collection.',
  'fingerprint-mismatch': 'The collection was made by another embedding model.',
  'index-busy': 'Another tab is changing this collection.',
  // Boundary
  'worker-crashed': 'The worker ended while it was at work.',
  aborted: 'The operation was cancelled.',
  internal: 'An unexpected error.',
} as const;

export type ErrorCode = keyof typeof ERROR_TEXT;

/** Facts that a message may name: a file, a limit, a host. Structured-cloneable. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** What crosses the worker boundary and what is stored. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** For developers; never shown as it is. */
  readonly message: string;
}

export class SatchelError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(ERROR_TEXT[code], cause === undefined ? undefined : { cause });
    this.name = 'SatchelError';
    this.code = code;
    this.details = details;
  }
}

const isAbort = (error: unknown): boolean =>
  error instanceof Error && error.name === 'AbortError' && !(error instanceof SatchelError);

const isQuota = (error: unknown): boolean => error instanceof Error && error.name === 'QuotaExceededError';

/**
 * Any thrown value as a coded error. Aborts and full disks are told by their DOM names, whatever library
 * threw them; the rest becomes `fallback`.
 */
export function toSatchelError(error: unknown, fallback: ErrorCode = 'internal'): SatchelError {
  if (error instanceof SatchelError) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (isAbort(error)) return new SatchelError('aborted', {}, error);
  if (isQuota(error)) return new SatchelError('quota-exceeded', {}, error);
  return new SatchelError(fallback, { reason }, error);
}

/** For `catch`: undefined in place of an error with this code; any other is thrown on. */
export const unless =
  (code: ErrorCode) =>
  (error: unknown): undefined => {
    if (!(error instanceof SatchelError) || error.code !== code) throw error;
  };

export function toErrorData(error: unknown): ErrorData {
  const { code, details, message } = toSatchelError(error);
  return { code, details, message };
}

export const fromErrorData = ({ code, details }: ErrorData): SatchelError => new SatchelError(code, details);
