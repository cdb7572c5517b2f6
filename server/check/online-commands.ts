import type { CommandGroup, CommandValues } from './command-group.js';
import { groupLines, groupNameOf } from './on-premises-commands.js';
import { quoted } from './powershell.js';

/** Commands for Exchange Online. */

export function connectOnline(): CommandGroup {
  return {
    name: 'connect',
    title: {
      de: 'In PowerShell, als Exchange-Administrator (einmalig vorher: Install-Module ExchangeOnlineManagement, Microsoft.Graph.Applications)',
      en: 'In PowerShell, as an Exchange administrator (once before: Install-Module ExchangeOnlineManagement, Microsoft.Graph.Applications)',
    },
    lines: ['Connect-ExchangeOnline'],
  };
}

/**
 * RBAC for Applications. The assignment for all mailboxes that Entra ID knows as full_access_as_app would outweigh the scope.
 * https://learn.microsoft.com/exchange/permissions-exo/application-rbac
 */
export function applicationAccess(values: CommandValues): CommandGroup {
  const name = quoted(groupNameOf(values));
  const app = quoted(values.userName);
  const [first] = values.mailboxes;
  return {
    name: 'applicationAccess',
    title: {
      de: 'Der Anwendung die Postfächer einer Gruppe öffnen (RBAC für Anwendungen); die Berechtigung full_access_as_app in Entra ID gilt für alle Postfächer und ist dann zu entfernen',
      en: 'Open the mailboxes of a group to the application (RBAC for Applications); the permission full_access_as_app in Entra ID is for all mailboxes and should then be removed',
    },
    lines: [
      `Connect-MgGraph -Scopes 'Application.Read.All'`,
      `$objectId = (Get-MgServicePrincipal -Filter ${quoted(`appId eq '${values.userName.replaceAll("'", "''")}'`)}).Id`,
      `New-ServicePrincipal -AppId ${app} -ObjectId $objectId -DisplayName ${name}`,
      ...groupLines(values),
      `New-ManagementScope -Name ${name} -RecipientRestrictionFilter $filter`,
      `New-ManagementRoleAssignment -Name ${name} -App $objectId -Role 'Application EWS.AccessAsApp' -CustomResourceScope ${name}`,
      ...(first === undefined
        ? []
        : [`Test-ServicePrincipalAuthorization -Identity $objectId -Resource ${quoted(first)}`]),
    ],
  };
}

/**
 * The list goes first: switched on with an empty one, nobody may use EWS. Others on it stay.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-control-access-to-ews-in-exchange
 */
export function allowEws({ auth, userName }: CommandValues): CommandGroup {
  const application = auth === 'oauth' ? quoted(userName) : "(Read-Host 'Client-ID')";
  return {
    name: 'ewsAllowed',
    title: {
      de: 'EWS für diese Anwendung zulassen, bis Microsoft es am 1. April 2027 für alle abschaltet; wirkt nach bis zu 24 Stunden',
      en: 'Allow EWS for this application until Microsoft ends it for everybody on 1 April 2027; takes up to 24 hours to work',
    },
    lines: [
      `$ids = @("$((Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy).EwsAllowedAppIDs)" -split '[,;\\s]+' | Where-Object { $_ }) + ${application} | Select-Object -Unique`,
      `Set-OrganizationConfig -EwsAllowedAppIDs ($ids -join ',')`,
      'Set-OrganizationConfig -EwsEnabled $true',
      'Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy | Format-List EwsEnabled,EwsAllowedAppIDs',
    ],
  };
}
