import { Parser } from 'htmlparser2';
import { SatchelError } from '../errors.ts';
import { LIMITS } from './limits.ts';

/** By their names as written, with whatever prefix. */
export type XmlAttributes = Readonly<Record<string, string>>;

/** What is told of XML while it is read. Names come without their prefix, which is each file's own choice. */
export interface XmlHandler {
  /** @returns false to pass over the element with all that it holds; its `close` is not told either. */
  open(name: string, attributes: XmlAttributes): boolean | void;
  text?(text: string): void;
  close?(name: string): void;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** An attribute by its name without a prefix; one written without a prefix comes first. */
export function attributeOf(attributes: XmlAttributes, name: string): string | undefined {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  return prefixedAttribute(attributes, name);
}

/** An attribute that has a prefix: `r:id` beside `id` names a part, and any prefix may be bound to it. */
export function prefixedAttribute(attributes: XmlAttributes, name: string): string | undefined {
  const key = Object.keys(attributes).find((one) => one.includes(':') && localName(one) === name);
  return key === undefined ? undefined : attributes[key];
}

/** XML of office files is UTF-8; the standard allows UTF-16 with a byte order mark as well. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return first === 0xff && second === 0xfe ? 'utf-16le' : 'utf-8';
}

/**
 * Reads XML as a stream of tags. Entities of a document type are never expanded: the parser knows the five
 * of XML alone.
 * @param feed calls `write` with the bytes, in order.
 * @throws SatchelError `corrupt` beyond `LIMITS.xmlDepth`, and what `feed` throws
 */
export function readXml(handler: XmlHandler, feed: (write: (part: Uint8Array) => void) => void): void {
  let depth = 0;
  /** Depth of the element that is passed over; 0 when none is. */
  let passedAt = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        depth += 1;
        if (depth > LIMITS.xmlDepth) throw new SatchelError('corrupt', { reason: 'nesting' });
        if (passedAt === 0 && handler.open(localName(name), attributes) === false) passedAt = depth;
      },
      ontext(text) {
        if (passedAt === 0) handler.text?.(text);
      },
      onclosetag(name) {
        if (passedAt === 0) handler.close?.(localName(name));
        else if (passedAt === depth) passedAt = 0;
        depth -= 1;
      },
    },
    { xmlMode: true },
  );
  let decoder: TextDecoder | undefined;
  feed((part) => {
    decoder ??= new TextDecoder(encodingOf(part));
    parser.write(decoder.decode(part, { stream: true }));
  });
  parser.end(decoder?.decode());
}
