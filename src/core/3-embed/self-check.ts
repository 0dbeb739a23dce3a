import type { EmbeddingModel } from './models.ts';

export const SELF_CHECK_TEXTS: readonly string[] = [
  'The default port of the server is 11434.',
  '向量检索在浏览器里完成，文档不会离开这台设备。',
];

const MIN_COSINE = 0.99;

const REFERENCES: Readonly<Record<string, string>> = {};

export function storedReference(model: EmbeddingModel): Float32Array | undefined {
  const encoded = REFERENCES[model.id];
  if (encoded === undefined) return undefined;
  return new Float32Array(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)).buffer);
}

export function passesSelfCheck(vectors: Float32Array, reference: Float32Array, dimensions: number): boolean {
  if (vectors.length !== reference.length) return false;
  for (let at = 0; at < vectors.length; at += dimensions) {
    let cosine = 0;
    for (let d = at; d < at + dimensions; d++) cosine += vectors[d]! * reference[d]!;
    if (!(cosine > MIN_COSINE)) return false;
  }
  return true;
}

interface GpuAdapter {
  readonly info?: {
    readonly isFallbackAdapter?: boolean;
    readonly architecture?: string;
    readonly vendor?: string;
  };
  readonly isFallbackAdapter?: boolean;
}

export async function hasUsableGpu(acceptSoftware: boolean): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return false;
  const isSoftware =
    adapter.isFallbackAdapter === true ||
    adapter.info?.isFallbackAdapter === true ||
    /swiftshader|llvmpipe|software/i.test(`${adapter.info?.vendor} ${adapter.info?.architecture}`);
  return acceptSoftware || !isSoftware;
}
