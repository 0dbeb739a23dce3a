import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['src', 'workers', 'public', 'scripts/build', 'index.html', 'headless.html'];
const SETTINGS = ['vite.config.ts', 'package-lock.json'];
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
/** Written last, so its age is that of a build that went through. */
const LAST_OUTPUT = join(ROOT, 'dist/sw.js');

/** Builds the app when a source is newer than `dist`. @throws what the build throws. */
export async function ensureBuilt(): Promise<void> {
  if (await isFresh()) return;
  // A process of its own: under Vitest NODE_ENV is 'test', and the output would be a development build.
  await promisify(execFile)(process.execPath, [VITE, 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
  });
}

async function isFresh(): Promise<boolean> {
  if (!existsSync(LAST_OUTPUT)) return false;
  const built = (await stat(LAST_OUTPUT)).mtimeMs;
  const times = await Promise.all([...SOURCES, ...SETTINGS].map((path) => newest(join(ROOT, path))));
  return Math.max(...times) < built;
}

/** The latest change under a path; tests are no part of the build. 0 when there is nothing. */
async function newest(path: string): Promise<number> {
  if (!existsSync(path) || /\.(test|contract)\.ts$/.test(path)) return 0;
  const info = await stat(path);
  if (!info.isDirectory()) return info.mtimeMs;
  const children = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))));
  return Math.max(info.mtimeMs, ...children);
}
