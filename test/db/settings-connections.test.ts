import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readAudit } from '../../db/audit.js';
import type { Database } from '../../db/connect.js';
import type { ConnectionChanges } from '../../db/connection-rows.js';
import { failsAs } from './fails-as.js';
import { settingsOf, settingsWorld } from './settings-world.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';
import { CHANCE } from './store-world.js';

let server: StoreServer;
let database: Database;
beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});
afterAll(async () => await server.close());

const { all } = settingsWorld(() => database.knex);

describe('connections', () => {
  test('a new one has the defaults of a German company, and the secret is not in it', async () => {
    const made = await all().add({ ...settingsOf('Zentrale'), secret: 'Geheim! äöü' }, 'anna');
    assert.deepEqual(made, {
      id: made.id,
      name: 'Zentrale',
      protocol: 'ews',
      url: 'https://mail.firma.example/ews/exchange.asmx',
      auth: 'ntlm',
      userName: 'svc@firma.example',
      tenant: null,
      hasSecret: true,
      ca: null,
      proxyUrl: null,
      proxyUser: null,
      mailboxFrom: 'email',
      conflict: 'erp',
      guardCount: 20,
      guardPercent: 20,
      language: 'de',
      zone: 'Europe/Berlin',
      writeTimeoutMs: 20_000,
      isEnabled: true,
      options: {},
    });
    assert.match(made.id, /^c[\w-]{12}$/);
    assert.deepEqual(await all().get(made.id), made);
    assert.deepEqual(await all().get('ZENTRALE'), made);
  });

  test('secrets are sealed in the table, for this row and column alone', async () => {
    const one = await all().add({ ...settingsOf('S1'), secret: 'geheim-1' }, 'anna');
    const other = await all().add(
      { ...settingsOf('S2'), secret: 'geheim-2', proxySecret: 'geheim-3' },
      'anna',
    );
    const dump = JSON.stringify(
      await database.knex('abgleich.connections').select('secret', 'proxy_secret'),
    );
    assert.doesNotMatch(dump, /geheim/);
    assert.deepEqual(await all().secretsOf(one.id), { secret: 'geheim-1', proxySecret: null });
    assert.deepEqual(await all().secretsOf('s2'), { secret: 'geheim-2', proxySecret: 'geheim-3' });

    await database.knex.raw(
      `update abgleich.connections
          set secret = (select secret from abgleich.connections where id = ?)
        where id = ?`,
      [other.id, one.id],
    );
    await assert.rejects(all().secretsOf(one.id), failsAs('forbidden'));
  });

  test('are listed by name, and one that does not exist is named in a sentence', async () => {
    await all().add(settingsOf('zz-b'), 'anna');
    await all().add(settingsOf('ZZ-a'), 'anna');
    const names = (await all().list()).map(({ name }) => name);
    assert.deepEqual(names.slice(-2), ['ZZ-a', 'zz-b']);
    await assert.rejects(all().get('Nirgendwo'), failsAs('rejected', /no connection "Nirgendwo"/));
  });

  test('have names of their own, also when one is renamed', async () => {
    await all().add(settingsOf('Süd'), 'anna');
    const west = await all().add(settingsOf('West'), 'anna');
    await assert.rejects(
      all().add(settingsOf('süd'), 'anna'),
      failsAs('rejected', /"süd" already/),
    );
    const renamed = all().update(west.id, { name: 'SÜD' }, 'anna');
    await assert.rejects(renamed, failsAs('rejected', /"SÜD" already/));
    assert.equal((await all().get(west.id)).name, 'West');
  });

  const UNUSABLE: readonly {
    readonly name: string;
    readonly set: ConnectionChanges;
    readonly says: RegExp;
  }[] = [
    { name: 'an empty name', set: { name: ' ' }, says: /needs a name/ },
    { name: 'no address', set: { url: 'mail.firma.example' }, says: /is not an address/ },
    {
      name: 'an address of another kind',
      set: { url: 'ftp://mail.firma.example' },
      says: /is not an address/,
    },
    { name: 'more than all', set: { guardPercent: 101 }, says: /"guard_percent" is not allowed/ },
    {
      name: 'no time at all',
      set: { writeTimeoutMs: 0 },
      says: /"write_timeout_ms" is not allowed/,
    },
  ];
  for (const { name, set, says } of UNUSABLE) {
    test(`${name} is refused with a sentence, for new ones and for changes`, async () => {
      const made = await all().add(settingsOf(CHANCE.key()), 'anna');
      const added = all().add({ ...settingsOf(CHANCE.key()), ...set }, 'anna');
      await assert.rejects(added, failsAs('rejected', says));
      await assert.rejects(all().update(made.id, set, 'anna'), failsAs('rejected', says));
      assert.deepEqual(await all().get(made.id), made);
    });
  }

  test('a change touches what it names, and the audit says who, what and never the secret', async () => {
    const before = await all().add({ ...settingsOf('Prüfung'), secret: 'alt' }, 'anna');
    const changes = {
      conflict: 'newest' as const,
      secret: 'neu',
      options: { room: 1 },
      tenant: null,
    };
    const after = await all().update(before.id, changes, 'bernd');
    assert.deepEqual(after, { ...before, conflict: 'newest', options: { room: 1 } });
    assert.equal((await all().secretsOf(before.id)).secret, 'neu');

    const [changed, added] = await readAudit(database.knex, {
      subject: `connection:${before.id}`,
      limit: 9,
    });
    assert.equal(changed?.who, 'bernd');
    assert.deepEqual(changed.before, { conflict: 'erp', options: {}, secret: '***' });
    assert.deepEqual(changed.after, { conflict: 'newest', options: { room: 1 }, secret: '***' });
    assert.equal(added?.change, 'added');
    assert.doesNotMatch(JSON.stringify([changed, added]), /alt|neu/);
  });

  test('a change that changes nothing leaves no audit row', async () => {
    const { id } = await all().add(settingsOf('Ruhe'), 'anna');
    await all().update(id, { conflict: 'erp', name: 'Ruhe' }, 'anna');
    assert.equal(
      (await readAudit(database.knex, { subject: `connection:${id}`, limit: 9 })).length,
      1,
    );
  });
});
