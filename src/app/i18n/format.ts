import type { Language } from '../../core/types.ts';

/** Numbers, sizes and times as people of one language write them. */
export interface Format {
  number(value: number): string;
  /** One decimal below 10, none above: a rate that is read while it moves. */
  rate(value: number): string;
  percent(fraction: number): string;
  /** Two decimals, always. */
  score(value: number): string;
  bytes(value: number): string;
  /** Rounded to what a person plans by: seconds below a minute, then minutes, then hours and minutes. */
  duration(seconds: number): string;
  /** Milliseconds below a second, seconds with one decimal above. */
  elapsed(milliseconds: number): string;
  date(time: number): string;
  list(items: readonly string[]): string;
}

/** Numbers with commas between them, as a person writes them: `1, 2, 3, 7` is 1–3, 7. */
export function ranges(numbers: string): string {
  const runs: [number, number][] = [];
  for (const number of numbers.split(', ').map(Number)) {
    const last = runs.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? first : `${first}–${last}`)).join(', ');
}

export const LOCALES: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-Hans-CN' };

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

export function createFormat(language: Language): Format {
  const locale = LOCALES[language];
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const twoDecimals = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const unit = (name: string, value: number, digits: number): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      // The short form of "bytes" is "byte", in Chinese as well.
      unitDisplay: name === 'byte' ? 'long' : 'short',
      maximumFractionDigits: digits,
    }).format(value);

  return {
    number: (value) => whole.format(value),
    rate: (value) => (value < 10 ? oneDecimal : whole).format(value),
    percent: (fraction) => percent.format(fraction),
    score: (value) => twoDecimals.format(value),
    bytes(value) {
      let size = value;
      let step = 0;
      // 999.95 and not 1000: the rounded figure must not read "1,000 kB".
      while (size >= 999.95 && step < BYTE_UNITS.length - 1) {
        size /= 1000;
        step += 1;
      }
      return unit(BYTE_UNITS[step] ?? 'byte', size, step === 0 || size >= 100 ? 0 : 1);
    },
    duration(seconds) {
      const rounded = Math.max(1, Math.round(seconds));
      if (rounded < 60) return unit('second', rounded, 0);
      const minutes = Math.round(rounded / 60);
      if (minutes < 60) return unit('minute', minutes, 0);
      const hours = unit('hour', Math.floor(minutes / 60), 0);
      return minutes % 60 === 0 ? hours : `${hours} ${unit('minute', minutes % 60, 0)}`;
    },
    elapsed: (milliseconds) =>
      milliseconds < 1000
        ? unit('millisecond', Math.round(milliseconds), 0)
        : unit('second', milliseconds / 1000, 1),
    date: (time) => date.format(time),
    list: (items) => list.format(items),
  };
}
