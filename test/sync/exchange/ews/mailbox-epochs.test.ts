import { expect, test } from 'vitest';
import type { EmailAddress } from '../../../../mappings/values.js';
import { describeMailboxEpochs } from '../../../contracts/mailbox-epochs.js';
import type { MailboxEpochsUnderTest } from '../../../contracts/mailbox-epochs.js';
import { memoryEpochs } from '../../../simulators/memory-epochs.js';
import { openEws } from '../../../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { startFakeExchange } from '../../../simulators/ews-server.js';
import type { FakeExchange } from '../../../simulators/ews-server.js';
import { mailboxUser, SERVICE_USER } from '../../../simulators/sample-firm.js';
import { ANNA } from './fake-exchange.js';
import { answer, failure, success } from './scripted-server.js';
import { against, MAILBOX, never, xml } from './wire-bench.js';

async function fake(): Promise<FakeExchange> {
  const users = [SERVICE_USER, mailboxUser(ANNA, 'Anna Becker')];
  return startFakeExchange({ users, clock: new VirtualClock() });
}

function look(exchange: FakeExchange, address: EmailAddress) {
  const folder = exchange.organisation.mailbox(address).folder('calendar');
  return {
    mailbox: { address },
    items: () => folder.items.size,
    hidden: () =>
      [...folder.configurations].map(
        ([name, { xmlData }]) =>
          [name, Buffer.from(xmlData ?? '', 'base64').toString('utf8')] as const,
      ),
  };
}

async function openWire(): Promise<MailboxEpochsUnderTest> {
  const exchange = await fake();
  const signIn = basicSignIn({ user: SERVICE_USER.address, password: SERVICE_USER.password });
  const ews = openEws({ url: exchange.url, signIn, clock: new VirtualClock() });
  return {
    port: ews.epochs,
    ...look(exchange, ANNA),
    async close() {
      await ews.close();
      await exchange.stop();
    },
  };
}

async function openMemory(): Promise<MailboxEpochsUnderTest> {
  const exchange = await fake();
  const port = memoryEpochs(exchange.organisation);
  return { port, ...look(exchange, ANNA), close: () => exchange.stop() };
}

describeMailboxEpochs('EWS', openWire);
describeMailboxEpochs('in memory', openMemory);

const found = (text: string): string =>
  answer(
    'GetUserConfiguration',
    success(
      'GetUserConfiguration',
      `<m:UserConfiguration><t:XmlData>${Buffer.from(text).toString('base64')}</t:XmlData></m:UserConfiguration>`,
    ),
  );

test('a text that is no token of ours is a token that nobody knows, and never a missing one', async () => {
  const { ews } = await against([xml(found('<something else="1"/>'))]);
  expect(await ews.epochs.read(MAILBOX, 'E01', never())).toMatch(/^unreadable:/);
});

test('two workers that make the first one at once end with the one they both write', async () => {
  const { ews, server } = await against([
    xml(answer('UpdateUserConfiguration', failure('UpdateUserConfiguration', 'ErrorItemNotFound'))),
    xml(answer('CreateUserConfiguration', failure('CreateUserConfiguration', 'ErrorItemSave'))),
    xml(answer('UpdateUserConfiguration', success('UpdateUserConfiguration', ''))),
  ]);
  await ews.epochs.write(MAILBOX, 'E01', '1.a', never());
  expect(server.received).toHaveLength(3);
});

test('a server that refuses is not taken for a mailbox without a token', async () => {
  const refused = failure('GetUserConfiguration', 'ErrorAccessDenied');
  const { ews } = await against([xml(answer('GetUserConfiguration', refused))]);
  await expect(ews.epochs.read(MAILBOX, 'E01', never())).rejects.toMatchObject({
    code: 'ErrorAccessDenied',
  });
});
