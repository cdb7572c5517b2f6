import { erpContract } from '../wire.js';
import { outcomeOfChecks } from './check-rows.js';
import { done } from './verb.js';
import type { Verb } from './verb.js';

export const ERP_CONTRACT: Verb = {
  name: 'erp contract',
  does: {
    de: 'zeigt, was Abgleich vom ERP braucht, als SQL: Tabellen oder Sichten, und was sie zusagen.',
    en: 'shows what Abgleich needs of the ERP, as SQL: tables or views, and what they promise.',
  },
  positionals: [],
  options: {},
  async run() {
    const contract = await erpContract();
    return done({ contract }, { de: contract, en: contract });
  },
};

export const ERP_CHECK: Verb = {
  name: 'erp check',
  does: {
    de: 'prüft, ob das ERP den Vertrag erfüllt: Version, Tabellen, Trigger, Rechte, Benachrichtigung, Uhr.',
    en: 'checks whether the ERP keeps the contract: version, tables, triggers, rights, notification, clock.',
  },
  positionals: [],
  options: {},
  async run(_input, session) {
    const abgleich = await session.open();
    return outcomeOfChecks(await abgleich.directory.check(session.stop));
  },
};
