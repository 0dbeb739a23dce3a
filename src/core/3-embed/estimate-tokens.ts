/**
 * Tokens of a text without its tokenizer. Latin letters count one for three, where English needs one for four
 * or more; digits and signs one each; every other character what its model takes for a rare one.
 *
 * @param tokensPerCharacter most tokens that the model takes for one character outside the Latin letters.
 */
export function estimateTokens(text: string, tokensPerCharacter: number): number {
  let tokens = 0;
  for (const [run] of text.matchAll(/[A-Za-z\u00C0-\u024F]+|[\u0021-\u007E]|[^\s\u0021-\u007E]/gu)) {
    if (/^[A-Za-z\u00C0-\u024F]/.test(run)) tokens += Math.ceil(run.length / 3);
    else tokens += run.charCodeAt(0) < 0x80 ? 1 : Math.max(1, tokensPerCharacter * run.length);
  }
  return Math.ceil(tokens);
}
