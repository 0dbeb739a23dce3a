/** What was read off the picture of a page. */
export interface RecognizedPage {
  /** Paragraphs with a blank line between them; '' where there is no text. */
  readonly text: string;
  /** How sure the program is of its letters, 0 to 100. */
  readonly confidence: number;
}

/** Reads text off pictures. Runs in a worker. */
export interface PageRecognizer {
  /** @throws SatchelError `ocr-failed`. */
  recognize(picture: Blob): Promise<RecognizedPage>;
  /** Frees its memory; what is being read is given up. */
  dispose(): Promise<void>;
}
