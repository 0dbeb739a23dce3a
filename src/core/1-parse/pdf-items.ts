/** A run of text on a page, as pdf.js gives it. Lengths are in points (1/72 inch). */
export interface PdfItem {
  readonly str: string;
  /** a, b, c, d, x, y: (a, b) is the direction of the baseline. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly isVertical: boolean;
  readonly isRightToLeft: boolean;
}

/** The part of pdf.js's text content that is read here; marked content has no `str`. */
interface TextContent {
  readonly items: readonly object[];
  readonly styles: Readonly<Record<string, { readonly vertical: boolean } | undefined>>;
}

interface TextItem {
  readonly str: string;
  readonly dir: string;
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly fontName: string;
}

const isText = (item: object): item is TextItem => 'str' in item;

/** Text items in the order in which the page draws them: positions here are positions in pdf.js's text layer. */
export const toItems = ({ items, styles }: TextContent): PdfItem[] =>
  items.filter(isText).map(({ str, dir, transform, width, height, fontName }) => ({
    str,
    transform,
    width,
    height,
    isVertical: styles[fontName]?.vertical ?? false,
    isRightToLeft: dir === 'rtl',
  }));

/** An item seen along its writing direction, whichever that is. */
export interface Glyphs {
  /** Position in the list of items. */
  readonly item: number;
  readonly text: string;
  readonly isBlank: boolean;
  readonly isRightToLeft: boolean;
  readonly left: number;
  readonly right: number;
  /** Of the baseline; grows towards the line before. */
  readonly across: number;
  readonly size: number;
}

const MIN_FRAME_SHARE = 0.6;
const UNSPACED_CHARACTER = /^[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef]$/;

const sizeOf = ({ transform: [, , c = 0, d = 1], height }: PdfItem): number =>
  Math.hypot(c, d) || height || 1;

/**
 * Whether the page sets characters one below the other, each by itself, as Chromium prints vertical text: no
 * font says so then.
 */
function isStacked(items: readonly PdfItem[]): boolean {
  let characters = 0;
  let stacked = 0;
  let last: PdfItem | undefined;
  for (const item of items) {
    if (item.str.trim() === '') continue;
    characters += item.str.length;
    const [, , , , x = 0, y = 0] = item.transform;
    const [, , , , lastX = 0, lastY = 0] = last?.transform ?? [];
    const size = sizeOf(item);
    if (
      last &&
      UNSPACED_CHARACTER.test(item.str) &&
      Math.abs(x - lastX) < 0.4 * size &&
      Math.abs(y - lastY) < 2.5 * size
    ) {
      stacked += 1;
    }
    last = item;
  }
  return stacked > 20 && stacked > MIN_FRAME_SHARE * characters;
}

/**
 * Items by the direction of their text, the direction that has most first: a landscape page is drawn turned, a
 * stamp in the margin runs upwards, Chinese and Japanese may run downwards.
 */
export function byDirection(items: readonly PdfItem[]): Glyphs[][] {
  const stacked = isStacked(items);
  const directions = new Map<number, { glyphs: Glyphs[]; characters: number }>();
  let above: Glyphs | undefined;
  for (const [item, { str, transform, width, height, isVertical, isRightToLeft }] of items.entries()) {
    if (str === '') continue;
    const [a = 1, b = 0, , , x = 0, y = 0] = transform;
    const size = sizeOf(items[item] as PdfItem);
    const runsDown = isVertical || (stacked && UNSPACED_CHARACTER.test(str));
    const length = Math.hypot(a, b) || 1;
    const cos = runsDown ? 0 : a / length;
    const sin = runsDown ? -1 : b / length;
    // To 5°: a page that was scanned askew has one direction all the same.
    const degrees = Math.round((Math.atan2(sin, cos) * 36) / Math.PI) * 5;
    const across = y * cos - x * sin;
    const isBelow = stacked && runsDown && above && Math.abs(above.across - across) < 0.4 * size;
    // Stacked characters have origins of their own, some of them above that of the one before.
    const left = isBelow && above ? above.right : x * cos + y * sin;
    const glyphs: Glyphs = {
      item,
      text: str,
      isBlank: str.trim() === '',
      isRightToLeft,
      left,
      right: left + (isVertical ? height : runsDown ? size : width),
      across,
      size,
    };
    if (runsDown) above = glyphs;
    const direction = directions.get(degrees);
    if (direction) {
      direction.glyphs.push(glyphs);
      direction.characters += str.length;
    } else directions.set(degrees, { glyphs: [glyphs], characters: str.length });
  }
  return [...directions.values()].sort((a, b) => b.characters - a.characters).map(({ glyphs }) => glyphs);
}
