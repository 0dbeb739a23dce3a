/** Without it a model of llama.cpp needs the library's other build, at several times the computing time. */
export function hasMemory64(): boolean {
  try {
    const descriptor = { address: 'i64', initial: 1n };
    new WebAssembly.Memory(descriptor as unknown as WebAssembly.MemoryDescriptor);
    return true;
  } catch {
    return false;
  }
}
