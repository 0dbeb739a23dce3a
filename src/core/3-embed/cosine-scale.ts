import { dotRow } from '../4-index/dot-row.ts';
import type { EmbeddingRole } from '../types.ts';
import type { Embedder } from './embedder.ts';

/** What cosines of a model mean: most use a narrow band of what a cosine could be, each its own. */
export interface CosineScale {
  /** Of texts that have nothing in common, on average. */
  readonly unrelated: number;
  /** Of texts that say the same, or of a question and its answer. */
  readonly alike: number;
}

/** Whose cosines are to be read: of a question and a passage, of single words, or of two sentences. */
export type ComparedTexts = 'question' | 'words' | 'sentences';

/** Pairs about subjects far apart, in both languages: each pair is alike, its halves and those of others unrelated. */
const PAIRS: Readonly<Record<ComparedTexts, readonly (readonly [string, string])[]>> = {
  question: [
    ['How long do eggs have to boil?', 'Boil the eggs for eight minutes, then cool them in cold water.'],
    ['When was the bridge built?', 'The stone bridge over the river was finished in 1642.'],
    ['Which metal conducts electricity best?', 'Silver conducts electricity better than copper or gold.'],
    ['怎样重置密码？', '在登录页面点击“忘记密码”，按邮件里的链接设置新密码。'],
    ['例会几点开始？', '例会每周三下午两点在三楼会议室开始。'],
    ['什么时候给果树剪枝？', '果树应在冬季落叶之后、早春发芽之前修剪。'],
  ],
  words: [
    ['physician', 'doctor'],
    ['river', 'stream'],
    ['money', 'cash'],
    ['汽车', '轿车'],
    ['月亮', 'moon'],
    ['面包', 'bread'],
  ],
  sentences: [
    ['The train leaves at noon.', 'The train departs at twelve o’clock.'],
    ['She planted roses behind the house.', '她在屋后种了玫瑰。'],
    ['这家餐馆星期一休息。', '这家饭店周一不营业。'],
    ['The contract ends in December.', 'The agreement expires at the end of the year.'],
    ['水在一百度沸腾。', 'Water boils at one hundred degrees.'],
    ['His computer was stolen.', 'Somebody stole his laptop.'],
  ],
};

const ROLES: Readonly<Record<ComparedTexts, readonly [EmbeddingRole, EmbeddingRole]>> = {
  question: ['query', 'passage'],
  words: ['query', 'query'],
  sentences: ['query', 'query'],
};

/** Embeds a dozen short texts. @throws as `Embedder.embed`. */
export async function measureCosineScale(
  embedder: Pick<Embedder, 'embed' | 'dimensions'>,
  compared: ComparedTexts,
  signal?: AbortSignal,
): Promise<CosineScale> {
  const pairs = PAIRS[compared];
  const [leftRole, rightRole] = ROLES[compared];
  const left = await embedder.embed(
    pairs.map(([text]) => text),
    leftRole,
    signal,
  );
  const right = await embedder.embed(
    pairs.map(([, text]) => text),
    rightRole,
    signal,
  );
  const row = (rows: Float32Array, i: number): Float32Array =>
    rows.subarray(i * embedder.dimensions, (i + 1) * embedder.dimensions);
  let [alike, unrelated] = [0, 0];
  for (const i of pairs.keys()) {
    for (const j of pairs.keys()) {
      const cosine = dotRow(row(left, i), row(right, j));
      if (i === j) alike += cosine / pairs.length;
      else unrelated += cosine / (pairs.length * (pairs.length - 1));
    }
  }
  return { unrelated, alike };
}
