import { describeExchangePort } from '../contracts/exchange-port.js';
import { memoryExchange } from './memory-exchange.js';
import { ANNA, newOrganisation } from './mailbox-bench.js';
import { personInOutlook } from './person-in-outlook.js';

describeExchangePort('the mailbox in memory', async () => {
  const organisation = newOrganisation();
  return {
    port: memoryExchange(organisation),
    mailbox: { address: ANNA },
    person: personInOutlook(organisation, ANNA),
    mails: () => organisation.mails.length,
    mailed: () => organisation.mails.flatMap(({ to }) => to),
    close: () => Promise.resolve(),
  };
});
