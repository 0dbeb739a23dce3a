import { createRegistry, type Registry } from '../../core/registry.ts';
import type { PeerLine } from './peer.ts';

/** Our own come first. Each is loaded alone, in a worker of its own. */
export const peers: Registry<PeerLine> = createRegistry<PeerLine>(
  [
    {
      id: 'flat',
      label: 'ours: flat (default)',
      entry: 'src/bench/peers/own.ts',
      load: async () => (await import('./own.ts')).buildFlat,
    },
    {
      id: 'bits',
      label: 'ours: flat, bits first at any size',
      entry: 'src/bench/peers/own.ts',
      load: async () => (await import('./own.ts')).buildBits,
    },
    {
      id: 'voy',
      label: 'voy-search 0.6.3',
      entry: 'src/bench/peers/voy.ts',
      load: async () => (await import('./voy.ts')).loadVoy(),
    },
    {
      id: 'orama',
      label: '@orama/orama 3.1.18',
      entry: 'src/bench/peers/orama.ts',
      load: async () => (await import('./orama.ts')).buildOrama,
    },
    {
      id: 'client-vector-search',
      label: 'client-vector-search 0.2.0',
      entry: 'src/bench/peers/client-vector-search.ts',
      load: async () => (await import('./client-vector-search.ts')).buildClientVectorSearch,
    },
    {
      id: 'hnswlib',
      label: 'hnswlib-wasm 0.8.2',
      entry: 'src/bench/peers/hnswlib.ts',
      load: async () => (await import('./hnswlib.ts')).loadHnswlibIndex(),
    },
    {
      id: 'edgevec',
      label: 'edgevec 0.9.0',
      entry: 'src/bench/peers/edgevec.ts',
      load: async () => (await import('./edgevec.ts')).loadEdgeVec('l2'),
    },
    {
      id: 'edgevec-cosine',
      label: 'edgevec 0.9.0, cosine',
      entry: 'src/bench/peers/edgevec.ts',
      load: async () => (await import('./edgevec.ts')).loadEdgeVec('cosine'),
    },
  ],
  'unknown-index',
);
