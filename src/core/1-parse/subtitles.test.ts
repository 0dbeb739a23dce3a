import { expect, test } from 'vitest';
import { parseFile } from './parse-file.ts';

test('cues become sentences under the time of their stretch; captions that scroll are read once', async () => {
  const cues = [
    '00:01.000 --> 00:03.000 align:start\nThe tide\n',
    '00:03.000 --> 00:04.000\nThe tide\nis <c.red>high</c> &amp;\n',
    '00:04.000 --> 00:06.000\nis high &amp;\nrising.\n',
    '00:20.000 --> 00:22.000\n灯塔\n',
    '00:22.000 --> 00:24.000\n看守人。\n',
    '01:05:00.000 --> 01:05:02.000\nLater.\n',
  ];
  const file = new Blob([`WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE none\n\n${cues.join('\n')}`]);
  const { text, sections } = await parseFile(file, 'a.vtt', new AbortController().signal);
  expect(sections.map(({ start, end, headings }) => [...headings, text.slice(start, end)])).toEqual([
    ['00:00:01', 'The tide is high & rising.\n\n灯塔看守人。'],
    ['01:05:00', 'Later.'],
  ]);
});
