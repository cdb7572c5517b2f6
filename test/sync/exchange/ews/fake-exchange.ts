import { parseEmail, type EmailAddress } from '../../../../mappings/values.js';
import { openEws, type EwsOptions } from '../../../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import type { ExchangeUnderTest } from '../../../contracts/exchange-port.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { startFakeExchange, type FakeExchange } from '../../../simulators/ews-server.js';
import type { ExchangeModes } from '../../../simulators/mailbox/modes.js';
import { personInOutlook } from '../../../simulators/person-in-outlook.js';
import { mailboxUser, SERVICE_USER } from '../../../simulators/sample-firm.js';

/** The mailbox that the tests of the connector work in. */
export const ANNA: EmailAddress = parseEmail('anna.becker@muster-maschinenbau.example');

/** The connector against the fake Exchange over HTTP, with a person in the same mailbox. */
export interface EwsUnderTest extends ExchangeUnderTest {
  readonly fake: FakeExchange;
  /** The names of the operations asked for so far, in order. */
  readonly requests: readonly string[];
  readonly clock: VirtualClock;
}

/** Starts both; time stands still, so nothing times out unless a test moves it. */
export async function openEwsAgainstFake(
  modes: Partial<ExchangeModes> = {},
  options: Partial<EwsOptions> = {},
): Promise<EwsUnderTest> {
  const clock = new VirtualClock();
  const users = [SERVICE_USER, mailboxUser(ANNA, 'Anna Becker')];
  const fake = await startFakeExchange({ users, clock, modes });
  const requests: string[] = [];
  const ews = openEws({
    url: fake.url,
    signIn: basicSignIn({ user: SERVICE_USER.address, password: SERVICE_USER.password }),
    clock,
    onRequest: (operation) => void requests.push(operation),
    ...options,
  });
  return {
    port: ews.appointments,
    mailbox: { address: ANNA },
    person: personInOutlook(fake.organisation, ANNA),
    mails: () => fake.organisation.mails.length,
    mailed: () => fake.organisation.mails.flatMap(({ to }) => to),
    async close() {
      await ews.close();
      await fake.stop();
    },
    fake,
    requests,
    clock,
  };
}
