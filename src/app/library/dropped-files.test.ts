import { describe, expect, it } from 'vitest';
import { filesOfDrop, filesOfPicker } from './dropped-files.ts';

const file = (name: string, webkitRelativePath = ''): File =>
  Object.assign(new File(['x'], name), { webkitRelativePath });

interface Tree {
  readonly [name: string]: Tree | null;
}

/** A folder entry as Chromium gives it: at most 100 children a call, an empty list at the end. */
function entryOf(name: string, fullPath: string, tree: Tree | null): FileSystemEntry {
  const isDirectory = tree !== null;
  return {
    name,
    fullPath,
    isDirectory,
    isFile: !isDirectory,
    file: (resolve: (value: File) => void) => resolve(file(name)),
    createReader() {
      const children = Object.entries(tree ?? {}).map(([child, below]) =>
        entryOf(child, `${fullPath}/${child}`, below),
      );
      return {
        readEntries: (resolve: (batch: FileSystemEntry[]) => void) => resolve(children.splice(0, 100)),
      };
    },
  } as unknown as FileSystemEntry;
}

const transfer = (...items: { entry: FileSystemEntry | null; file: File | null }[]): DataTransfer =>
  ({
    items: items.map((item) => ({
      kind: 'file',
      webkitGetAsEntry: () => item.entry,
      getAsFile: () => item.file,
    })),
  }) as unknown as DataTransfer;

describe('filesOfDrop', () => {
  it('walks folders to the last batch and keeps their paths', async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`${i}.txt`, null]));
    const folder = entryOf('notes', '/notes', { deep: { 'a.md': null }, many });
    const found = await filesOfDrop(transfer({ entry: folder, file: null }));
    expect(found).toHaveLength(251);
    expect(found[0]).toMatchObject({ name: 'a.md', path: 'notes/deep' });
    expect(found.filter(({ path }) => path === 'notes/many')).toHaveLength(250);
  });

  it('leaves out what systems put into folders, but takes any file dropped by itself', async () => {
    const folder = entryOf('work', '/work', {
      '.DS_Store': null,
      'Thumbs.db': null,
      '~$draft.docx': null,
      '.git': { config: null },
      'draft.docx': null,
    });
    const found = await filesOfDrop(
      transfer({ entry: folder, file: null }, { entry: null, file: file('.env') }),
    );
    expect(found.map(({ name, path }) => [path, name])).toEqual([
      ['work', 'draft.docx'],
      ['', '.env'],
    ]);
  });
});

describe('filesOfPicker', () => {
  it('takes single files as they are and folders by their paths', () => {
    const found = filesOfPicker([
      file('a.pdf'),
      file('b.md', 'notes/deep/b.md'),
      file('HEAD', 'notes/.git/HEAD'),
    ]);
    expect(found.map(({ name, path }) => [path, name])).toEqual([
      ['', 'a.pdf'],
      ['notes/deep', 'b.md'],
    ]);
  });
});
