import { describe, expect, test } from 'vitest';
import { fileOfText, readPaste, type Copied } from './pasted.ts';
import { webAddress } from './web-address.ts';

const clipboard = (data: Record<string, string>, files: readonly File[] = []): Copied => ({
  files,
  text: data['text/plain'] ?? '',
  html: data['text/html'] ?? '',
});

describe('a paste', () => {
  test('of files is those files, whatever else comes with them', () => {
    const file = new File(['%PDF'], 'a.pdf');
    const pasted = readPaste(clipboard({ 'text/plain': 'a.pdf\nb' }, [file]), 'Pasted');
    expect(pasted).toEqual({ kind: 'files', files: [{ file, name: 'a.pdf', path: '' }] });
  });

  test('of several lines is a document, named by the first', async () => {
    const pasted = readPaste(
      clipboard({ 'text/plain': '\r\nFerries / 2024\r\n\r\nThe last one.' }),
      'Pasted',
    );
    const [file] = pasted.kind === 'files' ? pasted.files : [];
    expect(file?.name).toBe('Ferries 2024.txt');
    expect(await file?.file.text()).toBe('\nFerries / 2024\n\nThe last one.');
  });

  test('of HTML that has structure keeps it, of coloured text is the text', async () => {
    const text = 'Table\nA B';
    const html = '<html><body><!--StartFragment--><table><tr><td>A</table><!--EndFragment--></body></html>';
    const rich = readPaste(clipboard({ 'text/plain': text, 'text/html': html }), 'Pasted');
    const [file] = rich.kind === 'files' ? rich.files : [];
    expect(file?.name).toBe('Table.html');
    expect(await file?.file.text()).toContain('<article><table><tr><td>A</table></article>');
    const plain = { 'text/plain': text, 'text/html': '<div><span style="color:red">Table</span></div>' };
    expect(readPaste(clipboard(plain), 'Pasted')).toMatchObject({ files: [{ name: 'Table.txt' }] });
  });

  test('of one line is asked about, of an address as one', () => {
    expect(readPaste(clipboard({ 'text/plain': ' How large? ' }), '')).toEqual({
      kind: 'text',
      text: 'How large?',
    });
    expect(readPaste(clipboard({ 'text/plain': 'https://example.org/a' }), '')).toMatchObject({
      kind: 'web',
    });
  });
});

test.each([
  ['# Bees\n\ntext', '', 'Bees.md'],
  ['- one\n- two', '', 'one.md'],
  ['text', 'My\u0000 notes', 'My notes.txt'],
  ['***', '', 'Untitled.txt'],
  ['字'.repeat(200), '', `${'字'.repeat(80)}.txt`],
])('the text %j with the title %j is %s', (text, title, name) => {
  expect(fileOfText(text, title, 'Untitled').name).toBe(name);
});

test.each([
  ['example.org/a b', undefined],
  ['example.org/a', 'https://example.org/a'],
  ['http://localhost:8080', 'http://localhost:8080/'],
  ['ftp://example.org', undefined],
  ['javascript:alert(1)', undefined],
  ['bees', undefined],
])('the address %s is %s', (typed, address) => {
  expect(webAddress(typed)).toBe(address);
});
