/** What is to be added without a file: a text, or an address. */
export interface Draft {
  readonly kind: 'text' | 'web';
  readonly text: string;
}

/** Which of the dialogs for it is open, and what it begins with. */
export class AddingState {
  #draft = $state.raw<Draft>();

  get draft(): Draft | undefined {
    return this.#draft;
  }
  open(kind: Draft['kind'], text = ''): void {
    this.#draft = { kind, text };
  }
  close(): void {
    this.#draft = undefined;
  }
}
