import { parseArgs } from 'node:util';
import { evaluateAnswers } from './answers-command.ts';
import { evaluateChunking } from './chunking-command.ts';
import { evaluateDocuments } from './documents-command.ts';
import { evaluateFusion } from './fusion-command.ts';
import { evaluateRetrieval } from './retrieval-command.ts';

const USAGE = `Measures quality with the app's own core and model, in a headless browser.

usage: npm run eval -- DIR [DIR ...] [options]      retrieval sets: nDCG@10 with intervals, recall@100
       npm run eval -- --documents DIR [options]    whole documents: right paragraph, right sentence, refusals
       npm run eval -- --answers DIR [options]      the same documents, cross-validated: refusals, citations
       npm run eval -- --chunking DIR [DIR ...]     ways to cut documents, and to order copies of passages
       npm run eval -- --fusion DIR [DIR ...]       weights of keywords, each set's chosen by the others

  A retrieval set holds corpus.jsonl ({"id","text"} a line, "title" allowed), queries.jsonl ({"id","text"}) and
  qrels.tsv (query-id, corpus-id, score, with a header line); meta.json may name a "corpus" file relative to
  itself. A set of documents holds files/, qa-*.jsonl ({"id","lang","question","answers","gold_file",
  "gold_text"}) and unanswerable.jsonl ({"id","question"}). --chunking takes both: paragraphs of a retrieval set
  become articles of five, and a set "DIR-sent" beside it names the sentence that answers. --chunking, --fusion and
  --native embed on a native onnxruntime: Python's, which SATCHEL_PYTHON names, or npm's.

  --runs FOLDER     where rankings are written, {"id","hits"} a line (default bench/results/runs)
  --scorer FILE     have them scored by a Python script too, which is to say the same
  --native          embed retrieval sets on the native onnxruntime, and scan their vectors in Node
  --retriever NAME  hybrid (default), dense or keyword: what --documents asks with
  --embedder ID     id of an embedder (default multilingual-e5-small)
  --index ID        flat (default) or voy
  --evidence FILE   with --answers: keep what was collected there, or take it from there
  --json            print the scores of retrieval sets as JSON
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    documents: { type: 'string' },
    answers: { type: 'string' },
    chunking: { type: 'boolean', default: false },
    evidence: { type: 'string' },
    fusion: { type: 'boolean', default: false },
    runs: { type: 'string', default: 'bench/results/runs' },
    scorer: { type: 'string' },
    native: { type: 'boolean', default: false },
    retriever: { type: 'string', default: 'hybrid' },
    embedder: { type: 'string', default: 'multilingual-e5-small' },
    index: { type: 'string', default: 'flat' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const {
  documents,
  answers,
  chunking,
  fusion,
  evidence,
  runs,
  scorer,
  native,
  retriever,
  embedder,
  index,
  json,
} = values;
const isRetriever = (name: string): name is 'hybrid' | 'dense' | 'keyword' =>
  ['hybrid', 'dense', 'keyword'].includes(name);

if (values.help) {
  console.log(USAGE);
} else if (documents !== undefined && isRetriever(retriever)) {
  await evaluateDocuments(documents, { retriever, embedder, index });
} else if (answers !== undefined && isRetriever(retriever)) {
  await evaluateAnswers(answers, { retriever, embedder, index }, evidence);
} else if (chunking && positionals.length > 0) {
  await evaluateChunking(positionals);
} else if (fusion && positionals.length > 0) {
  await evaluateFusion(positionals);
} else if (positionals.length > 0) {
  await evaluateRetrieval({ folders: positionals, runs, scorer, embedder, index, native, json });
} else {
  console.log(USAGE);
  process.exitCode = 2;
}
