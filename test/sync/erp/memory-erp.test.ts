import type { ErpAppointment } from '../../../mappings/erp-record.js';
import { parseInstant } from '../../../mappings/values.js';
import type { ErpHabits, ErpUnderTest } from '../../contracts/erp-port.js';
import { erpPortContract } from '../../contracts/erp-port.js';
import { STAFF } from '../../contracts/erp-records.js';
import { MemoryErp } from '../../simulators/memory-erp.js';
import { clipTitle } from '../../simulators/memory-erp-rows.js';

erpPortContract('The ERP in memory', async (habits) => underTest(habits));

function underTest(habits: ErpHabits): ErpUnderTest {
  const erp = new MemoryErp({
    clock: { now: () => parseInstant('2026-03-02T08:00:00Z') },
    staff: STAFF,
    normalise: clipTitle(habits.clipTitleTo ?? 255),
    refuse: ({ title }: ErpAppointment) => (title === habits.refuseTitle ? 'Nicht erlaubt.' : null),
  });
  let backup = erp.backup();
  return {
    port: erp,
    person: {
      create: async (ownerId, patch, id) => erp.person.create(ownerId, patch, id),
      edit: async (id, patch) => {
        erp.person.edit(id, patch);
      },
      saveUnchanged: async (id) => {
        erp.person.saveUnchanged(id);
      },
      setInScope: async (id, isInScope) => {
        erp.person.setInScope(id, isInScope);
      },
      remove: async (id) => {
        erp.person.remove(id);
      },
      loseWithoutTrace: async (id) => {
        erp.person.loseWithoutTrace(id);
      },
      truncate: async () => {
        erp.person.truncate();
      },
    },
    backUp: async () => {
      backup = erp.backup();
    },
    restore: async () => {
      erp.restore(backup);
    },
    close: async () => undefined,
  };
}
