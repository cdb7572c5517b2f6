import { describe, expect, it } from 'vitest';
import type { ErpHabits, ErpUnderTest } from './erp-bench.js';
import { entryOf, erpBench, never } from './erp-bench.js';
import { erpChanges } from './erp-port-changes.js';
import { erpReadAndCreate } from './erp-port-create.js';
import { erpJoin } from './erp-port-join.js';
import { erpKeys } from './erp-port-keys.js';
import { erpParticipants } from './erp-port-participants.js';
import { erpRemove } from './erp-port-remove.js';
import { erpUpdate } from './erp-port-update.js';

export type { ErpHabits, ErpPersonUnderTest, ErpUnderTest } from './erp-bench.js';

/** Runs every promise of `ErpPort` on one implementation. */
export function erpPortContract(
  name: string,
  open: (habits: ErpHabits) => Promise<ErpUnderTest>,
): void {
  describe(`${name} keeps the promises of ErpPort`, () => {
    const bench = erpBench(open);
    erpChanges(bench);
    erpReadAndCreate(bench);
    erpUpdate(bench);
    erpRemove(bench);
    erpJoin(bench);
    erpParticipants(bench);
    erpKeys(bench);

    it('a call whose signal has fired does nothing and throws the reason', async () => {
      const reason = new Error('stopping');
      const stopped = AbortSignal.abort(reason);
      await expect(bench.erp.port.create(bench.lease, [entryOf('A')], stopped)).rejects.toBe(
        reason,
      );
      await expect(bench.erp.port.changesSince('E01', null, stopped)).rejects.toBe(reason);
      expect((await bench.erp.port.changesSince('E01', null, never)).changes).toEqual([]);
    });
  });
}
