import { htmlOf } from './html-text.ts';
import { formatNumber } from './number-format.ts';
import { attributeOf, type XmlAttributes, type XmlHandler } from './xml.ts';

interface Points {
  format: string;
  readonly values: Map<number, string>;
}

interface Series {
  name: string;
  readonly categories: Points;
  readonly values: Points;
}

const points = (): Points => ({ format: 'General', values: new Map() });

/** Labels of axes and data are numbers that the table has. */
const PASSED = new Set('dLbls spPr txPr extLst externalData Fallback fmts'.split(' '));

/** Reads a chart: its title, and the numbers that it was drawn from as it keeps them. */
export class ChartReader implements XmlHandler {
  #title = '';
  readonly #series: Series[] = [];
  #isInPlot = false;
  #isInText = false;
  #target: Points | 'name' | undefined;
  #index = 0;
  #capturing: 'title' | 'value' | 'format' | undefined;

  open(name: string, attributes: XmlAttributes): boolean | void {
    if (PASSED.has(name)) return false;
    if (name === 'plotArea') this.#isInPlot = true;
    else if (name === 'title') {
      // Titles of axes lie in the plot.
      if (this.#isInPlot) return false;
      this.#isInText = true;
    } else if (name === 'ser') this.#series.push({ name: '', categories: points(), values: points() });
    else if (name === 'tx') this.#target = this.#isInPlot ? 'name' : undefined;
    else if (name === 'cat' || name === 'xVal') this.#target = this.#series.at(-1)?.categories;
    else if (name === 'val' || name === 'yVal') this.#target = this.#series.at(-1)?.values;
    else if (name === 'pt') this.#index = Number(attributeOf(attributes, 'idx')) || 0;
    else if (name === 't' && this.#isInText) this.#capturing = 'title';
    else if (name === 'v') this.#capturing = this.#isInText ? 'title' : 'value';
    else if (name === 'formatCode') this.#capturing = 'format';
  }

  text(text: string): void {
    if (this.#capturing === 'title') this.#title += text;
    const target = this.#target;
    if (target === undefined || this.#capturing === undefined || this.#capturing === 'title') return;
    const series = this.#series.at(-1);
    if (target === 'name') {
      if (series && this.#capturing === 'value') series.name += text;
    } else if (this.#capturing === 'format') {
      target.format = target.format === 'General' ? text : target.format + text;
    } else target.values.set(this.#index, (target.values.get(this.#index) ?? '') + text);
  }

  close(name: string): void {
    if (name === 'plotArea') this.#isInPlot = false;
    else if (name === 'title') this.#isInText = false;
    else if (['tx', 'cat', 'val', 'xVal', 'yVal'].includes(name)) this.#target = undefined;
    else if (name === 't' || name === 'v' || name === 'formatCode') this.#capturing = undefined;
    else if (name === 'p' && this.#isInText) this.#title += ' ';
  }

  get title(): string {
    return this.#title.replace(/\s+/g, ' ').trim();
  }

  /** A row for each category, a column for each series. */
  get html(): string {
    const title = this.title === '' ? '' : `<p>${htmlOf(this.title)}</p>`;
    const shown = this.#series.filter(({ values }) => values.values.size > 0);
    const categories = shown[0]?.categories;
    if (!categories) return title;
    const header = ['', ...shown.map(({ name }) => name)].map((text) => `<th>${htmlOf(text)}</th>`);
    const indexes = new Set(shown.flatMap(({ values }) => [...values.values.keys()]));
    const rows = [...indexes].map((index) => {
      const cells = shown.map(({ values }) => `<td>${htmlOf(pointText(values, index))}</td>`);
      return `<tr><th>${htmlOf(pointText(categories, index))}</th>${cells.join('')}</tr>`;
    });
    return `${title}<table><tr>${header.join('')}</tr>${rows.join('')}</table>`;
  }
}

function pointText({ format, values }: Points, index: number): string {
  const text = values.get(index)?.trim() ?? '';
  const value = Number(text);
  return text === '' || !Number.isFinite(value) ? text : formatNumber(format, value);
}
