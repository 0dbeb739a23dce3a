import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { AskEvent, IngestEvent } from '../src/core/service.ts';
import type { Headless } from '../src/headless/main.ts';
import { openHeadlessApp } from './headless.ts';

const USAGE = `Adds files to an empty collection of the built app, in a headless browser, and asks about them.

usage: npm run ask -- FILES... --question TEXT [--question TEXT ...] [options]

  --question TEXT   what to ask; may be repeated
  --k N             passages to return (default 8)
  --retriever NAME  hybrid (default), dense or keyword
  --embedder ID     id of an embedder (default multilingual-e5-small)
  --index ID        flat (default) or voy
  --json            one JSON object on standard output: see the README
`;

declare const window: { satchel: Headless };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    question: { type: 'string', multiple: true, default: [] },
    k: { type: 'string', default: '8' },
    retriever: { type: 'string' },
    embedder: { type: 'string' },
    index: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

type FileReport =
  | { file: string; status: 'ready' | 'duplicate'; document: object }
  | { file: string; status: 'failed'; error: object }
  | { file: string; status: 'cancelled' };

function fileReport(event: IngestEvent): FileReport {
  const file = event.name;
  if (event.type === 'ready' || event.type === 'duplicate')
    return { file, status: event.type, document: event.document };
  if (event.type === 'failed') return { file, status: 'failed', error: event.error };
  return { file, status: 'cancelled' };
}

/** `n` is the number that citations refer to. */
function questionReport(question: string, events: readonly AskEvent[]) {
  const found = events.find((event) => event.type === 'passages');
  const answered = events.find((event) => event.type === 'answer');
  const passages = (found?.passages ?? []).map((passage, i) => ({ n: i + 1, ...passage }));
  return {
    question,
    answer: answered?.answer,
    passages,
    timings: {
      passagesMs: Math.round(found?.elapsedMs ?? 0),
      answerMs: Math.round(answered?.elapsedMs ?? 0),
    },
  };
}

function print({ question, answer, passages }: ReturnType<typeof questionReport>): void {
  console.log(`\n? ${question}`);
  if (answer?.type === 'extractive') {
    for (const { text, citation } of answer.sentences) console.log(`  ${text} [${citation.n}]`);
  } else {
    console.log(answer?.language === 'zh' ? '  文档中没有找到答案。' : '  Not found in the documents.');
  }
  for (const { n, documentName, page, start, end, text } of passages) {
    const place = page === undefined ? `${start}-${end}` : `page ${page}, ${start}-${end}`;
    console.log(`  [${n}] ${documentName} (${place}) ${text.slice(0, 100).replaceAll('\n', ' ')}`);
  }
}

if (values.help || positionals.length === 0 || values.question.length === 0) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const app = await openHeadlessApp({ onMessage: (message) => process.stderr.write(`${message}\n`) });
try {
  const { retriever, embedder, index } = values;
  const settings = {
    ...(retriever && { retriever }),
    ...(embedder && { embedder }),
    ...(index && { index }),
  };
  await app.page.evaluate(
    (changes) => window.satchel.open(changes as Parameters<Headless['open']>[0]),
    settings,
  );
  await app.page.setInputFiles('#files', positionals);
  const files = (await app.page.evaluate(() => window.satchel.addFiles())).map(fileReport);
  const questions = [];
  for (const question of values.question) {
    const events = await app.page.evaluate(([text, k]) => window.satchel.ask(text, k), [
      question,
      Number(values.k),
    ] as const);
    questions.push(questionReport(question, events));
  }
  if (values.json) console.log(JSON.stringify({ files, questions }, null, 2));
  else {
    for (const report of files) console.log(`${basename(report.file)}: ${report.status}`);
    questions.forEach(print);
  }
  process.exitCode = files.some(({ status }) => status === 'failed') ? 1 : 0;
} finally {
  await app.close();
}
