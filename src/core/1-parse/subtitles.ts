import { joinSoftLines } from './clean-text.ts';
import { decodeText } from './decode-text.ts';
import { DocumentBuilder } from './document-builder.ts';
import type { DocumentParser } from './parser.ts';

interface Cue {
  readonly startsAtS: number;
  readonly endsAtS: number;
  readonly lines: readonly string[];
}

/** A section is this long, or as much longer as its last sentence takes. */
const STRETCH_S = 60;
const MAX_STRETCH_S = 180;
/** A pause that begins a new paragraph, where a sentence has ended. */
const PAUSE_S = 3;
const TIMES = /((?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d+)?)\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d+)?)/;
const SENTENCE_END = /[.!?…。！？][\p{Pf}\p{Pe}"'”’」』]*$/u;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  lrm: '',
  rlm: '',
};

const secondsOf = (time: string): number =>
  time
    .replace(',', '.')
    .split(':')
    .reduce((sum, part) => 60 * sum + Number(part), 0);

const two = (value: number): string => String(value).padStart(2, '0');

const timeOf = (seconds: number): string =>
  [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60].map(two).join(':');

/** Without tags; a voice tag of WebVTT names who speaks. */
const cleanLine = (line: string): string =>
  line
    .replace(/<v(?:\.[^\s>]*)?\s+([^>]+)>/g, '$1: ')
    .replace(/<[^>]*>|\{\\[^}]*\}/g, '')
    .replace(/&(\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .trim();

function cuesOf(text: string): Cue[] {
  const cues: Cue[] = [];
  for (const block of text.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n/)) {
    const lines = block.split('\n');
    const at = lines.findIndex((line) => TIMES.test(line));
    const [, start = '', end = ''] = TIMES.exec(lines[at] ?? '') ?? [];
    if (start === '') continue;
    const said = lines.slice(at + 1).map(cleanLine);
    const kept = said.filter((line) => line !== '');
    cues.push({ startsAtS: secondsOf(start), endsAtS: secondsOf(end), lines: kept });
  }
  return cues;
}

/** SubRip and WebVTT: what is said, in paragraphs, under the time at which each stretch begins. */
export const subtitlesParser: DocumentParser = {
  parse({ bytes }) {
    const { text, warnings } = decodeText(bytes);
    const builder = new DocumentBuilder();
    let startsAtS = -Infinity;
    let endsAtS = 0;
    let lines: string[] = [];
    let last = '';
    const endParagraph = (): void => {
      builder.block(joinSoftLines(lines.join('\n')));
      lines = [];
    };
    for (const cue of cuesOf(text)) {
      const passed = cue.startsAtS - startsAtS;
      const isSentenceEnd = lines.length === 0 || SENTENCE_END.test(last);
      if (passed >= MAX_STRETCH_S || (passed >= STRETCH_S && isSentenceEnd)) {
        endParagraph();
        builder.section([timeOf(cue.startsAtS)]);
        ({ startsAtS } = cue);
      } else if (isSentenceEnd && cue.startsAtS - endsAtS >= PAUSE_S) endParagraph();
      ({ endsAtS } = cue);
      for (const line of cue.lines) {
        // Captions that scroll show each line twice.
        if (line !== last) lines.push(line);
        last = line;
      }
    }
    endParagraph();
    return Promise.resolve(builder.build({ format: 'subtitles', warnings }));
  },
};
