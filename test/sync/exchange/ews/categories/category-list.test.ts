import { expect, onTestFinished, test } from 'vitest';
import { openEws } from '../../../../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../../../../sync/exchange/ews/sign-in.js';
import type { Chance } from '../../../../../sync/ports/clock.js';
import { describeCategoryList, wanted } from '../../../../contracts/category-list.js';
import type { CategoryListUnderTest } from '../../../../contracts/category-list.js';
import { VirtualClock } from '../../../../simulators/clock.js';
import { startFakeExchange } from '../../../../simulators/ews-server.js';
import {
  createConfiguration,
  updateConfiguration,
} from '../../../../simulators/mailbox/configuration-work.js';
import { mailboxUser, SERVICE_USER } from '../../../../simulators/sample-firm.js';
import { ANNA } from '../fake-exchange.js';
import { answer, failure, startScripted, success } from '../scripted-server.js';

/** Keys in a row, so that every new id is another one. */
function countingChance(): Chance {
  let made = 0;
  return {
    key: () => Buffer.alloc(16, ++made).toString('base64url'),
    fraction: () => 0,
  };
}

async function openAgainstFake(): Promise<CategoryListUnderTest> {
  const clock = new VirtualClock();
  const users = [SERVICE_USER, mailboxUser(ANNA, 'Anna Becker')];
  const fake = await startFakeExchange({ users, clock });
  const anna = fake.organisation.mailbox(ANNA);
  const calendar = anna.folder('calendar');
  const pending: (() => void)[] = [];
  let writes = 0;
  let hasWritten = false;
  const ews = openEws({
    url: fake.url,
    signIn: basicSignIn({ user: SERVICE_USER.address, password: SERVICE_USER.password }),
    clock,
    onRequest(operation) {
      if (hasWritten) pending.shift()?.(); // the request after a write: the write has landed
      hasWritten = /^(Create|Update)UserConfiguration$/.test(operation);
      if (hasWritten) writes++;
    },
  });
  return {
    port: ews.categories(countingChance()),
    mailbox: { address: ANNA },
    text() {
      const data = calendar.configurations.get('categorylist')?.xmlData ?? null;
      return data === null ? null : Buffer.from(data, 'base64').toString('utf8');
    },
    put(text) {
      const xmlData = Buffer.from(text, 'utf8').toString('base64');
      const write = calendar.configurations.has('categorylist')
        ? updateConfiguration
        : createConfiguration;
      write(anna, calendar, { name: 'CategoryList', xmlData });
    },
    afterWrites: (times, work) => pending.push(...Array.from({ length: times }, () => work)),
    writes: () => writes,
    async close() {
      await ews.close();
      await fake.stop();
    },
  };
}

describeCategoryList('EWS', openAgainstFake);

const never = new AbortController().signal;

async function against(...replies: readonly string[]) {
  const server = await startScripted(...replies.map((body) => ({ body })));
  const ews = openEws({
    url: server.url,
    signIn: basicSignIn({ user: 'dienst', password: 'geheim' }),
    clock: new VirtualClock(),
  });
  onTestFinished(async () => {
    await ews.close();
    await server.stop();
  });
  return { server, port: ews.categories(countingChance()), mailbox: { address: ANNA } };
}

function found(xmlData: string): string {
  const data = `<m:UserConfiguration>${xmlData}</m:UserConfiguration>`;
  return answer('GetUserConfiguration', success('GetUserConfiguration', data));
}

const MISSING = answer(
  'GetUserConfiguration',
  failure('GetUserConfiguration', 'ErrorItemNotFound'),
);

function listWith(name: string): string {
  const xml = `<categories xmlns="CategoryList.xsd"><category name="${name}" color="0" guid="{1}"/></categories>`;
  return found(`<t:XmlData>${Buffer.from(xml).toString('base64')}</t:XmlData>`);
}

test('base64 in lines is read like base64 in one piece', async () => {
  const broken = listWith('Rot').replace(/XmlData>(.{40})/, 'XmlData>\r\n  $1\r\n  ');
  const { port, mailbox } = await against(broken);
  expect(await port.read(mailbox, never)).toEqual([{ name: 'Rot', colour: 'red', id: '{1}' }]);
});

test('text in another encoding than UTF-8 is not read as other names', async () => {
  const latin = Buffer.from('<categories><category name="Büro"/></categories>', 'latin1');
  const { port, mailbox } = await against(
    found(`<t:XmlData>${latin.toString('base64')}</t:XmlData>`),
  );
  await expect(port.read(mailbox, never)).rejects.toMatchObject({ code: 'CategoryListUnreadable' });
});

test('a configuration without XML is filled, not made a second time', async () => {
  const written = answer('UpdateUserConfiguration', success('UpdateUserConfiguration', ''));
  const { port, mailbox, server } = await against(found(''), written, listWith('Neu'));
  await port.merge(mailbox, [wanted('Neu', 'red')], never);
  expect(server.received[1]?.body).toContain('<m:UpdateUserConfiguration>');
});

test('a list that somebody made in the meantime is read and merged into', async () => {
  const { port, mailbox, server } = await against(
    MISSING,
    answer('CreateUserConfiguration', failure('CreateUserConfiguration', 'ErrorItemSave')),
    listWith('Neu'),
  );
  const answers = await port.merge(mailbox, [wanted('Neu', 'red')], never);
  expect(answers).toMatchObject([{ ok: true, value: { id: '{1}', outcome: 'unchanged' } }]);
  expect(server.received).toHaveLength(3);
});

test('a mailbox that may not be opened fails as forbidden, and nothing is written', async () => {
  const { port, mailbox, server } = await against(
    answer('GetUserConfiguration', failure('GetUserConfiguration', 'ErrorAccessDenied')),
  );
  await expect(port.merge(mailbox, [wanted('Neu', 'red')], never)).rejects.toMatchObject({
    kind: 'forbidden',
  });
  expect(server.received).toHaveLength(1);
});
