import { SatchelError } from '../errors.ts';
import { attributeOf } from './xml.ts';
import type { ZipParts } from './zip-parts.ts';

/** A line that leads from one part of an Office file to another. */
export interface Relationship {
  readonly id: string;
  /** Last word of its type, such as `slide`: the addresses before it differ between Transitional and Strict. */
  readonly kind: string;
  /** Name of the part within the zip. */
  readonly target: string;
}

/** `../charts/chart1.xml` as seen from `ppt/slides/slide1.xml` is `ppt/charts/chart1.xml`. */
export function resolveTarget(from: string, target: string): string {
  const path = target.replaceAll('\\', '/');
  const folders = path.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') folders.pop();
    else if (step !== '' && step !== '.') folders.push(step);
  }
  return folders.join('/');
}

/** The relationships of a part; '' is the package itself. None where the part has none. */
export function relationshipsOf(parts: ZipParts, part: string): Relationship[] {
  const cut = part.lastIndexOf('/') + 1;
  const found: Relationship[] = [];
  parts.readXml(`${part.slice(0, cut)}_rels/${part.slice(cut)}.rels`, {
    open(name, attributes) {
      if (name !== 'Relationship' || attributeOf(attributes, 'TargetMode') === 'External') return;
      const type = attributeOf(attributes, 'Type') ?? '';
      found.push({
        id: attributeOf(attributes, 'Id') ?? '',
        kind: type.slice(type.lastIndexOf('/') + 1),
        target: resolveTarget(part, attributeOf(attributes, 'Target') ?? ''),
      });
    },
  });
  return found;
}

/**
 * The part that everything else hangs on.
 * @param usual where most writers put it, for a file whose relationships are gone.
 * @throws SatchelError `corrupt` where there is none
 */
export function mainPartOf(parts: ZipParts, usual: string): string {
  const main = relationshipsOf(parts, '').find(({ kind }) => kind === 'officeDocument')?.target;
  const part = [main, usual].find((name) => name !== undefined && parts.has(name));
  if (part === undefined) throw new SatchelError('corrupt', { reason: 'part-missing', entry: usual });
  return part;
}

const ESCAPED = /_x([0-9a-f]{4})_/gi;

/** Office writes characters that XML cannot hold, such as a vertical tab, as `_x000B_`. */
export const unescapeOffice = (text: string): string =>
  text.includes('_x')
    ? text.replace(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
