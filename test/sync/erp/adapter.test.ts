import { afterAll, beforeAll } from 'vitest';
import { appointmentsOfErp } from '../../../sync/erp/adapter.js';
import type { ErpHabits, ErpUnderTest } from '../../contracts/erp-port.js';
import { erpPortContract } from '../../contracts/erp-port.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';
import { personAt } from './erp-person.js';

let server: ErpServer;
let database: ErpDatabase;
beforeAll(async () => {
  server = await startErpServer();
  database = await server.open();
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

erpPortContract('The adapter on PostgreSQL', underTest);

async function underTest(habits: ErpHabits): Promise<ErpUnderTest> {
  const { db } = database;
  if (habits.clipTitleTo !== undefined || habits.refuseTitle !== undefined) {
    await db.raw(habitsTrigger(habits));
  }
  return {
    port: appointmentsOfErp(db, { writeTimeoutMs: 20_000, claimant: null }),
    person: personAt(db),
    backUp: () => database.backUp(),
    restore: () => database.restore(),
    close: () => database.wipe(),
  };
}

/** What an ERP of its own mind does before it keeps a row. */
function habitsTrigger({ clipTitleTo = 255, refuseTitle = '' }: ErpHabits): string {
  return `
    create function erp.normalise() returns trigger language plpgsql as $$
    begin
      if new.title = '${refuseTitle}' then raise exception 'Dieser Titel ist nicht erlaubt.'; end if;
      new.title := left(new.title, ${clipTitleTo.toFixed(0)});
      return new;
    end $$;
    create trigger normalise before insert or update on erp.appointments
      for each row execute function erp.normalise()`;
}
