import { SatchelError, type ErrorCode } from './errors.ts';

/**
 * One line of a registry: facts that can be read at once (for menus, checks and docs) and a `load` that
 * fetches the code behind them.
 */
export interface RegistryLine<Loaded> {
  readonly id: string;
  /** A proper name, the same in every language. */
  readonly label: string;
  load(): Promise<Loaded>;
}

export interface Registry<Line> {
  readonly lines: readonly Line[];
  /** @throws SatchelError with the registry's code when no line has this id. */
  get(id: string): Line;
}

/** @param missing the code thrown for an id that is not listed. */
export function createRegistry<Line extends { readonly id: string }>(
  lines: readonly Line[],
  missing: ErrorCode,
): Registry<Line> {
  const byId = new Map(lines.map((line) => [line.id, line]));
  return {
    lines,
    get(id) {
      const line = byId.get(id);
      if (!line) throw new SatchelError(missing, { id });
      return line;
    },
  };
}
