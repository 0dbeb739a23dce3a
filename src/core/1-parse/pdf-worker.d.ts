/** pdfjs-dist ships no types for this file; it is imported for its effect alone. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs';
