import { BufferedFile } from './buffered-file.ts';
import type { Database } from './database.ts';
import type { Disk, LogFile } from './disk.ts';
import { together, write } from './write.ts';

/** A value of over 127 MiB throws in some private windows. */
const MAX_BLOB_BYTES = 16 * 2 ** 20;

const from = (name: string, at: number): IDBKeyRange => IDBKeyRange.bound([name, at], [name, Infinity]);

/** Files as Blobs in IndexedDB, each with what was written at once, for threads without files of their own. */
export class BlobDisk implements Disk {
  readonly kind = 'blobs';
  readonly #database: Database;
  readonly #files = new Map<string, BufferedFile>();

  constructor(database: Database) {
    this.#database = database;
  }

  async names(): Promise<string[]> {
    const keys = await this.#database.getAllKeys('blobs');
    return [...new Set(keys.map(([name]) => name))];
  }

  async open(name: string, sizeBytes: number): Promise<LogFile> {
    const file = this.#files.get(name) ?? this.#file(name);
    this.#files.set(name, file);
    await file.loadTo(sizeBytes);
    return file;
  }

  async size(name: string): Promise<number> {
    const blobs = await this.#database.getAll('blobs', from(name, 0));
    return blobs.reduce((sum, { size }) => sum + size, 0);
  }

  async remove(name: string): Promise<void> {
    this.#files.delete(name);
    await write(this.#database, ['blobs'], (tx) =>
      together([() => tx.objectStore('blobs').delete(from(name, 0))]),
    );
  }

  close(): void {
    this.#files.clear();
  }

  #file(name: string): BufferedFile {
    return new BufferedFile({
      load: async (start, end) => {
        const blobs = await this.#database.getAll('blobs', from(name, start));
        return new Uint8Array(await new Blob(blobs).slice(0, end - start).arrayBuffer());
      },
      write: async (at, parts) => {
        const bytes = new Blob([...parts]);
        await write(this.#database, ['blobs'], async (tx) => {
          const blobs = tx.objectStore('blobs');
          const requests = [() => blobs.delete(from(name, at))];
          const puts = Array.from({ length: Math.ceil(bytes.size / MAX_BLOB_BYTES) }, (_, i) => {
            const start = i * MAX_BLOB_BYTES;
            return () => blobs.put(bytes.slice(start, start + MAX_BLOB_BYTES), [name, at + start]);
          });
          await together([...requests, ...puts]);
        });
      },
    });
  }
}
