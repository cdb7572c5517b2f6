import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readAudit } from '../../db/audit.js';
import type { Database } from '../../db/connect.js';
import { pairOptions, withChoices } from '../../db/pair-options.js';
import type { ChoiceChanges } from '../../db/pair-options.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { erpEmployee } from './store-world.js';
import { settingsWorld } from './settings-world.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';

let server: StoreServer;
let database: Database;
beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});
afterAll(async () => await server.close());

const { all, staff, theirPairs, enabled, leaseOf } = settingsWorld(() => database.knex);

describe('the options of a pair', () => {
  test('are the usual ones where nothing was chosen', () => {
    assert.deepEqual(pairOptions([null, null, undefined]), DEFAULT_OPTIONS);
  });

  test('the narrower level counts, option by option and part by part', () => {
    const connection = {
      enforce: true,
      window: { daysBack: 30, monthsAhead: 6 },
      fields: { body: 'toExchange', subject: 'off' },
    };
    const employee = { window: { daysBack: null }, content: { plainText: true } };
    const pair = { fields: { subject: 'both' }, enforce: false };
    const options = pairOptions([connection, employee, pair]);
    assert.deepEqual(options.window, { daysBack: null, monthsAhead: 6 });
    assert.deepEqual(options.fields, { body: 'toExchange', subject: 'both' });
    assert.equal(options.enforce, false);
    assert.deepEqual(options.content, { ...DEFAULT_OPTIONS.content, plainText: true });
  });

  test('what a database should not hold is refused, not guessed', () => {
    assert.throws(() => pairOptions([{ enforce: 'perhaps' }]));
    assert.throws(() => pairOptions([{ unheardOf: true }]));
  });
});

describe('choosing', () => {
  // prettier-ignore
  const ROWS: readonly { name: string; before: object; changes: ChoiceChanges; after: object }[] = [
    { name: 'adds to what is there', before: { other: 1 }, changes: { enforce: true }, after: { other: 1, sync: { enforce: true } } },
    { name: 'a part stays beside the others', before: { sync: { window: { daysBack: 7 } } }, changes: { 'window.monthsAhead': 2 }, after: { sync: { window: { daysBack: 7, monthsAhead: 2 } } } },
    { name: 'what is taken back leaves no trace', before: { other: 1, sync: { window: { daysBack: 7 } } }, changes: { 'window.daysBack': undefined }, after: { other: 1 } },
    { name: 'null is a choice', before: {}, changes: { 'window.daysBack': null }, after: { sync: { window: { daysBack: null } } } },
  ];
  for (const { name, before, changes, after } of ROWS) {
    test(name, () => assert.deepEqual(withChoices(before, changes), after));
  }

  test('what is chosen already is the same object: no audit row, and nobody is woken', () => {
    const before = { sync: { window: { monthsAhead: 2, daysBack: 7 } } };
    assert.equal(withChoices(before, { 'window.daysBack': 7 }), before);
  });

  test('on a connection it counts for its pairs at once, and a pair’s own choice counts more', async () => {
    const { connection, employee, pair } = await enabled();
    const options = async () => (await theirPairs().get(pair.id))?.policy.options;
    await all().choose(connection.id, { enforce: true, 'content.plainText': true }, 'anna');
    await staff().choose(employee.id, { 'content.plainText': false }, 'anna');
    await theirPairs().update(pair.id, { choices: { enforce: false } }, 'anna');
    assert.equal((await options())?.enforce, false);
    assert.equal((await options())?.content.plainText, false);
    await theirPairs().update(pair.id, { choices: { enforce: undefined } }, 'anna');
    assert.equal((await options())?.enforce, true);
    const layers = [
      { enforce: true, content: { plainText: true } },
      { content: { plainText: false } },
      {},
    ];
    assert.deepEqual(await theirPairs().choicesOf(pair.id), layers);
    const [line] = await readAudit(database.knex, {
      subject: `employee:${employee.id}`,
      limit: 1,
    });
    assert.deepEqual(line?.after, { options: { sync: { content: { plainText: false } } } });
  });

  test('both sides are read anew where what is left out changes, and only then', async () => {
    const { connection, employee, pair } = await enabled();
    const fence = async () => (await leaseOf(pair.id)).fence;
    const before = await fence();
    await all().choose(connection.id, { enforce: true }, 'anna');
    await staff().choose(employee.id, { meetings: 'full' }, 'anna');
    await theirPairs().update(pair.id, { deleteInErp: false }, 'anna');
    assert.equal(await fence(), before);
    await all().choose(connection.id, { 'window.daysBack': 7 }, 'anna');
    assert.equal(await fence(), before + 1);
    await staff().choose(employee.id, { 'categories.never': ['x'] }, 'anna');
    await theirPairs().update(pair.id, { leavePrivateOut: false }, 'anna');
    await all().setDirection(connection.id, { kind: 'appointment', direction: 'toErp' }, 'anna');
    assert.equal(await fence(), before + 4);
  });

  test('another calendar is looked up anew', async () => {
    const { pair } = await enabled();
    await theirPairs().setFolders(pair.id, ['old']);
    const choices = { calendar: { id: 'AAMk=', name: 'Außendienst' } };
    const after = await theirPairs().update(pair.id, { choices }, 'anna');
    assert.deepEqual([after.folders, after.policy.options.calendar], [[], choices.calendar]);
  });
});

describe('why nothing of an employee is synced', () => {
  test('switched off, left, or without a client where the ERP has clients', async () => {
    const { employee } = await enabled();
    const why = async () => (await staff().list()).find(({ id }) => id === employee.id)?.whyNot;
    assert.equal(await why(), null);
    await staff().refresh([erpEmployee(employee.id, { clientId: null })]);
    assert.equal(await why(), null);
    await staff().noteClients(true);
    assert.equal(await why(), 'noClient');
    await staff().refresh([erpEmployee(employee.id, { status: 'left' })]);
    assert.equal(await why(), 'left');
    await staff().disable(employee.id, 'anna');
    assert.equal(await why(), 'switchedOff');
  });

  test('the right to create is given later: what was left out is read again', async () => {
    const { employee, pair } = await enabled();
    await staff().refresh([erpEmployee(employee.id, { mayCreate: false })]);
    const { fence } = await leaseOf(pair.id);
    await staff().refresh([erpEmployee(employee.id, { mayCreate: true })]);
    assert.equal((await leaseOf(pair.id)).fence, fence + 1);
  });
});
