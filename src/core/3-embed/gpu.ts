interface GpuAdapterInfo {
  readonly isFallbackAdapter?: boolean;
  readonly vendor?: string;
  readonly architecture?: string;
}

interface GpuAdapter {
  readonly info?: GpuAdapterInfo;
}

/**
 * Whether there is a GPU to compute on. The adapter is asked, not the property: without a GPU `navigator.gpu`
 * exists all the same.
 *
 * @param acceptSoftware also take an adapter that the CPU emulates; it is slower than WASM on the same CPU.
 */
export async function hasGpu(acceptSoftware: boolean): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return false;
  const { isFallbackAdapter, vendor, architecture } = adapter.info ?? {};
  // Chromium's emulation does not always say that it is one.
  const isSoftware = isFallbackAdapter === true || /swiftshader|llvmpipe/i.test(`${vendor} ${architecture}`);
  return acceptSoftware || !isSoftware;
}
