import { SatchelError, toSatchelError, type ErrorCode, type ErrorDetails } from '../../errors.ts';

interface Meaning {
  readonly says: RegExp;
  readonly code: ErrorCode;
  /** Of what the expression captures; where absent, the error is about the model's files. */
  readonly details?: (captured: readonly (string | undefined)[]) => ErrorDetails;
}

const NO_DETAILS = (): ErrorDetails => ({});

/**
 * What the package says, and the runtime below it (TVM), and what it means. Names of classes do not help: the
 * package exports but one of its own, and what comes from TVM is a plain Error, or a string.
 */
const MEANINGS: readonly Meaning[] = [
  {
    says: /number of prompt tokens: (\d+); context window size: (\d+)/,
    code: 'context-overflow',
    details: ([tokens, contextWindow]) => ({ tokens: Number(tokens), contextWindow: Number(contextWindow) }),
  },
  {
    says: /^Unable to find a compatible GPU|^WebGPU is not supported in your current environment/,
    code: 'webgpu-unavailable',
    details: NO_DETAILS,
  },
  {
    says: /requires (?:WebGPU extension|feature) ([\w-]+)|because of requested (max\w+)/,
    code: 'webgpu-feature-missing',
    details: ([feature, limit]) => ({ feature: feature ?? limit ?? '' }),
  },
  {
    // When the device is lost the package unloads the model and disposes of its objects, and says so only at the
    // end of a load. A load in its download is aborted with the string as reason.
    says: /WebGPU device was lost|^Model not loaded before|already been disposed|^Engine\.unload\(\) is called/,
    code: 'gpu-lost',
    details: NO_DETAILS,
  },
  {
    // By browser: an import from a module that the package does not have. Chromium, Firefox and Safari.
    says: /^WebAssembly\.instantiate\(\): Import|^import object field|^import \S+ must be/,
    code: 'chat-library-mismatch',
  },
  {
    says: /in exports$|exports\.\w+ is not a function|^Cannot find (?:global function|required VM function)|^Cannt detect wasm memory|^Invalid (?:hybrid|rnn_state|kv_cache) ABI|kv_state_kind/,
    code: 'chat-library-mismatch',
  },
  {
    says: /Cannot find parameter in cache|exceeds shard size|^Invalid tensor-cache|^Packed BF16|^Cannot handle tokenizer files/,
    code: 'model-mismatch',
  },
  { says: /^Cannot fetch /, code: 'model-unreachable' },
];

/** What the browser throws for a library that is no WASM, or one with imports that the package does not have. */
const LIBRARY_ERRORS: readonly string[] = ['CompileError', 'LinkError'];

/**
 * Anything that the package throws, as a coded error. A DOM `AbortError` is a lost GPU, for nobody else aborts
 * what the GPU does: a buffer that is being read gives it (Chromium: "The Device was lost before mapping was
 * resolved"). Who aborts by a signal has to ask the signal first.
 *
 * @param files of the model, for errors that are about them.
 */
export function fromWebLlm(error: unknown, files: ErrorDetails): SatchelError {
  if (error instanceof SatchelError) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'AbortError') return new SatchelError('gpu-lost', {}, error);
  const aboutFiles = { ...files, reason: message };
  if (LIBRARY_ERRORS.includes(name)) return new SatchelError('chat-library-mismatch', aboutFiles, error);
  for (const { says, code, details } of MEANINGS) {
    const match = says.exec(message);
    if (match) return new SatchelError(code, details ? details(match.slice(1)) : aboutFiles, error);
  }
  return toSatchelError(error, 'chat-failed');
}
