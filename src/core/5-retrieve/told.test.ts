import { describe, expect, it } from 'vitest';
import { Told } from './told.ts';

const newOnes = (...texts: readonly string[]): string[] => {
  const told = new Told();
  return texts.filter((text) => told.add(text));
};

describe('Told', () => {
  it('knows a copy, whatever its lines and widths are', () => {
    const text = 'The port is 11434.\nIt can be changed.\n默认端口是11434。';
    expect(newOnes(text, 'The  port is\u00a011434.\n\nIt can be changed. 默认端口是１１４３４。')).toEqual([
      text,
    ]);
  });

  it('knows another cut of what came before', () => {
    const first = 'One is here. Two is here.';
    const second = 'Three is here. Four is here.';
    expect(newOnes(first, second, 'Two is here. Three is here.', 'Four is here. Five is here.')).toEqual([
      first,
      second,
      'Four is here. Five is here.',
    ]);
  });

  it('keeps versions that differ in a figure or a word', () => {
    const versions = ['The fee is 100 euros.', 'The fee is 120 euros.', 'The fee is not 120 euros.'];
    expect(newOnes(...versions)).toEqual(versions);
  });
});
