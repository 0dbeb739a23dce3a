import { format } from 'numfmt';

/**
 * Formats that Excel knows by number and does not write into the file. 14 and 22 follow the reader's country;
 * here they are dates that every country reads. 27 to 58 are those of Chinese Excel.
 */
const BUILT_IN: Readonly<Record<number, string>> = {
  1: '0',
  2: '0.00',
  3: '#,##0',
  4: '#,##0.00',
  5: '"$"#,##0_);("$"#,##0)',
  6: '"$"#,##0_);("$"#,##0)',
  7: '"$"#,##0.00_);("$"#,##0.00)',
  8: '"$"#,##0.00_);("$"#,##0.00)',
  9: '0%',
  10: '0.00%',
  11: '0.00E+00',
  12: '# ?/?',
  13: '# ??/??',
  14: 'yyyy-mm-dd',
  15: 'd-mmm-yy',
  16: 'd-mmm',
  17: 'mmm-yy',
  18: 'h:mm AM/PM',
  19: 'h:mm:ss AM/PM',
  20: 'h:mm',
  21: 'h:mm:ss',
  22: 'yyyy-mm-dd h:mm',
  27: 'yyyy"年"m"月"',
  28: 'm"月"d"日"',
  29: 'm"月"d"日"',
  30: 'yyyy-mm-dd',
  31: 'yyyy"年"m"月"d"日"',
  32: 'h"时"mm"分"',
  33: 'h"时"mm"分"ss"秒"',
  34: 'h"时"mm"分"',
  35: 'h"时"mm"分"ss"秒"',
  36: 'yyyy"年"m"月"',
  37: '#,##0_);(#,##0)',
  38: '#,##0_);(#,##0)',
  39: '#,##0.00_);(#,##0.00)',
  40: '#,##0.00_);(#,##0.00)',
  41: '#,##0',
  42: '"$"#,##0',
  43: '#,##0.00',
  44: '"$"#,##0.00',
  45: 'mm:ss',
  46: '[h]:mm:ss',
  47: 'mm:ss.0',
  48: '##0.0E+0',
  49: '@',
  50: 'yyyy"年"m"月"',
  51: 'm"月"d"日"',
  52: 'yyyy"年"m"月"',
  53: 'm"月"d"日"',
  54: 'm"月"d"日"',
  55: 'h"时"mm"分"',
  56: 'h"时"mm"分"ss"秒"',
  57: 'yyyy"年"m"月"',
  58: 'm"月"d"日"',
};

export const builtInFormat = (id: number): string => BUILT_IN[id] ?? 'General';

/** Excel refuses longer ones. */
const MAX_PATTERN = 255;
/** A whole number up to here is written out: `1.38E+10` is no telephone number. */
const MAX_WHOLE = 1e15;
/** Characters that the format without a format gives a number with a fraction. */
const MAX_GENERAL = 10;
/** Days from 1 January 1900 to 1 January 1904, from which old Excel for the Mac counts. */
const DAYS_TO_1904 = 1462;
const DATE_PART = /[ymdhs]/i;
const LITERAL = /"[^"]*"|\\.|\[[^\]]*\]/g;

function general(value: number): string {
  const plain = String(value);
  if (Number.isInteger(value) ? Math.abs(value) < MAX_WHOLE : plain.length <= MAX_GENERAL) return plain;
  return format('General', value, { throws: false });
}

/** A number as a cell with this format shows it, without padding. Never throws. */
export function formatNumber(pattern: string, value: number, is1904 = false): string {
  if (!Number.isFinite(value)) return '';
  if (pattern === 'General' || pattern === '@' || pattern === '' || pattern.length > MAX_PATTERN) {
    return general(value);
  }
  const isDate = is1904 && DATE_PART.test(pattern.replace(LITERAL, ''));
  try {
    return format(pattern, isDate ? value + DAYS_TO_1904 : value, { throws: false }).trim();
  } catch {
    return general(value);
  }
}
