import { createWorker, OEM } from 'tesseract.js';
import { SatchelError } from '../../errors.ts';
import { paragraphsOf } from './ocr-text.ts';
import type { PageRecognizer } from './recognizer.ts';

/**
 * Both at once: documents mix them, and nobody has to say which. The first one is looked at first, and the other where
 * it is unsure: with English first, lines of Chinese were read as letters, and English pages no better.
 */
const LANGUAGES = ['chi_sim', 'eng'];

function asset(file: string): string {
  const base = import.meta.env.BASE_URL;
  // A relative base is relative to the page; this worker lies in the folder `assets` below it.
  const root = base.startsWith('.') ? '../' : base;
  return new URL(`${root}ocr/${file}`, globalThis.location.href).href;
}

const failed = (error: unknown): SatchelError =>
  new SatchelError('ocr-failed', { reason: error instanceof Error ? error.message : String(error) }, error);

/**
 * Tesseract in a worker of its own, all of it from our origin.
 * @throws SatchelError `ocr-failed`, such as where its files can't be fetched.
 */
export async function loadTesseract(): Promise<PageRecognizer> {
  const folder = asset('');
  const worker = await createWorker(LANGUAGES, OEM.LSTM_ONLY, {
    workerPath: asset('worker.min.js'),
    corePath: asset('tesseract-core-simd-lstm.wasm.js'),
    langPath: folder.replace(/\/$/, ''),
    // A blob would be outside the policy, and its own cache beside ours.
    workerBlobURL: false,
    cacheMethod: 'none',
    errorHandler: () => {},
  }).catch((error: unknown) => {
    throw failed(error);
  });
  return {
    async recognize(picture) {
      try {
        const { data } = await worker.recognize(picture, { rotateAuto: true }, { text: false, blocks: true });
        return { text: paragraphsOf(data.blocks ?? []), confidence: data.confidence };
      } catch (error) {
        throw failed(error);
      }
    },
    async dispose() {
      await worker.terminate();
    },
  };
}
