declare module 'virtual:scan-kernel' {
  /** WebAssembly, compiled from `kernel/scan.ts` at build. */
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
