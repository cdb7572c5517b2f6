import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import { openEws } from '../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../sync/exchange/ews/sign-in.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import { startFakeExchange, type FakeExchange } from '../simulators/ews-server.js';
import { BUSY_FORMS, FAULT_KINDS, type FaultRule } from '../simulators/faults.js';
import { edit, make, WRITING } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { SERVICE_USER } from '../simulators/sample-firm.js';
import type { ServerSettings } from '../simulators/server-settings.js';
import { World } from './world.js';

/** What a real server does now and then, at each of the requests of a busy cycle (protocol fact 99). */
const FAULTS: readonly { readonly name: string; readonly rule: Omit<FaultRule, 'nth'> }[] = [
  ...FAULT_KINDS.filter((kind) => kind !== 'busy' && kind !== 'hang').map((kind) => ({
    name: kind,
    rule: { kind, ...(kind === 'late' ? { delayMs: 10_000 } : {}) },
  })),
  { name: '503 with a time to wait', rule: { kind: '503', retryAfterSeconds: 90 } },
  { name: 'one stale entry', rule: { kind: 'staleKey', entry: 0 } },
  { name: 'one refused entry', rule: { kind: 'itemError', entry: 0, code: 'ErrorItemSave' } },
  ...BUSY_FORMS.map((form) => ({
    name: `busy as ${form}`,
    rule: { kind: 'busy' as const, form, backOffMilliseconds: 90_000 },
  })),
];

const at = (hour: string) => ({
  kind: 'timed' as const,
  startsAt: parseInstant(`2026-03-03T${hour}:00:00Z`),
  endsAt: parseInstant(`2026-03-03T${hour}:30:00Z`),
});

/** A firm whose engine speaks over HTTP, with something of everything to bring over. */
async function busyDay(settings: Partial<ServerSettings> = {}): Promise<{
  world: World;
  fake: FakeExchange;
  close: () => Promise<void>;
}> {
  const world = new World();
  const fake = await startFakeExchange({ organisation: world.organisation, settings });
  const { address: user, password } = SERVICE_USER;
  const ews = openEws({
    url: fake.url,
    signIn: basicSignIn({ user, password }),
    clock: world.clock,
  });
  world.connector = ews.appointments;
  const ids = ['alt', 'fort', 'Reihe'].map((title, hour) =>
    world.erp.person.create('E01', {
      title,
      when: at(`1${String(hour)}`),
      rrule: title === 'Reihe' ? 'FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;WKST=MO;COUNT=5' : null,
    }),
  );
  make(world.outlook('anna'), {
    Subject: 'aus Outlook',
    Start: '2026-03-04T09:00:00Z',
    End: '2026-03-04T10:00:00Z',
  });
  make(world.outlook('anna'), {
    Subject: 'weg',
    Start: '2026-03-05T09:00:00Z',
    End: '2026-03-05T10:00:00Z',
  });
  await patiently(world);
  const [old = '', gone = ''] = ids;
  world.erp.person.edit(old, { title: 'neu im ERP' });
  world.erp.person.remove(gone);
  world.erp.person.create('E01', { title: 'im ERP dazu', when: at('15') });
  const anna = world.outlook('anna');
  const items = [...anna.folder('calendar').items.values()];
  const idOf = (subject: string): string =>
    items.find(({ properties }) => properties.Subject === subject)?.id ?? '';
  edit(anna, idOf('aus Outlook'), { Subject: 'neu in Outlook' });
  edit(anna, idOf('Reihe'), { Location: 'Halle 3' });
  anna.remove(itemTarget(idOf('weg')), 'MoveToDeletedItems', { ...WRITING, cause: 'person' });
  make(anna, {
    Subject: 'in Outlook dazu',
    Start: '2026-03-06T09:00:00Z',
    End: '2026-03-06T10:00:00Z',
  });
  return {
    world,
    fake,
    close: async () => {
      await ews.close();
      await fake.stop();
    },
  };
}

const EXPECTED = ['Reihe', 'im ERP dazu', 'in Outlook dazu', 'neu im ERP', 'neu in Outlook'];

/** Cycles as the server runs them: after a failure it waits as told. */
async function patiently(world: World): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    world.clock.advance(60_000);
    try {
      const report = await world.cycle('anna');
      world.clock.advance(report?.retryAfterMs ?? 0);
    } catch (error) {
      if (!(error instanceof ConnectorFailure)) throw error;
      world.clock.advance(error.retryAfterMs ?? 30_000);
    }
  }
  world.clock.advance(6 * 3_600_000); // what was set aside is tried again
  await world.cycle('anna');
  await world.cycle('anna');
}

function subjects(world: World): readonly string[] {
  const items = [...world.outlook('anna').folder('calendar').items.values()];
  return items.map(({ properties }) => properties.Subject ?? '').sort();
}

describe('a fault of Exchange at any request of a busy cycle loses, doubles and mails nothing', () => {
  for (const { name, rule } of FAULTS) {
    test(name, async () => {
      let struck = 0;
      for (let nth = 1; nth <= 9; nth += 1) {
        const { world, fake, close } = await busyDay();
        fake.faults.add({ ...rule, nth });
        await patiently(world);
        struck += fake.faults.list()[0]?.struck ?? 0;
        const titles = world.erp.rows.map(({ record }) => record.title).sort();
        const early = fake.state.throttle.report().filter(({ tooEarly }) => tooEarly > 0);
        const situation = `${name} at request ${String(nth)}`;
        expect(titles, situation).toEqual(EXPECTED);
        expect(subjects(world), situation).toEqual(EXPECTED);
        expect([world.mails, early], situation).toEqual([0, []]);
        const writes = world.store.pair('pair-anna').journal.length;
        await world.cycle('anna');
        expect(world.store.pair('pair-anna').journal, `${situation}: quiet`).toHaveLength(writes);
        await close();
      }
      expect(struck).toBeGreaterThan(0);
    });
  }
});

describe('a server with limits of its own loses, doubles and mails nothing', () => {
  const LIMITS: readonly { readonly name: string; readonly settings: Partial<ServerSettings> }[] = [
    { name: 'one change in a page', settings: { changesPerPage: 1 } },
    { name: 'one entry of a batch', settings: { entriesPerBatch: 1 } },
    {
      name: 'two entries of a batch, one change in a page',
      settings: { entriesPerBatch: 2, changesPerPage: 1 },
    },
    { name: 'one request at once', settings: { requestsAtOnce: 1, syncCallsAtOnce: 1 } },
    {
      name: 'no request without its mailbox in the header',
      settings: { anchorMailbox: 'refused' },
    },
  ];
  test.each(LIMITS)('$name', async ({ settings }) => {
    const { world, close } = await busyDay(settings);
    await patiently(world);
    expect(world.erp.rows.map(({ record }) => record.title).sort()).toEqual(EXPECTED);
    expect(subjects(world)).toEqual(EXPECTED);
    expect(world.mails).toBe(0);
    await close();
  });
});
