import { findGpu } from '../../3-embed/gpu.ts';
import { SatchelError } from '../../errors.ts';

/** What the package asks of every GPU, and fails without, after the download. Sizes are bytes. */
export const NEEDED_LIMITS = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupStorageSize: 2 ** 15,
  maxStorageBuffersPerShaderStage: 10,
} as const;

/**
 * Whether a model can run here, before anything of it is fetched.
 *
 * @param acceptSoftware also a GPU that the CPU emulates; only tests do, for a chat model is useless on one.
 * @throws SatchelError `webgpu-unavailable`, or `webgpu-feature-missing` (details: feature, needed, available).
 */
export async function checkGpu(needsShaderF16: boolean, acceptSoftware: boolean): Promise<void> {
  const gpu = await findGpu(acceptSoftware);
  if (!gpu) throw new SatchelError('webgpu-unavailable');
  if (needsShaderF16 && !gpu.features.has('shader-f16')) {
    throw new SatchelError('webgpu-feature-missing', { feature: 'shader-f16' });
  }
  for (const [feature, needed] of Object.entries(NEEDED_LIMITS)) {
    const available = gpu.limits[feature as keyof typeof NEEDED_LIMITS];
    if (available < needed) throw new SatchelError('webgpu-feature-missing', { feature, needed, available });
  }
}
