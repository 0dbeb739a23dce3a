import { attributeOf, readXml } from './xml.ts';

interface Style {
  name: string;
  basedOn: string;
  /** 0 is outermost; undefined where the style it is based on decides. */
  outline: number | undefined;
}

/** mammoth knows Word's own by name. */
const BUILT_IN = /^(?:heading \d|title)$/i;
const MAX_HEADING = 6;
/** Styles based on one another in a ring end here. */
const MAX_CHAIN = 12;

function readStyles(xml: Uint8Array): ReadonlyMap<string, Style> {
  const styles = new Map<string, Style>();
  let style: Style | undefined;
  const handler = {
    open(name: string, attributes: Readonly<Record<string, string>>): void {
      const value = attributeOf(attributes, 'val') ?? '';
      if (name === 'style') {
        style = { name: '', basedOn: '', outline: undefined };
        const isParagraph = attributeOf(attributes, 'type') === 'paragraph';
        if (isParagraph) styles.set(attributeOf(attributes, 'styleId') ?? '', style);
      } else if (!style) return;
      else if (name === 'name') style.name = value;
      else if (name === 'basedOn') style.basedOn = value;
      else if (name === 'outlineLvl') style.outline = Number(value);
    },
  };
  readXml(handler, (write) => write(xml));
  return styles;
}

/** Lines for mammoth's style map: a company's own heading styles are headings by their outline level. */
export function headingStyles(xml: Uint8Array | undefined): string[] {
  if (!xml) return [];
  const styles = readStyles(xml);
  return [...styles.values()].flatMap(({ name, ...own }) => {
    let { basedOn, outline } = own;
    for (let n = 0; outline === undefined && n < MAX_CHAIN; n++) {
      const base = styles.get(basedOn);
      if (!base) break;
      ({ basedOn, outline } = base);
    }
    const isHeading = outline !== undefined && outline >= 0 && outline < MAX_HEADING;
    if (!isHeading || BUILT_IN.test(name) || name === '' || /['\\\n]/.test(name)) return [];
    return [`p[style-name='${name}'] => h${Number(outline) + 1}:fresh`];
  });
}
