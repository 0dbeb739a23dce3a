import { isLitter } from '../../core/litter.ts';
import type { FileInput } from '../../core/types.ts';

const folderOf = (path: string): string => path.split('/').slice(0, -1).join('/');

/** What a file picker returned; a folder picker gives each file its path. */
export function filesOfPicker(files: Iterable<File>): readonly FileInput[] {
  return [...files].flatMap((file) => {
    const parts = file.webkitRelativePath.split('/').filter(Boolean);
    if (parts.length > 0 && parts.some(isLitter)) return [];
    return [{ file, name: file.name, path: folderOf(file.webkitRelativePath) }];
  });
}

/**
 * What was dropped, folders walked through. Must be called within the drop event, since the browser empties
 * the transfer when the handler returns.
 */
export async function filesOfDrop(transfer: DataTransfer): Promise<readonly FileInput[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = await Promise.all(
    entries.map(async ({ entry, file }): Promise<readonly FileInput[]> => {
      if (entry?.isDirectory) return walk(entry as FileSystemDirectoryEntry);
      return file ? [{ file, name: file.name, path: '' }] : [];
    }),
  );
  return found.flat();
}

async function walk(folder: FileSystemDirectoryEntry): Promise<readonly FileInput[]> {
  const found: FileInput[] = [];
  for (const entry of await entriesOf(folder)) {
    if (isLitter(entry.name)) continue;
    if (entry.isDirectory) found.push(...(await walk(entry as FileSystemDirectoryEntry)));
    else {
      const file = await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      );
      found.push({ file, name: file.name, path: folderOf(entry.fullPath.replace(/^\//, '')) });
    }
  }
  return found;
}

/** `readEntries` returns at most 100 entries a call in Chromium, and none once it has returned all. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return all;
    all.push(...batch);
  }
}
