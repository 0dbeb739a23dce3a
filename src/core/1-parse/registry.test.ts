import { expect, test } from 'vitest';
import { preparePdfInNode } from '../../../scripts/pdf-in-node.ts';
import { parseFile } from './parse-file.ts';
import { describeParser } from './parser.contract.ts';
import { parsers } from './registry.ts';

preparePdfInNode();
for (const line of parsers.lines) describeParser(line, parseFile);

test('no extension or media type has two parsers', () => {
  for (const key of ['extensions', 'mediaTypes'] as const) {
    const all = parsers.lines.flatMap((line) => line[key]);
    expect(all.filter((one, i) => all.indexOf(one) !== i)).toEqual([]);
    expect(all).toEqual(all.map((one) => one.toLowerCase()));
  }
});
