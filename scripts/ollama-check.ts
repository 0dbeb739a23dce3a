import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs what every chat engine promises against a real Ollama, by its own protocol and by OpenAI's. The node tests
 * do the same against servers of their own; this one tells when Ollama has changed.
 */
const USAGE = 'usage: OLLAMA_HOST=localhost:11434 OLLAMA_MODEL=qwen3:0.6b npx tsx scripts/ollama-check.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TEST = 'src/core/7-answer/real-ollama.test.ts';

if (!process.env['OLLAMA_HOST'] || !process.env['OLLAMA_MODEL']) {
  console.error(USAGE);
  process.exit(2);
}
const { status } = spawnSync(join(ROOT, 'node_modules/.bin/vitest'), ['run', '--project=node', TEST], {
  cwd: ROOT,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exit(status ?? 1);
