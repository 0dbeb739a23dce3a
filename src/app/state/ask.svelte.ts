import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { Answer, AskEvent, RetrievalService } from '../../core/service.ts';
import type { Passage } from '../../core/types.ts';

/** Enough to find what the answer missed, few enough to be read. */
const PASSAGES = 8;

type PassagesEvent = Extract<AskEvent, { type: 'passages' }>;

/** One question at a time: a new one ends the one before it. */
export class AskState {
  readonly #service: RetrievalService;
  #asked = $state('');
  #phase = $state<'idle' | 'asking' | 'answered' | 'failed'>('idle');
  #found = $state.raw<PassagesEvent>();
  #answer = $state.raw<Answer>();
  #elapsedMs = $state(0);
  #error = $state.raw<ErrorData>();
  #abort: AbortController | undefined;

  /** What is in the box. */
  draft = $state('');

  constructor(service: RetrievalService) {
    this.#service = service;
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
    const abort = new AbortController();
    this.#abort = abort;
    this.#asked = text;
    this.#phase = 'asking';
    this.#found = undefined;
    this.#answer = undefined;
    this.#error = undefined;
    try {
      for await (const event of this.#service.ask(text, { k: PASSAGES }, abort.signal)) {
        if (this.#abort !== abort) return;
        this.#elapsedMs = event.elapsedMs;
        if (event.type === 'passages') this.#found = event;
        else this.#answer = event.answer;
      }
      if (this.#abort === abort) this.#phase = 'answered';
    } catch (error) {
      if (this.#abort !== abort) return;
      const data = toErrorData(error);
      this.#error = data.code === 'aborted' ? undefined : data;
      this.#phase = data.code === 'aborted' ? 'idle' : 'failed';
    }
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
    this.#phase = 'idle';
    this.#asked = '';
    this.#found = undefined;
    this.#answer = undefined;
    this.#error = undefined;
  }
}
