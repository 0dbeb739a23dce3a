import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../errors.ts';
import type { ParsedDocument } from '../types.ts';
import type { ParserLine } from './parser.ts';
import { SAMPLES, type Sample, type SampleFile } from './sample-files.ts';

type Parse = (file: Blob, name: string, signal: AbortSignal) => Promise<ParsedDocument>;

/** How a file may end that was cut off: with some of its text, or with a code that says so. */
const ENDS_OF_CUT_FILES: readonly ErrorCode[] = ['corrupt', 'no-text', 'wrong-type'];

/** What every format keeps to. A line of the registry without a sample fails here. */
export function describeParser(line: ParserLine, parse: Parse): void {
  const run = ({ name, bytes }: SampleFile, signal = new AbortController().signal): Promise<ParsedDocument> =>
    parse(new Blob([bytes]), name, signal);

  describe(line.id, () => {
    const sample = SAMPLES[line.id] as Sample;

    test('finds the text and none of the markup', async () => {
      const { text, format, warnings } = await run(sample);
      expect(format).toBe(line.id);
      expect(warnings).toEqual([]);
      for (const phrase of sample.phrases) expect(text).toContain(phrase);
      for (const noise of sample.noise) expect(text).not.toContain(noise);
    });

    test('gives sections that are slices of the text, in order, and leave none of it out', async () => {
      const { text, sections } = await run(sample);
      let end = 0;
      for (const section of sections) {
        expect(text.slice(end, section.start).trim()).toBe('');
        expect(section.start).toBeGreaterThanOrEqual(end);
        expect(section.end).toBeGreaterThan(section.start);
        expect(text.slice(section.start, section.end).trim()).toBe(text.slice(section.start, section.end));
        end = section.end;
      }
      expect(end).toBe(text.length);
    });

    test('is told by its name or its bytes, whatever the case of the extension', async () => {
      const { format } = await run({ ...sample, name: sample.name.toUpperCase() });
      expect(format).toBe(line.id);
    });

    test('refuses a file with nothing to read', async () => {
      await expect(run(sample.blank)).rejects.toMatchObject({
        code: 'no-text',
        details: { name: sample.blank.name },
      });
    });

    test('ends a cut-off file with its text so far or a coded error', async () => {
      const cut = { ...sample, bytes: sample.bytes.slice(0, sample.bytes.length / 2) };
      const outcome = await run(cut).then(
        ({ text }) => (text.trim() === '' ? 'blank' : 'text'),
        (error: { code: string }) => error.code,
      );
      expect(['text', ...ENDS_OF_CUT_FILES]).toContain(outcome);
    });

    test('stops when it is told to', async () => {
      const controller = new AbortController();
      const running = run(sample, controller.signal);
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'aborted' });
    });
  });
}
