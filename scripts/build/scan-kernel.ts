import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const FOLDER = fileURLToPath(new URL('../../src/core/4-index/kernel/', import.meta.url));
const ID = 'virtual:scan-kernel';
/** A resolved id that no other plugin takes for a file. */
const RESOLVED = `\0${ID}`;

/**
 * `import kernel from 'virtual:scan-kernel'`: the WebAssembly of the index, compiled from its source by
 * AssemblyScript. A few kilobytes, so it is part of the code that uses it, in the browser and in Node alike.
 */
export const scanKernel = (): Plugin => ({
  name: 'satchel:scan-kernel',
  resolveId: (id) => (id === ID ? RESOLVED : null),
  async load(id) {
    if (id !== RESOLVED) return null;
    for (const name of readdirSync(FOLDER)) this.addWatchFile(join(FOLDER, name));
    const bytes = Buffer.from(await compile()).toString('base64');
    return `export default Uint8Array.from(atob('${bytes}'), (character) => character.charCodeAt(0));`;
  },
});

async function compile(): Promise<Uint8Array> {
  // Loaded for a build alone: the compiler is large.
  const { default: asc } = await import('assemblyscript/asc');
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      join(FOLDER, 'index.ts'),
      '--outFile',
      'scan.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--enable',
      'simd',
    ],
    {
      writeFile: (_name, contents) => {
        if (typeof contents !== 'string') binary = contents;
      },
    },
  );
  if (error || !binary) throw new Error(`The kernel of the index does not compile.\n${stderr.toString()}`);
  return binary;
}
