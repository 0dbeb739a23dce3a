import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { NEVER_LOADED } from './open-index-page.ts';
import { scanKernel } from '../../scripts/build/scan-kernel.ts';
import type { CodeSize } from './index-report.ts';

/** What a visitor would load for a library alone: its code, minified, and its WebAssembly, each gzipped alone. */
export async function codeSize(entry: string): Promise<CodeSize> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [scanKernel()],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      modulePreload: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        external: NEVER_LOADED,
        input: fileURLToPath(new URL(`../../${entry}`, import.meta.url)),
        // An entry that exports nothing would be left with nothing.
        preserveEntrySignatures: 'strict',
      },
    },
  });
  const outputs = Array.isArray(built) ? built : 'output' in built ? [built] : [];
  const files = outputs
    .flatMap(({ output }) => output)
    .map((file) => Buffer.from(file.type === 'chunk' ? file.code : file.source));
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  return {
    bytes: sum(files.map(({ length }) => length)),
    gzipBytes: sum(files.map((file) => gzipSync(file).length)),
  };
}
