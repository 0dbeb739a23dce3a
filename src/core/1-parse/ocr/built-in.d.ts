/** Whether the build found the program and its languages: see `scripts/build/ocr-assets.ts`. */
declare const OCR_IS_BUILT_IN: boolean;
