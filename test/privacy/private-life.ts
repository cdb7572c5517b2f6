import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { edit, make, nth, WRITING } from '../simulators/mailbox-bench.js';
import {
  NORMAL,
  OUTSIDER,
  PRIVATE,
  WEEKLY,
  addRecord,
  attach,
  itemCalled,
  open,
  putAway,
  restoreDeleted,
  restored,
  texts,
} from './private-hands.js';
import type { Secret } from './secrets.js';
import type { StillInstallation } from './still-installation.js';

/** The calendars of Anna (E01), Bernd (E02), Claudia (E03) and Dieter (E04), and the ERP; only Bernd's private items are synced. */
interface Scene {
  readonly it: StillInstallation;
  readonly secret: Secret;
  readonly anna: Mailbox;
  readonly bernd: Mailbox;
  readonly claudia: Mailbox;
  readonly dieter: Mailbox;
}

/** Everything that people do with private appointments, and what colleagues and the ERP do meanwhile. */
export async function livePrivately(
  it: StillInstallation,
  secret: Secret,
  chapters: readonly Chapter[] = CHAPTERS,
): Promise<void> {
  const [anna, bernd, claudia, dieter] = [
    'anna.becker',
    'bernd.vogel',
    'claudia.koenig',
    'dieter.schaefer',
  ].map((account) => it.mailbox(account)) as [Mailbox, Mailbox, Mailbox, Mailbox];
  const scene = { it, secret, anna, bernd, claudia, dieter };
  await stock(scene);
  for (const chapter of chapters) {
    await chapter(scene);
  }
}

/** What is there before anybody is synced: private ones, and one that looks like what the ERP has. */
async function stock({ it, secret, anna, dieter }: Scene): Promise<void> {
  await addRecord(it, 'E01', 'Wartung Presse', '2026-03-12');
  await addRecord(it, 'E04', 'Abnahme', '2026-03-12', ['E01', 'E02', 'E03']);
  make(anna, { ...secret.lookalike(open('Wartung Presse', '2026-03-12')), ...PRIVATE });
  for (const n of [1, 2, 3])
    make(anna, { ...secret.hidden(`alt ${n}`, `2026-02-0${n}`), ...PRIVATE });
  make(dieter, { ...secret.hidden('alt', '2026-04-02'), ...PRIVATE, Sensitivity: 'Confidential' });
  make(anna, open('Inventur', '2026-03-13'));
  const url = ['--url', it.exchange.url, '--auth', 'basic'];
  const user = ['--user', 'abgleich@muster-maschinenbau.example', '--password-file', '-'];
  await it.run(['connections', 'add', 'firma', ...url, ...user], 'abgleich-demo\n');
  for (const id of ['E01', 'E03', 'E04']) {
    await it.run(['employees', 'enable', id, '--stock-from', '2026-01-01']);
  }
  await it.run(['employees', 'enable', 'E02', '--with-private', '--stock-from', '2026-01-01']);
  await it.run(['employees', 'set', 'E04', 'never-categories=Gesperrt']);
  await it.sync(3);
}

export type Chapter = (scene: Scene) => Promise<void>;

/** Private from the first to the last day. */
const neverPublic: Chapter = async ({ it, secret, anna, dieter }) => {
  const ids = [4, 5, 6].map(
    (n) => make(anna, { ...secret.hidden(`neu ${n}`, `2026-03-2${n}`), ...PRIVATE }).id,
  );
  const other = make(dieter, { ...secret.hidden('neu', '2026-03-27'), ...PRIVATE }).id;
  await it.sync(2);
  const [moved = '', deleted = '', purged = ''] = ids;
  edit(anna, moved, {
    ...secret.content('verschoben'),
    Start: '2026-04-20T09:00:00Z',
    End: '2026-04-20T11:00:00Z',
    IsAllDayEvent: false,
  });
  edit(dieter, other, secret.content('anders'));
  attach(it, anna, moved, secret);
  anna.copy(itemTarget(moved), anna.folder('calendar'), anna.name);
  await it.sync(2);
  const away = anna.move(itemTarget(moved), putAway(anna)).id;
  anna.remove(itemTarget(deleted), 'MoveToDeletedItems', WRITING);
  anna.remove(itemTarget(purged), 'HardDelete', WRITING);
  await it.sync(2);
  anna.move(itemTarget(away), anna.folder('calendar'));
  restoreDeleted(anna);
  await it.sync(2);
};

/** Public first, then private with other contents, then public again; twice. */
const turningItems: Chapter = async ({ it, secret, anna, claudia }) => {
  const id = make(anna, open('Gespräch', '2026-03-16')).id;
  const gone = make(anna, open('Beratung', '2026-03-17')).id;
  const dragged = make(claudia, open('Schulung', '2026-03-18')).id;
  await it.sync(2);
  edit(anna, id, { Location: 'Halle 3' });
  await it.sync();
  for (const n of [1, 2]) {
    edit(anna, id, { ...secret.content(`geheim ${n}`), ...PRIVATE });
    attach(it, anna, id, secret);
    if (n === 1) edit(anna, gone, { ...secret.content('weg'), ...PRIVATE });
    if (n === 1) edit(claudia, dragged, { ...secret.content('fort'), ...PRIVATE });
    await it.sync(2);
    edit(anna, id, {
      ...secret.content(`noch geheimer ${n}`),
      Start: '2026-04-21T09:00:00Z',
      End: '2026-04-21T11:00:00Z',
    });
    anna.copy(itemTarget(id), anna.folder('calendar'), anna.name);
    if (n === 1) anna.remove(itemTarget(gone), 'MoveToDeletedItems', WRITING);
    const away = n === 1 ? claudia.move(itemTarget(dragged), putAway(claudia)).id : '';
    await it.sync(2);
    await it.erp.query(
      `update erp.appointments set location = 'ERP ${n}' where title in ('Privat', 'Gespräch')`,
    );
    await it.sync(2);
    if (n === 1) restoreDeleted(anna);
    if (n === 1) claudia.move(itemTarget(away), claudia.folder('calendar'));
    await it.sync();
    edit(anna, id, restored('Gespräch', '2026-03-16'));
    await it.sync(2);
  }
};

/** The record was there first; its item turns private for one of several, who all go on with it. */
const turningShared: Chapter = async ({ it, secret, anna, bernd, claudia, dieter }) => {
  const record = await addRecord(it, 'E01', 'Richtfest', '2026-03-19', ['E02', 'E03', 'E04']);
  await it.sync(3);
  const mine = itemCalled(anna, 'Richtfest');
  const hers = itemCalled(claudia, 'Richtfest');
  edit(anna, mine, { ...secret.content('privat'), ...PRIVATE });
  edit(claudia, hers, { ...secret.content('auch privat'), ...PRIVATE });
  await it.sync(2);
  edit(bernd, itemCalled(bernd, 'Richtfest'), { Location: 'Dachboden' });
  await it.erp.query(`update erp.appointments set title = 'Richtfest 2' where id = $1`, [record]);
  await it.sync(3);
  edit(anna, mine, {
    ...secret.content('noch'),
    Start: '2026-04-22T09:00:00Z',
    End: '2026-04-22T11:00:00Z',
  });
  claudia.remove(itemTarget(hers), 'MoveToDeletedItems', WRITING);
  edit(dieter, itemCalled(dieter, 'Richtfest 2'), { Importance: 'High' });
  await it.sync(3);
  edit(anna, mine, restored('Richtfest 2', '2026-03-19'));
  await it.sync(2);
  await it.erp.query('delete from erp.appointments where id = $1', [record]);
  await it.sync(3);
};

/** Made in Outlook, shared in the ERP, and then private: colleagues see "Privat". */
const sharedThenPrivate: Chapter = async ({ it, secret, anna, bernd }) => {
  const id = make(anna, open('Planung', '2026-03-20')).id;
  await it.sync(2);
  await it.erp.query(
    `insert into erp.appointment_participants (appointment_id, employee_id)
     select id, employee from erp.appointments, (values ('E02'), ('E03')) as more (employee) where title = 'Planung'`,
  );
  await it.sync(3);
  edit(anna, id, { ...secret.content('persönlich'), ...PRIVATE });
  await it.sync(3);
  edit(bernd, itemCalled(bernd, 'Privat'), { Location: 'Bernds Büro' });
  edit(anna, id, secret.content('sehr persönlich'));
  await it.sync(3);
  edit(anna, id, restored('Planung', '2026-03-20'));
  await it.sync(3);
};

/** Both sides edit one field; then it is private: what lost is not kept, nor what can be taken back. */
const conflictThenPrivate: Chapter = async ({ it, secret, anna }) => {
  const id = make(anna, open('Streitfall', '2026-03-23')).id;
  await it.sync(2);
  edit(anna, id, { Location: 'hier' });
  await it.erp.query(`update erp.appointments set location = 'dort' where title = 'Streitfall'`);
  await it.sync(2);
  // at once: an edit in the ERP, and the item private
  await it.erp.query(`update erp.appointments set location = 'drüben' where title = 'Streitfall'`);
  edit(anna, id, { ...secret.content('strittig'), ...PRIVATE });
  await it.sync(2);
  edit(anna, id, secret.content('unstrittig'));
  await it.sync(2);
};

/** A private series with exceptions, a public one that turns, and private days in a public one. */
export const series: Chapter = async ({ it, secret, anna, claudia }) => {
  const hidden = make(anna, {
    ...open('', '2026-03-10'),
    ...secret.content('Serie'),
    ...PRIVATE,
    Recurrence: WEEKLY,
  }).id;
  const turning = make(anna, { ...open('Jour fixe', '2026-03-10'), Recurrence: WEEKLY }).id;
  const partly = make(claudia, { ...open('Stammtisch', '2026-03-10'), Recurrence: WEEKLY }).id;
  edit(anna, nth(hidden, 2), secret.content('Ausnahme'));
  anna.remove(nth(hidden, 3), 'MoveToDeletedItems', WRITING);
  edit(anna, nth(turning, 2), { Subject: 'Jour fixe, anders' });
  await it.sync(2);
  edit(claudia, nth(partly, 2), { ...secret.content('Tag'), ...PRIVATE });
  edit(anna, turning, { ...texts(secret.content('Serie')), ...PRIVATE });
  await it.sync(2);
  edit(claudia, nth(partly, 2), secret.content('Tag, anders'));
  edit(claudia, nth(partly, 4), { Start: '2026-03-31T12:00:00Z', End: '2026-03-31T13:00:00Z' });
  edit(anna, nth(turning, 3), texts(secret.content('Ausnahme')));
  edit(anna, nth(hidden, 4), {
    ...secret.content('Ausnahme'),
    Start: '2026-03-31T15:00:00Z',
    End: '2026-03-31T16:00:00Z',
  });
  await it.sync(2);
  await it.erp.query(`update erp.appointments set location = 'Keller' where title = 'Stammtisch'`);
  edit(anna, nth(turning, 3), {
    Subject: 'Jour fixe',
    Location: 'Halle 2',
    Body: { BodyType: 'Text', Value: 'wie besprochen' },
  });
  edit(anna, turning, { ...texts(restored('Jour fixe', '2026-03-10')), ...NORMAL });
  await it.sync(3);
  // exceptions go with a series that moves, and are made anew
  await it.erp.query(
    `update erp.appointments
        set starts_at = starts_at + interval '30 minutes', ends_at = ends_at + interval '30 minutes'
      where title = 'Stammtisch'`,
  );
  await it.sync(2);
  claudia.remove(nth(partly, 2), 'MoveToDeletedItems', WRITING);
  edit(anna, hidden, secret.content('Serie, anders'));
  await it.sync(2);
};

/** Private from the start, with people: between two whose private items are left out, and one that turns. */
const meetings: Chapter = async ({ it, secret, anna, claudia }) => {
  const context = { send: 'SendToAllAndSaveCopy' } as const;
  const invited = {
    RequiredAttendees: [{ EmailAddress: claudia.address, Name: 'Claudia König' }, OUTSIDER],
  };
  const hidden = make(
    anna,
    { ...open('', '2026-03-26'), ...secret.content('Treffen'), ...PRIVATE, ...invited },
    { context },
  ).id;
  const turning = make(
    claudia,
    {
      ...open('Lenkungskreis', '2026-03-26'),
      RequiredAttendees: [{ EmailAddress: anna.address, Name: 'Anna Becker' }],
    },
    { context },
  ).id;
  await it.sync(3);
  edit(
    anna,
    hidden,
    {
      ...secret.content('Treffen, anders'),
      Start: '2026-03-26T13:00:00Z',
      End: '2026-03-26T14:00:00Z',
    },
    { context },
  );
  edit(claudia, turning, { ...texts(secret.content('Kreis')), ...PRIVATE });
  edit(anna, itemCalled(anna, 'Lenkungskreis'), PRIVATE);
  await it.sync(3);
  edit(claudia, turning, texts(secret.content('Kreis, anders')));
  anna.remove(itemTarget(hidden), 'MoveToDeletedItems', { ...WRITING, ...context });
  await it.sync(3);
  edit(claudia, turning, { ...texts(restored('Lenkungskreis', '2026-03-26')), ...NORMAL });
  await it.sync(3);
};

/** What the ERP could not hold, or was not to get, before it was private: set aside, left out by its categories, refused. */
const setAside: Chapter = async ({ it, secret, anna, dieter }) => {
  const unread = make(anna, open('Rätsel', '2026-03-30')).id;
  const left = make(dieter, open('Sperrfrist', '2026-03-30')).id;
  await it.sync(2);
  it.exchange.faults.add({
    kind: 'itemError',
    operation: 'GetItem',
    times: 2,
    code: 'ErrorItemCorrupt',
  });
  edit(anna, unread, { Location: 'Halle 4' });
  await it.sync();
  edit(anna, unread, { ...secret.content('Rätsel'), ...PRIVATE });
  edit(dieter, left, { ...secret.content('Sperrfrist'), ...PRIVATE });
  await it.sync(3);
  await it.pass(3600);
  await it.sync(2);
};

/** Everything is read from the beginning, and paired anew. */
const readAnew: Chapter = async ({ it }) => {
  for (const language of ['de', 'en']) await it.run(['resync', '--all', '--language', language]);
  for (const account of ['anna.becker', 'dieter.schaefer'])
    it.mailbox(account).store.invalidateSyncStates();
  await it.sync(3);
  await it.erp.query(`update erp.appointments set body = 'neu' where title = 'Privat'`);
  await it.sync(2);
};

const CHAPTERS: readonly Chapter[] = [
  neverPublic,
  turningItems,
  turningShared,
  sharedThenPrivate,
  conflictThenPrivate,
  series,
  meetings,
  setAside,
  readAnew,
];
