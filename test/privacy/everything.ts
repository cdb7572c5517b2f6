import { attachTo } from '../simulators/mailbox/attachment-work.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { edit, make, nth, WRITING } from '../simulators/mailbox-bench.js';
import { fillDemo } from '../simulators/sample-data.js';
import type { StillInstallation } from './still-installation.js';

const SERIES: ItemInput = {
  Subject: 'Jour fixe',
  Start: '2026-03-10T09:00:00Z',
  End: '2026-03-10T10:00:00Z',
  StartTimeZone: 'W. Europe Standard Time',
  EndTimeZone: 'W. Europe Standard Time',
  Recurrence: {
    pattern: {
      kind: 'WeeklyRecurrence',
      Interval: 1,
      DaysOfWeek: ['Tuesday'],
      FirstDayOfWeek: 'Monday',
    },
    range: { kind: 'NumberedRecurrence', StartDate: '2026-03-10', NumberOfOccurrences: 8 },
  },
};

/**
 * Besides the sample firm's records every mailbox gets the demo's items, and there is one of each thing that is not among
 * them: meetings, files, texts that do not fit, private days, items that turn private. Then everybody is synced.
 */
export async function fillEverything(it: StillInstallation): Promise<void> {
  const { organisation } = it.exchange;
  fillDemo(organisation, 5);
  addOddities(it);
  await it.erp.query(`update erp.appointments set is_protected = true where id in ('M3', 'M40')`);
  const url = ['--url', it.exchange.url, '--auth', 'basic'];
  const user = ['--user', 'abgleich@muster-maschinenbau.example', '--password-file', '-'];
  await it.run(['connections', 'add', 'firma', ...url, ...user], 'abgleich-demo\n');
  await it.run(['connections', 'set', 'firma', 'absences=yes', 'meetings=full']);
  await it.run(['employees', 'enable', '--all', '--stock-from', '2025-01-01']);
  for (const id of ['E03', 'E07']) await it.run(['employees', 'set', id, 'private=yes']);
  await it.sync(3);
  const anna = it.mailbox('anna.becker');
  const jourFixe = [...anna.folder('calendar').items.values()].find(
    ({ properties }) => properties.Subject === 'Vertraulich',
  );
  edit(anna, jourFixe?.id ?? '', { Sensitivity: 'Private' });
}

function addOddities(it: StillInstallation): void {
  const { organisation } = it.exchange;
  const [anna, bernd] = [it.mailbox('anna.becker'), it.mailbox('bernd.vogel')];
  const single = { Start: '2026-03-11T09:00:00Z', End: '2026-03-11T10:00:00Z' };
  make(anna, { ...single, Subject: 'Vertraulich' });
  make(bernd, { ...single, Subject: 'lang '.repeat(51), Location: 'weit '.repeat(60) });
  const RequiredAttendees = [
    { EmailAddress: bernd.address, Name: 'Bernd Vogel' },
    { EmailAddress: 'gast@kunde.example', Name: 'Gast' },
  ];
  const context = { send: 'SendToAllAndSaveCopy' } as const;
  make(anna, { ...single, Subject: 'Lenkungskreis', RequiredAttendees }, { context });
  const series = make(anna, { ...SERIES, RequiredAttendees }, { context }).id;
  const own = make(bernd, { ...SERIES, Subject: 'Stammtisch' }).id;
  edit(bernd, nth(own, 2), { Subject: 'Zahnarzt', Sensitivity: 'Private' });
  edit(bernd, nth(own, 3), { Location: 'Halle 4', LegacyFreeBusyStatus: 'OOF' });
  bernd.remove(nth(own, 4), 'MoveToDeletedItems', WRITING);
  const file = { Name: 'Plan.pdf', Content: 'R3LDvMOfZQ==', item: null };
  const attachments = [{ ...file, IsInline: false, IsContactPhoto: false }];
  for (const [one, id] of [
    [anna, series],
    [bernd, own],
  ] as const) {
    const attaching = { host: organisation, headerZone: null, by: one.name };
    attachTo(one, itemTarget(id), { ...attaching, attachments });
  }
}
