import type { CommandGroup, CommandValues } from './command-group.js';
import { quoted } from './powershell.js';

/**
 * Whether EWS is open to this program, and how to open it. The names of programs are patterns.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange
 */
export function ewsEnabled({ mailboxes }: CommandValues): CommandGroup {
  const [first] = mailboxes;
  const ofMailbox =
    first === undefined
      ? []
      : [
          `Get-CASMailbox -Identity ${quoted(first)} | Format-List EwsEnabled,EwsApplicationAccessPolicy,EwsAllowList,EwsBlockList`,
          `Set-CASMailbox -Identity ${quoted(first)} -EwsEnabled $true`,
        ];
  return {
    name: 'ewsEnabled',
    title: {
      de: 'Nachsehen, ob EWS für die Firma, dieses Programm und ein Postfach offen ist, und es öffnen (nur, was geschlossen ist)',
      en: 'See whether EWS is open for the company, for this program and for a mailbox, and open it (only what is closed)',
    },
    lines: [
      'Get-OrganizationConfig | Format-List EwsEnabled,EwsApplicationAccessPolicy,EwsAllowList,EwsBlockList',
      'Set-OrganizationConfig -EwsEnabled $true',
      `Set-OrganizationConfig -EwsAllowList @{Add='Abgleich*'}`,
      ...ofMailbox,
    ],
  };
}
