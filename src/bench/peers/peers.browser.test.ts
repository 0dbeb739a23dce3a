import { describe, expect, it } from 'vitest';
import { CHECK_NAMES, checkPeer, type CheckName } from './checks.ts';
import { peers } from './registry.ts';

/** What a library is known to get wrong: one that no longer does would fail here, and be measured anew. */
const DEFECTS: Readonly<Record<string, Partial<Record<CheckName, RegExp>>>> = {
  // A panic: 33 equal vectors are more than a leaf of its tree holds.
  voy: { 'equal-vectors': /unreachable/ },
  edgevec: { reopened: /Deserialization failed/ },
  // It puts the farthest first.
  'edgevec-cosine': {
    nearest: /finds 0 of 100/,
    'equal-vectors': /finds other rows/,
    replaced: /does not find/,
    reopened: /Deserialization failed/,
  },
};

for (const { id, load } of peers.lines) {
  describe(id, () => {
    for (const name of CHECK_NAMES) {
      const defect = DEFECTS[id]?.[name];
      it(`${name}${defect ? ' fails, as it is known to' : ''}`, async () => {
        const { failed } = await checkPeer(await load(), name);
        if (defect) expect(failed).toMatch(defect);
        else expect(failed).toBeUndefined();
      });
    }
  });
}

describe('the checks', () => {
  it('fail for an index that finds nothing, and for one that throws what is no Error', async () => {
    const index = {
      add: () => {},
      remove: () => {},
      search: () => [],
      save: () => Promise.reject(new Error('no')),
    };
    for (const name of CHECK_NAMES) expect((await checkPeer(() => index, name)).failed, name).toBeDefined();
    const throwing = () => Promise.reject({ code: 1, message: 'broken' });
    expect(await checkPeer(throwing, 'few')).toEqual({ name: 'few', failed: 'broken' });
  });
});
