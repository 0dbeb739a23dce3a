import { describe, expect, it } from 'vitest';
import { namedRow } from '../../core/1-parse/table-lines.ts';
import { rowCells, tableOf } from './table-rows.ts';

/** Cells of each line by column; a cell over several columns stands in brackets. */
function cellsOf(text: string, columns?: readonly string[]): string[][] {
  const table = tableOf(text, { start: 0, end: text.length, kind: 'table', ...(columns && { columns }) });
  let start = 0;
  return text.split('\n').map((line) => {
    const cells: string[] = [];
    for (const cell of rowCells(text, { start, end: start + line.length }, table)) {
      const value = text.slice(cell.start, cell.end);
      cells[cell.column] = cell.span > 1 ? `[${value}]` : value;
    }
    start += line.length + 1;
    return Array.from(cells, (value) => value ?? '');
  });
}

describe('rowCells', () => {
  it('finds the cells of a row that the parsers wrote', () => {
    const columns = ['名称', 'Price; net', '', 'Note'];
    const rows = [
      ['Hub', '79.99', 'new', 'Two; not one: see below'],
      ['鼠标', '', '', '库存: 3'],
      ['', '12', 'bare', ''],
      ['Note', '1', '', ''],
    ];
    const text = rows.map((row) => namedRow(columns, row)).join('\n');
    expect(cellsOf(text, columns)).toEqual([rows[0], rows[1], ['', '12', 'bare'], ['Note', '1']]);
  });

  it('parts rows without names where all of them can be', () => {
    expect(cellsOf('a | b\nc | d')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(cellsOf('1; 2\n3; 4')).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(cellsOf('Order: Anseriformes\nFamily: Anatidae')).toEqual([
      ['Order', 'Anseriformes'],
      ['Family', 'Anatidae'],
    ]);
    expect(cellsOf('1; 2; 3\n4; 5\n6\n7; 8')).toEqual([['1; 2; 3'], ['4; 5'], ['6'], ['7; 8']]);
    expect(cellsOf('a | b | c\nd | e | f\ng | h')[2]).toEqual(['[g | h]']);
  });

  it('shows a line that fits no column whole', () => {
    expect(cellsOf('A: 1; B: 2\nTotal, without a name', ['A', 'B'])[1]).toEqual(['[Total, without a name]']);
  });
});
