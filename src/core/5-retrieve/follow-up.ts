import { tokenize } from '../4-index/tokenize.ts';
import type { Turn } from '../service.ts';

/** Words that ask or link and name nothing; pronouns are among them, for what they name was said before. */
const EMPTY_WORDS = new Set(
  (
    'a an the and or but so then also as at by for from in into of on to with about up out over per than not no yes ' +
    'is are was were be been being am do does did done has have had can could will would shall should may might must ' +
    'what which who whom whose when where why how if whether there here ' +
    'i me my mine you your yours we us our ours it its itself he him his she her hers they them their theirs ' +
    'this that these those one ones such same other another else any some all both each every ' +
    'more most much many few very too just only again please tell say said know give show get explain detail details ' +
    'example examples mean means happen happens happened ok okay thanks thank'
  ).split(' '),
);

/** The same for Chinese, the longest first; a run of characters is cut at each of them. */
const EMPTY_CHINESE = new RegExp(
  [
    ...[
      '为什么',
      '怎么样',
      '有没有',
      '是不是',
      '能不能',
      '可不可以',
      '什么时候',
      '告诉我',
      '具体来说',
      '举个例子',
    ],
    ...[
      '什么',
      '哪些',
      '哪个',
      '哪里',
      '哪儿',
      '哪一',
      '多少',
      '多久',
      '多长',
      '多大',
      '怎么',
      '怎样',
      '如何',
      '是否',
      '可以',
    ],
    ...[
      '能否',
      '需要',
      '请问',
      '那么',
      '还有',
      '另外',
      '以及',
      '或者',
      '并且',
      '但是',
      '因为',
      '所以',
      '如果',
      '它们',
      '他们',
      '她们',
    ],
    ...[
      '这个',
      '那个',
      '这些',
      '那些',
      '这种',
      '那种',
      '这里',
      '那里',
      '其中',
      '详细',
      '更多',
      '具体',
      '例子',
      '继续',
      '一下',
      '解释',
    ],
    ...[
      '谁',
      '哪',
      '几',
      '吗',
      '呢',
      '吧',
      '啊',
      '的',
      '地',
      '得',
      '了',
      '着',
      '过',
      '是',
      '在',
      '有',
      '和',
      '与',
      '或',
      '而',
      '但',
      '又',
    ],
    ...[
      '也',
      '都',
      '就',
      '还',
      '再',
      '更',
      '很',
      '把',
      '被',
      '给',
      '对',
      '从',
      '到',
      '为',
      '以',
      '于',
      '由',
      '用',
      '要',
      '会',
      '能',
      '请',
    ],
    ...[
      '说',
      '讲',
      '它',
      '他',
      '她',
      '我',
      '你',
      '您',
      '们',
      '这',
      '那',
      '该',
      '其',
      '此',
      '个',
      '一',
      '不',
      '没',
      '怎',
      '么',
    ],
  ].join('|'),
  'u',
);

const RUN =
  /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+(?:[-_.'’/](?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+)*/gu;
const HAN = /\p{Script=Han}/u;

/** Words that name something, as they are written. */
export function contentWords(text: string): string[] {
  return (text.match(RUN) ?? []).flatMap((run) => {
    if (HAN.test(run)) return run.split(EMPTY_CHINESE).filter((part) => part !== '');
    const word = run.replace(/['’](?:s|re|ll|d|ve|m|t)$/iu, '');
    return EMPTY_WORDS.has(word.toLowerCase()) ? [] : [word];
  });
}

/** How much a text names: 1 for a Chinese character, 2 for a word, as Chinese words have mostly two. */
const amount = (text: string): number =>
  contentWords(text).reduce((sum, word) => sum + (HAN.test(word) ? [...word].length : 2), 0);

/** "And its port?", "What about Chinese?", "那端口呢？", "中文呢？": they go on with something, and name little. */
const GOES_ON =
  /^\s*(?:and|but|or|so|then|also|(?:what|how)\s+about|what\s+if)\b|^\s*(?:那|还有|另外|而|但|或者|以及)|呢\s*[?？]?\s*$/iu;
const LITTLE = 4;

/** "When?", "Which version?", "哪个版本？": they ask for a side of something that they don't name. */
const ASKS = /\b(?:which|when|where|why|how|who|whose)\b|哪|谁|多少|几|怎|如何|为什么|什么时候/iu;
/** "Who is Tesla?", "端口是什么？": these do name it. */
const DEFINES = /^\s*(?:what|who)(?:\s+(?:is|are|was|were)\b|['’]s\b)|什么是|是(?:什么|谁)/iu;
const VERY_LITTLE = 2;

/**
 * Pronouns that point back. "it" before an adjective and "to" or "that" points at nothing ("Is it possible to"),
 * "that" inside a question mostly joins two clauses, and "this document" is the one at hand.
 */
const POINTS_BACK = new RegExp(
  [
    String.raw`\bit\b(?!\s+(?:\w+\s+)?(?:possible|necessary|true|safe|ok|okay|better|legal|important|worth)\b)`,
    String.raw`\b(?:its|itself|they|them|their|theirs|he|him|his|she|her|hers)\b`,
    String.raw`\b(?:this|these|those)\b(?=\s*(?:[?.!,]|$|(?:is|are|was|were|do|does|did|mean|work|ones?)\b))`,
    String.raw`\bthat\b(?=\s*(?:[?.!,]|$|(?:mean|work|one)\b))`,
    '它们?|(?<![其吉])[他她]们?(?!人)|这个|那个|这些|那些|这种|那种|该(?=\\p{Script=Han})|(?<![极尤与])其(?![他它实余])',
  ].join('|'),
  'giu',
);

/** A name before the pronoun is what it points at: "When did Tesla get his patent?" */
const NAMES = /\S\s+["“‘]?\p{Lu}[\p{L}\p{N}]*[^\p{L}]|["“《「][^"”》」]+["”》」]/u;
/** So much said before the pronoun is likely to name it too. */
const MUCH = 6;

function pointsBack(question: string): boolean {
  for (const { index } of question.matchAll(POINTS_BACK)) {
    const before = question.slice(0, index);
    if (!NAMES.test(before) && amount(before) < MUCH) return true;
  }
  return false;
}

function isDependent(question: string): boolean {
  const named = amount(question);
  if (named === 0) return true;
  if (GOES_ON.test(question) && named <= LITTLE) return true;
  if (ASKS.test(question) && !DEFINES.test(question) && named <= VERY_LITTLE) return true;
  return pointsBack(question);
}

/** Words carried over at most: more would drown what is asked now. */
const MAX_CARRIED = 6;

/**
 * The question with the words that it leaves unsaid, taken from the questions before: "And its port?" after "How
 * do I install Ollama?" becomes "And its port? install Ollama". For search, not for reading, and without a model.
 * A question that stands alone is returned as it is; so is one that nothing came before.
 * @param history oldest first.
 * @param idf chooses the rarest words where there are more than can be carried; the first ones otherwise.
 */
export function standaloneQuestion(
  question: string,
  history: readonly Turn[],
  idf?: (term: string) => number,
): string {
  const before = history.at(-1);
  if (!before || !isDependent(question)) return question;
  // The one before may lean on others itself.
  const source = standaloneQuestion(before.question, history.slice(0, -1), idf);
  const said = new Set(tokenize(question));
  const carried = [...new Set(contentWords(source))].filter((word) =>
    tokenize(word).some((term) => !said.has(term)),
  );
  const rarity = (word: string): number => Math.max(...tokenize(word).map((term) => idf?.(term) ?? 0));
  const kept = new Set([...carried].sort((a, b) => rarity(b) - rarity(a)).slice(0, MAX_CARRIED));
  return [question, ...carried.filter((word) => kept.has(word))].join(' ');
}
