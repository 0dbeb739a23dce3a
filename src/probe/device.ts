import { findGpu } from '../core/3-embed/gpu.ts';

/** What the figures were measured on, in lines. */
export async function deviceLines(): Promise<readonly string[]> {
  const gpu = await findGpu(true);
  const { vendor, architecture, isFallbackAdapter } = gpu?.info ?? {};
  const names = [vendor, architecture].filter((name) => name !== undefined && name !== '');
  const adapter = [
    names.join(' ') || 'unnamed',
    gpu?.features.has('shader-f16') ? 'with shader-f16' : 'without shader-f16',
    ...(isFallbackAdapter ? ['emulated by the CPU'] : []),
  ];
  return [
    `browser: ${navigator.userAgent}`,
    `cores: ${navigator.hardwareConcurrency}, ${crossOriginIsolated ? 'isolated (threads)' : 'not isolated (no threads)'}`,
    `adapter: ${gpu ? adapter.join(', ') : 'none'}`,
  ];
}
