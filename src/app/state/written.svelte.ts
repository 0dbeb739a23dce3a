import { toErrorData, type ErrorData } from '../../core/errors.ts';
import type { GenerationService, RetrievalService, WriteEvent, WriteRequest } from '../../core/service.ts';
import type { Citation } from '../../core/types.ts';
import { chatModelOf } from './preferences.ts';
import type { SettingsState } from './settings.svelte.ts';

type LoadingEvent = Extract<WriteEvent, { type: 'loading' }>;

/** `reading`: the model is at work on the passages and has written nothing yet. */
export type WrittenPhase = 'none' | 'loading' | 'reading' | 'writing' | 'done' | 'stopped' | 'failed';

/**
 * Tokens that come within this time are shown together, since each change of the text has all of it read and laid
 * out again. 1,500 tokens that came at once took the page 1.4 s one by one, and take it 0.1 s; at 200 a second it is
 * at work 27 % of the time, not 38 % (two cores; `npm run bench -- chat` prints that share).
 */
const FRAME_MS = 16;

/** Of all sentences handed in so far. */
export type Checks = 'running' | 'done' | 'failed';

/** What is shown of one sentence: a place that supports it, nothing that does (null), or not checked yet. */
export type Support = Citation | null | undefined;

/** The answer that a chat model writes below the extractive one, and whether its sentences are supported. */
export class WrittenState {
  readonly #generation: GenerationService;
  readonly #retrieval: Pick<RetrievalService, 'attribute'>;
  readonly #settings: SettingsState;
  readonly #endGeneration: () => void;

  #phase = $state<WrittenPhase>('none');
  #text = $state('');
  /** Written, and shown with the next frame. */
  #unshown = '';
  #frame: ReturnType<typeof setTimeout> | undefined;
  /** The last stop came before the first word. */
  #wasSilent = false;
  #loading = $state.raw<LoadingEvent>();
  #leftOut = $state(0);
  #isCut = $state(false);
  #error = $state.raw<ErrorData>();
  #supports = $state.raw<ReadonlyMap<string, Citation | null>>(new Map());

  #pending = $state(0);
  #hasFailedChecks = $state(false);

  #request = $state.raw<WriteRequest>();
  #abort: AbortController | undefined;
  /** The last of the checks, which run one after the other. */
  #checking: Promise<void> = Promise.resolve();
  readonly #sent = new Set<string>();

  constructor(
    generation: GenerationService,
    retrieval: Pick<RetrievalService, 'attribute'>,
    settings: SettingsState,
    endGeneration: () => void,
  ) {
    this.#generation = generation;
    this.#retrieval = retrieval;
    this.#settings = settings;
    this.#endGeneration = endGeneration;
  }

  /** False while nobody, or no model of theirs, is chosen to write. */
  get isWanted(): boolean {
    return chatModelOf(this.#settings.generation) !== '';
  }
  get phase(): WrittenPhase {
    return this.#phase;
  }
  get isBusy(): boolean {
    return this.#phase === 'loading' || this.#phase === 'reading' || this.#phase === 'writing';
  }
  /** Markdown, as far as it is written. */
  get text(): string {
    return this.#text;
  }
  /** How far the model has been fetched, while it is. */
  get loading(): LoadingEvent | undefined {
    return this.#loading;
  }
  /** Passages that did not fit into the model's context window. */
  get leftOut(): number {
    return this.#leftOut;
  }
  /** The model reached its limit before it came to an end. */
  get isCut(): boolean {
    return this.#isCut;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }
  get request(): WriteRequest | undefined {
    return this.#request;
  }

  get citations(): readonly Citation[] {
    return [...this.#supports.values()].filter((support) => support !== null);
  }

  get checks(): Checks {
    if (this.#pending > 0) return 'running';
    return this.#hasFailedChecks ? 'failed' : 'done';
  }

  supportOf(sentence: string): Support {
    return this.#supports.get(sentence);
  }

  /** Writes an answer; one that is being written ends. */
  async write(request: WriteRequest): Promise<void> {
    this.clear();
    const abort = new AbortController();
    this.#abort = abort;
    this.#request = request;
    this.#phase = 'loading';
    try {
      for await (const event of this.#generation.write(request, this.#settings.generation, abort.signal)) {
        if (this.#abort !== abort) return;
        this.#take(event);
      }
    } catch (error) {
      if (this.#abort !== abort) return;
      this.#show();
      this.#error = toErrorData(error);
      this.#phase = 'failed';
    }
  }

  again(): Promise<void> {
    return this.#request ? this.write(this.#request) : Promise.resolve();
  }

  /**
   * The text so far stays. Stopped a second time before it has written a word, the engine does not hear: its worker
   * is ended, and the next answer has a new one.
   */
  stop(): void {
    const isSilent = this.#phase === 'reading' && this.#text === '';
    if (isSilent && this.#wasSilent) this.#endGeneration();
    this.#wasSilent = isSilent;
    this.#abort?.abort();
    this.#abort = undefined;
    this.#show();
    if (this.isBusy) this.#phase = this.#text === '' ? 'none' : 'stopped';
  }

  clear(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    // What waits for its frame goes with the rest.
    this.#show();
    this.#phase = 'none';
    this.#text = '';
    this.#loading = undefined;
    this.#leftOut = 0;
    this.#isCut = false;
    this.#error = undefined;
    this.#request = undefined;
    this.#supports = new Map();
    this.#sent.clear();
    this.#pending = 0;
    this.#hasFailedChecks = false;
  }

  /** Has each of these sentences checked once; called with all that are complete, as the text grows. */
  check(sentences: readonly string[]): void {
    const request = this.#request;
    const fresh = sentences.filter((sentence) => !this.#sent.has(sentence));
    if (!request || fresh.length === 0) return;
    for (const sentence of fresh) this.#sent.add(sentence);
    this.#pending += 1;
    this.#checking = this.#checking.then(async () => {
      if (this.#request !== request) return;
      // A check that fails leaves its sentences unmarked: that is not the same as unsupported.
      const citations = await this.#retrieval.attribute(fresh, request.passages).catch(() => undefined);
      if (this.#request !== request) return;
      this.#pending -= 1;
      if (!citations) {
        this.#hasFailedChecks = true;
        return;
      }
      const found = fresh.map((sentence, i) => [sentence, citations[i] ?? null] as const);
      this.#supports = new Map([...this.#supports, ...found]);
    });
  }

  #show(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    if (this.#unshown === '') return;
    this.#text += this.#unshown;
    this.#unshown = '';
    this.#phase = 'writing';
  }

  #take(event: WriteEvent): void {
    switch (event.type) {
      case 'loading':
        this.#loading = event;
        return;
      case 'prompt':
        this.#loading = undefined;
        this.#leftOut = event.leftOut;
        this.#phase = 'reading';
        return;
      case 'token':
        this.#wasSilent = false;
        this.#unshown += event.text;
        this.#frame ??= setTimeout(() => this.#show(), FRAME_MS);
        return;
      case 'done':
        this.#show();
        this.#isCut = event.reason === 'length';
        this.#phase = 'done';
    }
  }
}
