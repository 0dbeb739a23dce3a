import type { Span } from './sentences.ts';

/** Best places to cut first: clause ends, then white space, then anywhere. */
const BOUNDARIES = [/[，、,;；:：—)）\]】]\s*(?=[^\s])/gu, /\s+(?=\S)/gu];

/** The last boundary in the final half of `window`, else its length, never inside a surrogate pair. */
function cutPosition(window: string): number {
  const half = window.length / 2;
  for (const boundary of BOUNDARIES) {
    let best = 0;
    for (const match of window.matchAll(boundary)) best = match.index + match[0].length;
    if (best > half) return best;
  }
  const last = window.charCodeAt(window.length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return splitsPair && window.length > 1 ? window.length - 1 : window.length;
}

/**
 * Cuts one sentence that alone is longer than `maxTokens`. Text is measured a window at a time, the size of
 * the window following the tokens per character seen so far: counting an 8 MB line again and again would
 * take minutes.
 */
export function* splitLongSentence(
  text: string,
  sentence: Span,
  maxTokens: number,
  countTokens: (text: string) => number,
): Generator<Span & { readonly tokens: number }> {
  let { start } = sentence;
  let size = maxTokens * 4;
  while (start < sentence.end) {
    const window = text.slice(start, Math.min(sentence.end, start + Math.max(1, Math.floor(size))));
    const isRest = start + window.length >= sentence.end;
    const raw = isRest ? window : window.slice(0, cutPosition(window));
    const part = raw.trimEnd();
    const tokens = countTokens(part);
    if (tokens > maxTokens && part.length > 2) {
      size = Math.min(size * 0.9, (0.95 * part.length * maxTokens) / tokens);
      continue;
    }
    if (part) yield { start, end: start + part.length, tokens };
    start += raw.length;
    // A cut at a boundary leaves up to half the window unused, so growing slowly keeps the next one close.
    if (tokens > 0) size = Math.min(size * 1.5, (0.95 * part.length * maxTokens) / tokens + 8);
    while (start < sentence.end && /\s/.test(text.charAt(start))) start++;
  }
}
