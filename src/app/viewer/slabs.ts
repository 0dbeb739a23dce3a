import type { TextBlock } from './text-blocks.ts';

/** Blocks that are laid out together once they come near. */
export interface Slab {
  readonly start: number;
  readonly end: number;
  readonly blocks: readonly TextBlock[];
  /** A guess in CSS pixels, until it has been laid out. */
  readonly height: number;
}

const SLAB_CHARACTERS = 6000;
const SLAB_BLOCKS = 40;
const LINE_HEIGHT = 26;
const GAP = 14;
const LATIN_LINE = 80;
const CHINESE_LINE = 42;

/** Cuts a document of any length into slabs of like size, in order. */
export function toSlabs(text: string, blocks: readonly TextBlock[]): readonly Slab[] {
  const isChinese = (text.slice(0, 4000).match(/[\u4e00-\u9fff]/g)?.length ?? 0) > 800;
  const perLine = isChinese ? CHINESE_LINE : LATIN_LINE;
  const slabs: Slab[] = [];
  let from = 0;
  let height = 0;
  for (const [i, { start, end, kind }] of blocks.entries()) {
    const value = text.slice(start, end);
    const breaks = value.split('\n').length;
    const lines = kind === 'code' ? breaks : Math.max(breaks, Math.ceil((end - start) / perLine));
    height += lines * LINE_HEIGHT + GAP;
    const first = blocks[from]?.start ?? 0;
    if (end - first < SLAB_CHARACTERS && i + 1 - from < SLAB_BLOCKS && i + 1 < blocks.length) continue;
    slabs.push({ start: first, end, blocks: blocks.slice(from, i + 1), height });
    from = i + 1;
    height = 0;
  }
  return slabs;
}
