interface GpuAdapterInfo {
  readonly isFallbackAdapter?: boolean;
  readonly vendor?: string;
  readonly architecture?: string;
}

/** What is used of WebGPU's `GPUAdapter`; sizes are bytes. */
export interface GpuAdapter {
  readonly info?: GpuAdapterInfo;
  readonly features: { has(name: string): boolean };
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
    readonly maxComputeWorkgroupStorageSize: number;
    readonly maxStorageBuffersPerShaderStage: number;
  };
}

/**
 * The GPU to compute on, or undefined. The adapter is asked, not the property: without a GPU `navigator.gpu`
 * exists all the same.
 *
 * @param acceptSoftware also take an adapter that the CPU emulates; it is slower than WASM on the same CPU.
 */
export async function findGpu(acceptSoftware: boolean): Promise<GpuAdapter | undefined> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return undefined;
  const { isFallbackAdapter, vendor, architecture } = adapter.info ?? {};
  // Chromium's emulation does not always say that it is one.
  const isSoftware = isFallbackAdapter === true || /swiftshader|llvmpipe/i.test(`${vendor} ${architecture}`);
  return isSoftware && !acceptSoftware ? undefined : adapter;
}

export const hasGpu = async (acceptSoftware: boolean): Promise<boolean> =>
  (await findGpu(acceptSoftware)) !== undefined;
