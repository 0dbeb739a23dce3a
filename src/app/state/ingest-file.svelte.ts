import type { ErrorData } from '../../core/errors.ts';
import { LARGE_DOCUMENT_CHUNKS, type IngestEvent } from '../../core/service.ts';
import type { DocumentRecord, FileInput } from '../../core/types.ts';

export type IngestPhase = IngestEvent['type'];

const ENDED: readonly IngestPhase[] = ['ready', 'unpacked', 'duplicate', 'failed', 'cancelled'];

/** One file on its way into the library. Every field is its own signal: a progress event redraws one row. */
export class IngestFile {
  readonly ingestId: string;
  readonly name: string;
  /** Absent for a file of an earlier visit: the store has it. */
  readonly input: FileInput | undefined;
  #sizeBytes = $state(0);
  #phase = $state<IngestPhase>('queued');
  #done = $state(0);
  #total = $state(0);
  #embeddedFraction = $state(0);
  /** Chunks that had their vectors when embedding began: from before a crash, or of an earlier version. */
  #doneBefore: number | undefined;
  #chunksPerSecond = $state(0);
  #secondsLeft = $state(0);
  #error = $state.raw<ErrorData>();
  #document = $state.raw<DocumentRecord>();

  constructor(ingestId: string, name: string, input?: FileInput) {
    this.ingestId = ingestId;
    this.name = name;
    this.input = input;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }
  get phase(): IngestPhase {
    return this.#phase;
  }
  /** Chunks while embedding, bytes while the model loads. */
  get done(): number {
    return this.#done;
  }
  get total(): number {
    return this.#total;
  }
  get chunksPerSecond(): number {
    return this.#chunksPerSecond;
  }
  get secondsLeft(): number {
    return this.#secondsLeft;
  }
  get error(): ErrorData | undefined {
    return this.#error;
  }
  /** The document it became, or for a duplicate the one that was there. */
  get document(): DocumentRecord | undefined {
    return this.#document;
  }
  get hasEnded(): boolean {
    return ENDED.includes(this.#phase);
  }
  /** Many minutes of work: its owner may not want to wait. */
  get isLarge(): boolean {
    const isCut = this.#phase === 'waiting' || this.#phase === 'embedding';
    return isCut && this.#total >= LARGE_DOCUMENT_CHUNKS;
  }
  /** 0 to 1; only embedding moves it, since the rest takes next to no time beside it. */
  get fraction(): number {
    if (this.hasEnded) return 1;
    return this.#phase === 'embedding' && this.#total > 0 ? this.#done / this.#total : 0;
  }

  /** 0 to 1; the part that took time, without what had its vectors already. */
  get embeddedFraction(): number {
    return this.#embeddedFraction;
  }

  apply(event: IngestEvent): void {
    this.#phase = event.type;
    switch (event.type) {
      case 'queued':
        this.#sizeBytes = event.sizeBytes;
        break;
      case 'loading-model':
        this.#done = event.loadedBytes;
        this.#total = event.totalBytes;
        break;
      case 'waiting':
        this.#done = 0;
        this.#total = event.chunks;
        break;
      case 'embedding':
        this.#done = event.done;
        this.#total = event.total;
        this.#doneBefore ??= event.done;
        this.#embeddedFraction = Math.max(0, event.done - this.#doneBefore) / event.total;
        this.#chunksPerSecond = event.chunksPerSecond;
        this.#secondsLeft = event.secondsLeft;
        break;
      case 'ready':
      case 'duplicate':
        this.#document = event.document;
        break;
      case 'failed':
        this.#error = event.error;
        break;
      case 'parsing':
      case 'unpacked':
      case 'cancelled':
        break;
    }
  }
}
