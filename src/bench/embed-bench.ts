import { embedders } from '../core/3-embed/registry.ts';
import type { Embedder } from '../core/3-embed/embedder.ts';
import { SatchelError } from '../core/errors.ts';
import type { RetrievalSettings } from '../core/service.ts';
import type { EmbeddingRole } from '../core/types.ts';
import { transfer } from '../rpc/transfer.ts';
import type { EmbedBench, EmbedLoop, OpenedEmbedder, TimedVectors } from './bench-service.ts';

const NAIVE_BATCH = 8;
/** Given eight texts it makes one batch of them, whatever their lengths. */
const ONE_BATCH = { paddedTokens: Infinity, texts: NAIVE_BATCH };

/** The default embedder twice, on one runtime: as the app loads it, and with the batches of a naive loop. */
export function createEmbedBench(): EmbedBench {
  let opened: Record<EmbedLoop, Embedder> | undefined;

  return {
    async openEmbedder(settings: RetrievalSettings): Promise<OpenedEmbedder> {
      const line = embedders.get(settings.embedder);
      if (!line.model) throw new SatchelError('unknown-embedder', { id: line.id });
      const { BATCH_LIMITS, loadTransformersEmbedder } = await import('../core/3-embed/transformers.ts');
      const loaded = await line.load(settings);
      const device = loaded.device === 'webgpu' ? 'webgpu' : 'wasm';
      const naive = await loadTransformersEmbedder(
        line.model,
        { ...settings, device },
        { wasm: ONE_BATCH, webgpu: ONE_BATCH },
      );
      opened = { app: loaded.embedder, naive: naive.embedder };
      const { env } = await import('onnxruntime-web/wasm');
      return {
        device,
        threads: env.wasm.numThreads ?? 1,
        dimensions: loaded.embedder.dimensions,
        limits: BATCH_LIMITS[device],
      };
    },

    async embed(texts: readonly string[], role: EmbeddingRole, loop: EmbedLoop): Promise<TimedVectors> {
      const embedder = opened?.[loop];
      if (!embedder) throw new SatchelError('internal', { reason: 'openEmbedder() comes first' });
      const vectors = new Float32Array(texts.length * embedder.dimensions);
      const step = loop === 'naive' ? NAIVE_BATCH : texts.length;
      const startedAt = performance.now();
      for (let at = 0; at < texts.length; at += step) {
        vectors.set(await embedder.embed(texts.slice(at, at + step), role), at * embedder.dimensions);
      }
      const milliseconds = performance.now() - startedAt;
      return transfer({ milliseconds, vectors }, [vectors.buffer]);
    },
  };
}
