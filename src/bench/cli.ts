import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { benchChat } from './chat-command.ts';
import { benchEmbed } from './embed-command.ts';
import { PYTHON_VARIABLE } from './python-runtime.ts';
import { benchSearch } from './search-command.ts';

const USAGE = `Measures speed with the app's own core and model, in a headless browser, next to references in the same run.

usage: npm run bench -- embed [options]     chunks per second in the app's worker, against native onnxruntime
                                            and against a naive loop; time to embed a question
       npm run bench -- search [options]    search without embedding the question, for each index, and reopening
                                            a stored collection
       npm run bench -- chat [options]      tokens per second of the browser's own engine, against the library
                                            alone; first token, second question, stop; tasks of the page while
                                            an answer is written

  --chunks N     texts to embed (default 48), chunks to search (default 10000)
  --rounds N     how often each is measured, in turns (default 5 for search, 3 for the others)
  --json FILE    write the figures to a file as well

  What chat measures with, SmolLM2 135M, comes from the hub (HF_ENDPOINT names another) or PyPI, and is kept.

  ${PYTHON_VARIABLE} names a Python that has onnxruntime and numpy; without one that has, the native runtime comes
  from npm's onnxruntime-node, fetched once into node_modules/.cache.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    chunks: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** NaN for what is no whole number from 1 up. */
const whole = (text: string | undefined, fallback: number): number => {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value >= 1 ? value : NaN;
};

const COMMANDS = {
  embed: () => ({ run: benchEmbed, chunks: whole(values.chunks, 48), rounds: whole(values.rounds, 3) }),
  // It has no chunks.
  chat: () => ({ run: benchChat, chunks: 1, rounds: whole(values.rounds, 3) }),
  search: () => ({ run: benchSearch, chunks: whole(values.chunks, 10_000), rounds: whole(values.rounds, 5) }),
};
const [name = ''] = positionals;
const command = name === 'chat' || name === 'embed' || name === 'search' ? COMMANDS[name]() : undefined;

if (values.help) {
  console.log(USAGE);
} else if (command && positionals.length === 1 && command.chunks > 0 && command.rounds > 0) {
  const report = await command.run(command);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
} else {
  console.log(USAGE);
  process.exitCode = 2;
}
