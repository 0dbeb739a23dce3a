import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** What a visitor waits for on a slow connection before anything can be dropped: HTML, script and style. */
export const FIRST_LOAD_LIMIT_BYTES = 60_000;

interface ManifestChunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

export interface FirstLoad {
  readonly files: readonly { readonly file: string; readonly gzipBytes: number }[];
  readonly gzipBytes: number;
}

/** The page, its entry script, all that the entry imports statically, and their styles, each gzipped alone. */
export async function measureFirstLoad(page = 'index.html'): Promise<FirstLoad> {
  const manifest = JSON.parse(await readFile(join(DIST, '.vite/manifest.json'), 'utf8')) as Readonly<
    Record<string, ManifestChunk>
  >;
  const names = new Set([page]);
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`The build has no ${key}.`);
    if (names.has(chunk.file)) return;
    names.add(chunk.file);
    for (const style of chunk.css ?? []) names.add(style);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  visit(page);
  const files = await Promise.all(
    [...names].map(async (file) => ({ file, gzipBytes: gzipSync(await readFile(join(DIST, file))).length })),
  );
  return { files, gzipBytes: files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0) };
}
