import { expect, inject, test } from 'vitest';
import { toSatchelError, type SatchelError } from './errors.ts';
import { fetchDocument } from './fetch-document.ts';

/** What a browser says of a failure is less than what Node says: an error without a reason. */
async function failureOf(address: string): Promise<SatchelError> {
  try {
    for await (const event of fetchDocument(address)) if (event.type === 'fetched') break;
  } catch (error) {
    return toSatchelError(error);
  }
  throw new Error(`${address} was fetched`);
}

test('a site that this page may not read is told from one that is not there', async () => {
  const refused = inject('ollamaRefusingUrl');
  const { code, details } = await failureOf(`${refused}/api/version`);
  expect({ code, details }).toEqual({ code: 'web-refused', details: { host: new URL(refused).host } });
  expect((await failureOf('http://127.0.0.1:9/')).code).toBe('web-unreachable');
});

test('a connection torn amid the file yields no half of a file', async () => {
  const torn = `${inject('hubUrl')}/breaks/owner/name/resolve/main/tokenizer.json`;
  expect((await failureOf(torn)).code).toBe('web-unreachable');
});
