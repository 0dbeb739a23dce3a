import { toErrorData } from '../core/errors.ts';
import type { AnswerFigures, LoadFigures, StopFigures } from './measure.ts';

/** Lines of the block that a person copies into a report. */

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
const perSecond = (count: number, milliseconds: number, unit = 'tokens'): string =>
  milliseconds > 0 ? `${((1000 * count) / milliseconds).toFixed(1)} ${unit}/s` : 'not to be told';

export const loadLine = ({ loadMs, loadedBytes }: LoadFigures): string =>
  `load: ${seconds(loadMs)}, ${(loadedBytes / 1e6).toFixed(1)} MB`;

export function answerLine(name: string, figures: AnswerFigures): string {
  const { firstTokenMs, writingMs, pieces, reason, usage = {} } = figures;
  const { promptTokens, evaluatedTokens = promptTokens, completionTokens } = usage;
  const [written, unit] = completionTokens === undefined ? [pieces, 'pieces'] : [completionTokens, 'tokens'];
  const prefill =
    promptTokens === undefined || evaluatedTokens === undefined
      ? 'not counted by the engine'
      : `${perSecond(evaluatedTokens, firstTokenMs)} (${evaluatedTokens} of ${promptTokens} tokens)`;
  return [
    `${name}: first token ${seconds(firstTokenMs)}`,
    `prefill ${prefill}`,
    `decode ${perSecond(written - 1, writingMs, unit)} (${written} ${unit})`,
    ...(reason === 'length' ? ['cut at its limit'] : []),
  ].join('; ');
}

export const stopLine = (during: string, { toldMs, freeMs }: StopFigures): string =>
  Number.isNaN(toldMs)
    ? `stop while ${during}: the answer had ended before`
    : `stop while ${during}: told after ${toldMs.toFixed(0)} ms, free after ${freeMs.toFixed(0)} ms`;

export function errorLine(step: string, error: unknown): string {
  const { code, details } = toErrorData(error);
  return `${step}: error ${code} ${JSON.stringify(details)}`;
}
