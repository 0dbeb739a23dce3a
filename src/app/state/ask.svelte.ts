import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { Answer, AskEvent, RetrievalService, Turn } from '../../core/service.ts';
import type { Citation, IdRanges, Passage } from '../../core/types.ts';
import type { WrittenState } from './written.svelte.ts';

/** Enough to find what the answer missed, few enough to be read. */
const PASSAGES = 8;
/** Questions of before that a new one may lean on. */
const MAX_HISTORY = 3;

/** Passages that alone are searched. */
export interface Scope {
  readonly within: IdRanges;
  readonly chunks: number;
  /** Absent for what was chosen by hand. */
  readonly name?: string;
}

type PassagesEvent = Extract<AskEvent, { type: 'passages' }>;

/** One question at a time: a new one ends the one before it. */
export class AskState {
  readonly #service: RetrievalService;
  readonly #written: WrittenState;
  #asked = $state('');
  #phase = $state<'idle' | 'asking' | 'answered' | 'failed'>('idle');
  #found = $state.raw<PassagesEvent>();
  #answer = $state.raw<Answer>();
  #elapsedMs = $state(0);
  #error = $state.raw<ErrorData>();
  #abort: AbortController | undefined;
  #history: readonly Turn[] = [];

  /** What is in the box. */
  draft = $state('');
  /** What questions are asked of; everything when there is none. */
  scope = $state.raw<Scope>();

  constructor(service: RetrievalService, written: WrittenState) {
    this.#service = service;
    this.#written = written;
  }

  /** The question that the result belongs to. */
  get asked(): string {
    return this.#asked;
  }
  get phase(): 'idle' | 'asking' | 'answered' | 'failed' {
    return this.#phase;
  }
  get passages(): readonly Passage[] {
    return this.#found?.passages ?? [];
  }
  /** What was searched; absent until the passages are there. */
  get found(): PassagesEvent | undefined {
    return this.#found;
  }
  get answer(): Answer | undefined {
    return this.#answer;
  }
  /** Places that the answers, found and written, rest on. */
  get citations(): readonly Citation[] {
    const sentences = this.#answer?.type === 'extractive' ? this.#answer.sentences : [];
    return [...sentences.map(({ citation }) => citation), ...this.#written.citations];
  }
  get elapsedMs(): number {
    return this.#elapsedMs;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }

  async ask(question: string): Promise<void> {
    const text = question.trim();
    if (text === '') return;
    this.#abort?.abort();
    this.#remember();
    this.#written.clear();
    const abort = new AbortController();
    this.#abort = abort;
    this.#asked = text;
    this.#phase = 'asking';
    this.#found = undefined;
    this.#answer = undefined;
    this.#error = undefined;
    try {
      for await (const event of this.#service.ask(
        text,
        { k: PASSAGES, history: this.#history, ...(this.scope && { within: this.scope.within }) },
        abort.signal,
      )) {
        if (this.#abort !== abort) return;
        this.#elapsedMs = event.elapsedMs;
        if (event.type === 'passages') this.#found = event;
        else this.#answer = event.answer;
      }
      if (this.#abort !== abort) return;
      this.#phase = 'answered';
      this.#write();
    } catch (error) {
      if (this.#abort !== abort) return;
      const data = toErrorData(error);
      this.#error = data.code === 'aborted' ? undefined : data;
      this.#phase = data.code === 'aborted' ? 'idle' : 'failed';
    }
  }

  /** Whether passages answer is settled before a model sees them: a small one would make something up. */
  #write(): void {
    if (!this.#written.isWanted || this.#answer?.type !== 'extractive') return;
    const { language } = this.#answer;
    // As it was asked: the model is given the turns before it, and "completed" is made for search.
    void this.#written.write({
      question: this.#asked,
      language,
      passages: this.passages,
      history: this.#history,
    });
  }

  /** The last result becomes what the next question may lean on; asked once more, it is no turn of its own. */
  #remember(): void {
    if (this.#answer?.type !== 'extractive') return;
    const question = this.#found?.completed ?? this.#asked;
    const answer = this.#written.text || this.#answer.sentences.map(({ text }) => text).join(' ');
    const others = this.#history.filter((turn) => turn.question !== question);
    this.#history = [...others, { question, answer }].slice(-MAX_HISTORY);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#phase = this.#found ? 'answered' : 'idle';
  }

  /** Forgets the result, for example once the documents it came from are gone. */
  clear(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#history = [];
    this.#written.clear();
    this.#phase = 'idle';
    this.#asked = '';
    this.#found = undefined;
    this.#answer = undefined;
    this.#error = undefined;
  }
}
