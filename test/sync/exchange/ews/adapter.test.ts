import { describeExchangePort } from '../../../contracts/exchange-port.js';
import { describeSeriesPromises } from '../../../contracts/exchange-series.js';
import type { ExchangeModes } from '../../../simulators/mailbox/modes.js';
import { openEwsAgainstFake } from './fake-exchange.js';

describeExchangePort('EWS', () => openEwsAgainstFake());

/** Where nobody knows what a real server does to a series, the promises hold under each possibility. */
const MODES: readonly { readonly name: string; readonly modes: Partial<ExchangeModes> }[] = [
  { name: 'a change of the end wipes exceptions', modes: { rangeChange: 'wipeAll' } },
  { name: 'a change of the end keeps deletions', modes: { rangeChange: 'keepDeletions' } },
  { name: 'exceptions hold everything', modes: { exceptions: 'materialised' } },
  { name: 'the same pattern again wipes exceptions', modes: { sameRecurrence: 'wipe' } },
  { name: 'a change of the zone keeps exceptions', modes: { zoneChange: 'keep' } },
  { name: 'zones come with their definitions', modes: { itemZones: 'defined' } },
];

for (const { name, modes } of MODES) {
  describeSeriesPromises(`EWS where ${name}`, () => openEwsAgainstFake(modes));
}
