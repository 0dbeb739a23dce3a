import { findChatModel, TEST_CHAT_MODEL } from '../../scripts/chat-model.ts';
import { openHeadlessApp } from '../../scripts/headless.ts';
import type { Message } from '../core/7-answer/chat-engine.ts';
import { passageOf } from '../core/7-answer/fixtures/passages.ts';
import type { WriteRequest } from '../core/service.ts';
import type { Headless } from '../headless/main.ts';
import type { ChatLoop, OpenedChat, StopTimes, TimedAnswer } from './bench-service.ts';
import { describeMachine, machineLine, type Machine } from './machine.ts';
import { watchPages, type PageReport } from './page-bench.ts';
import { pairedRatio, summarize, type Summary } from './statistics.ts';
import { formatTable } from './table.ts';

declare const window: { satchel: Headless };

export interface ChatCommand {
  readonly rounds: number;
}

const GUIDE =
  'A colony needs about eighteen kilograms of honey to live through the winter. Weigh each hive in the last week of ' +
  'September, and feed sugar syrup, two parts of sugar to one of water, until the hive weighs enough. The hives are ' +
  'wrapped in November, once the drones are gone and the entrance has been narrowed against mice.';
const DIARY =
  'We open the hives when the crocuses bloom, on a day above twelve degrees without wind. The queen is marked with a ' +
  'blue dot in years that end in 0 or 5. Old combs are melted, for the wax moth lives in them.';

const about = (question: string): WriteRequest => ({
  question,
  language: 'en',
  passages: [
    passageOf(GUIDE, 0, GUIDE.length, {
      documentId: 'a',
      documentName: 'beekeeping.md',
      headings: ['Winter'],
    }),
    passageOf(DIARY, 0, DIARY.length, { documentId: 'b', documentName: 'diary.txt', headings: ['Spring'] }),
  ],
  history: [],
});
const FIRST = about('What has to be done with the hives before winter, step by step?');
const SECOND = about('When are the hives opened again?');

const ANSWER_TOKENS = 48;
const WARM_UP_TOKENS = 8;
/** In the midst of reading, for a prompt of this size, on the fastest machine that reads it on its CPU. */
const STOP_AFTER_MS = 200;
/** An answer longer than the app asks for, faster than a person reads and than most graphics cards write. */
const PACED = { tokens: 1500, tokensPerSecond: 200 };

type Kind = 'prefill' | 'decode';

const tokensPerSecond = (kind: Kind, answer: TimedAnswer): number =>
  kind === 'prefill'
    ? (1000 * answer.evaluatedTokens) / answer.firstTokenMs
    : (1000 * (answer.completionTokens - 1)) / (answer.lastTokenMs - answer.firstTokenMs);

/** The same prompt with another beginning: nothing that was kept of one before can be used. */
const afresh = (messages: readonly Message[], nth: number): Message[] =>
  messages.map((message) =>
    message.role === 'system' ? { ...message, content: `Case ${nth}. ${message.content}` } : message,
  );

interface ChatReport extends OpenedChat {
  readonly machine: Machine;
  readonly model: string;
  readonly promptTokens: number;
  readonly tokensPerSecond: Readonly<Record<Kind, Readonly<Record<ChatLoop | 'appRatio', Summary>>>>;
  readonly firstTokenMs: Summary;
  readonly secondQuestion: {
    readonly promptTokens: number;
    readonly evaluatedTokens: Summary;
    readonly firstTokenMs: Summary;
  };
  readonly stopMs: Readonly<Record<Kind, Readonly<Record<'told' | 'free', Summary>>>>;
  readonly page: PageReport;
}

/** Rates, latencies and the page's tasks of answers that are written in the browser. Returns the figures. */
export async function benchChat({ rounds }: ChatCommand): Promise<object> {
  const modelPath = await findChatModel();
  if (modelPath === undefined) throw new Error('Nothing is measured without a chat model.');
  const app = await openHeadlessApp({ onMessage: (message) => process.stderr.write(`${message}\n`) });
  try {
    const { page } = app;
    const machine = await describeMachine(page);
    process.stderr.write('opening the model twice …\n');
    await page.setInputFiles('#files', modelPath);
    const opened = await page.evaluate(() => {
      const [model] = document.querySelector<HTMLInputElement>('#files')?.files ?? [];
      if (!model) throw new Error('The page has no model file.');
      return window.satchel.bench.openChat(model);
    });
    const [first, second] = await page.evaluate(
      (requests) => Promise.all(requests.map((request) => window.satchel.bench.promptOf(request))),
      [FIRST, SECOND],
    );
    if (!first || !second) throw new Error('The page made no prompt.');
    const answer = (
      messages: readonly Message[],
      loop: ChatLoop,
      maxTokens = ANSWER_TOKENS,
    ): Promise<TimedAnswer> =>
      page.evaluate(([given, most, by]) => window.satchel.bench.answer(given, most, by), [
        messages,
        maxTokens,
        loop,
      ] as const);
    const stop = (messages: readonly Message[], after: number | 'first-token'): Promise<StopTimes> =>
      page.evaluate(([given, when]) => window.satchel.bench.stop(given, when), [messages, after] as const);

    const answers: Record<ChatLoop, TimedAnswer[]> = { app: [], bare: [] };
    const seconds: TimedAnswer[] = [];
    const stops: Record<Kind, StopTimes[]> = { prefill: [], decode: [] };
    // What runs first is not measured: the engine compiles busy code a second time, better.
    for (const loop of ['app', 'bare'] as const) {
      await answer([{ role: 'user', content: 'Hello.' }], loop, WARM_UP_TOKENS);
    }
    for (let round = 1; round <= rounds; round++) {
      process.stderr.write(`round ${round} of ${rounds}: app\n`);
      answers.app.push(await answer(afresh(first, round), 'app'));
      process.stderr.write(`round ${round} of ${rounds}: wllama alone\n`);
      answers.bare.push(await answer(afresh(first, round), 'bare'));
      process.stderr.write(`round ${round} of ${rounds}: another question, stops\n`);
      seconds.push(await answer(afresh(second, round), 'app', 1));
      stops.decode.push(await stop(afresh(second, round), 'first-token'));
      stops.prefill.push(await stop(afresh(first, rounds + round), STOP_AFTER_MS));
    }
    await page.evaluate(() => window.satchel.restartBench());

    const rates = (loop: ChatLoop, kind: Kind): number[] =>
      answers[loop].map((each) => tokensPerSecond(kind, each));
    const compare = (kind: Kind) => {
      const [own, bare] = [rates('app', kind), rates('bare', kind)];
      return { app: summarize(own), bare: summarize(bare), appRatio: pairedRatio(own, bare) };
    };
    const report: ChatReport = {
      machine,
      model: TEST_CHAT_MODEL.file,
      ...opened,
      promptTokens: answers.app[0]?.promptTokens ?? NaN,
      tokensPerSecond: { prefill: compare('prefill'), decode: compare('decode') },
      firstTokenMs: summarize(answers.app.map(({ firstTokenMs }) => firstTokenMs)),
      secondQuestion: {
        evaluatedTokens: summarize(seconds.map(({ evaluatedTokens }) => evaluatedTokens)),
        promptTokens: seconds[0]?.promptTokens ?? NaN,
        firstTokenMs: summarize(seconds.map(({ firstTokenMs }) => firstTokenMs)),
      },
      stopMs: { prefill: stopReport(stops.prefill), decode: stopReport(stops.decode) },
      page: await watchPages(page, modelPath, PACED),
    };
    print(report, rounds);
    return report;
  } finally {
    await app.close();
  }
}

const stopReport = (stops: readonly StopTimes[]) => ({
  told: summarize(stops.map(({ toldMs }) => toldMs)),
  free: summarize(stops.map(({ freeMs }) => freeMs)),
});

const range = ({ lowest, highest }: Summary, digits = 1): string =>
  `${lowest.toFixed(digits)} to ${highest.toFixed(digits)}`;

const secondsOf = ({ median, lowest, highest }: Summary): string =>
  `${(median / 1000).toFixed(1)} s (${(lowest / 1000).toFixed(1)} to ${(highest / 1000).toFixed(1)})`;

function print(report: ChatReport, rounds: number): void {
  const { model, device, threads, batchTokens, contextWindow, promptTokens, secondQuestion, stopMs, page } =
    report;
  console.log(machineLine(report.machine));
  console.log(
    `${model}, on the ${device.toUpperCase()} with ${threads} ${threads === 1 ? 'thread' : 'threads'}, ` +
      `context ${contextWindow}, batch ${batchTokens}, ${rounds} rounds\n`,
  );
  const { prefill, decode } = report.tokensPerSecond;
  const row = (name: string, own: Summary, bare: Summary, ratio: Summary): string[] => [
    name,
    own.median.toFixed(1),
    range(own),
    bare.median.toFixed(1),
    range(bare),
    ratio.median.toFixed(2),
    range(ratio, 2),
  ];
  console.log(
    formatTable([
      ['tokens/s', 'app', 'range', 'wllama alone', 'range', 'app is', 'range'],
      row('prefill', prefill.app, prefill.bare, prefill.appRatio),
      row('decode', decode.app, decode.bare, decode.appRatio),
    ]),
  );
  console.log(`\nFirst token of a prompt of ${promptTokens} tokens: ${secondsOf(report.firstTokenMs)}`);
  console.log(
    `Of another question over the same passages: ${secondsOf(secondQuestion.firstTokenMs)}, ` +
      `for ${secondQuestion.evaluatedTokens.median} of ${secondQuestion.promptTokens} tokens are computed`,
  );
  for (const [kind, name] of [['prefill', 'reading'] as const, ['decode', 'writing'] as const]) {
    const { told, free } = stopMs[kind];
    console.log(
      `Stopped while ${name}: its reader is told after ${told.median.toFixed(0)} ms (${range(told, 0)}), ` +
        `the model is free after ${free.median.toFixed(0)} ms (${range(free, 0)})`,
    );
  }
  console.log();
  console.log(
    formatTable([
      ["the page's thread", 'seconds', 'characters', 'at work', 'tasks of 50 ms', 'longest'],
      ...(['host', 'device'] as const).map((writer) => {
        const { seconds, characters, busy, longTasks, longestMs } = page[writer];
        return [
          writer === 'host' ? `host, ${PACED.tokensPerSecond} tokens/s` : 'this device',
          seconds.toFixed(1),
          String(characters),
          `${(100 * busy).toFixed(0)} %`,
          String(longTasks),
          longTasks === 0 ? '' : `${longestMs.toFixed(0)} ms`,
        ];
      }),
    ]),
  );
}
