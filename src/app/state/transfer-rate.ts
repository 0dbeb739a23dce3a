export interface TransferFigures {
  /** Over the last seconds; 0 while nothing arrives, absent until it is known. */
  readonly bytesPerSecond?: number;
  /** Absent where the speed or the size is not known, and while nothing arrives. */
  readonly secondsLeft?: number;
}

interface Sample {
  readonly atMs: number;
  readonly loadedBytes: number;
}

/** The mean that is told: files come in parts of 8 MB, and a slow disk or connection takes seconds for each. */
const WINDOW_MS = 10_000;
/** What is there this soon was there before: a download that goes on begins with a jump. */
const START_MS = 1_000;
/** Told from so much of the transfer on. */
const KNOWN_AFTER_MS = 1_000;
/** A pause that is longer counts. Until then it is one between two parts. */
const PAUSE_MS = 3_000;

/** Speed and time left of a transfer, from how far it was at which time. It has no clock of its own. */
export class TransferRate {
  #samples: Sample[] = [];
  #totalBytes = 0;
  #startedAtMs = 0;

  /**
   * @param totalBytes 0 when it is not known.
   * @param nowMs of any clock that never goes back, such as `performance.now()`.
   */
  add(loadedBytes: number, totalBytes: number, nowMs: number): void {
    this.#totalBytes = totalBytes;
    const last = this.#samples.at(-1);
    if (!last || loadedBytes < last.loadedBytes) {
      // The first, or another transfer: a download that can't be gone on with begins anew.
      this.#samples = [];
      this.#startedAtMs = nowMs;
    } else if (nowMs - this.#startedAtMs < START_MS) this.#samples = [];
    this.#samples.push({ atMs: nowMs, loadedBytes });
    while (this.#samples[1] && this.#samples[1].atMs <= nowMs - WINDOW_MS) this.#samples.shift();
  }

  /** @param nowMs of the same clock; without new samples the speed falls. */
  figuresAt(nowMs: number): TransferFigures {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last) return {};
    const endMs = nowMs - last.atMs > PAUSE_MS ? nowMs : last.atMs;
    const startMs = Math.max(first.atMs, endMs - WINDOW_MS);
    if (endMs - startMs < KNOWN_AFTER_MS) return {};
    const bytesPerSecond = ((last.loadedBytes - this.#loadedAt(startMs)) / (endMs - startMs)) * 1000;
    if (bytesPerSecond <= 0 || this.#totalBytes === 0) return { bytesPerSecond };
    const secondsLeft = Math.max(0, this.#totalBytes - last.loadedBytes) / bytesPerSecond;
    return { bytesPerSecond, secondsLeft };
  }

  /** Between two samples bytes arrived evenly. */
  #loadedAt(timeMs: number): number {
    let before: Sample | undefined;
    for (const sample of this.#samples) {
      if (sample.atMs >= timeMs) {
        if (!before) return sample.loadedBytes;
        const share = (timeMs - before.atMs) / (sample.atMs - before.atMs);
        return before.loadedBytes + share * (sample.loadedBytes - before.loadedBytes);
      }
      before = sample;
    }
    return before?.loadedBytes ?? 0;
  }
}
