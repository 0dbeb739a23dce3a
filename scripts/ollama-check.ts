import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs what every chat engine and every embedder promises against a real Ollama; chat by its own protocol and by
 * OpenAI's. The node tests do the same against servers of their own; this one tells when Ollama has changed. One
 * of the two models is enough.
 */
const USAGE =
  'usage: OLLAMA_HOST=localhost:11434 OLLAMA_MODEL=qwen3:0.6b OLLAMA_EMBED_MODEL=bge-m3 npx tsx scripts/ollama-check.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** The variable that each needs to run at all. */
const TESTS = {
  OLLAMA_MODEL: 'src/core/7-answer/real-ollama.test.ts',
  OLLAMA_EMBED_MODEL: 'src/core/3-embed/real-ollama.test.ts',
};

const tests = Object.entries(TESTS).flatMap(([variable, test]) => (process.env[variable] ? [test] : []));
if (!process.env['OLLAMA_HOST'] || tests.length === 0) {
  console.error(USAGE);
  process.exit(2);
}
const { status } = spawnSync(join(ROOT, 'node_modules/.bin/vitest'), ['run', '--project=node', ...tests], {
  cwd: ROOT,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
