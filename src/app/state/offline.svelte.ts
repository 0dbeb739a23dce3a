import type { UpdateOffer } from '../service-worker.ts';

/** Whether the page would open without a network, and whether a newer version waits. */
export class OfflineState {
  #isReady = $state(false);
  #update = $state.raw<UpdateOffer>();

  get isReady(): boolean {
    return this.#isReady;
  }
  get update(): UpdateOffer | undefined {
    return this.#update;
  }

  markReady(): void {
    this.#isReady = true;
  }

  offerUpdate(update: UpdateOffer): void {
    this.#update = update;
  }
}
