import type { CommandGroup, CommandValues } from './command-group.js';
import { listOf, nameWithin64, quoted } from './powershell.js';

/** Commands for the Exchange Management Shell of one's own server. */

export function connectOnPremises(): CommandGroup {
  return {
    name: 'connect',
    title: {
      de: 'In der Exchange-Verwaltungsshell, als Mitglied von „Organization Management“',
      en: 'In the Exchange Management Shell, as a member of "Organization Management"',
    },
    lines: [],
  };
}

/**
 * A group of the synced mailboxes, the scope that it makes, and the role within it.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-configure-impersonation
 */
export function impersonation(values: CommandValues): CommandGroup {
  const name = quoted(groupNameOf(values));
  const user = quoted(values.userName);
  return {
    name: 'impersonation',
    title: {
      de: 'Die Rolle ApplicationImpersonation, nur für die Postfächer einer Gruppe; neue Mitarbeiter kommen später in diese Gruppe',
      en: 'The role ApplicationImpersonation, for the mailboxes of a group only; new employees are added to this group later',
    },
    lines: [
      ...groupLines(values),
      `New-ManagementScope -Name ${name} -RecipientRestrictionFilter $filter`,
      `New-ManagementRoleAssignment -Name ${name} -Role 'ApplicationImpersonation' -User ${user} -CustomRecipientWriteScope ${name}`,
      `Get-ManagementRoleAssignment -Role 'ApplicationImpersonation' -RoleAssignee ${user} | Format-List Name,RoleAssigneeName,CustomRecipientWriteScope,Enabled`,
    ],
  };
}

/** Makes the group and leaves in `$filter` what finds its members. Members of groups within it do not count. */
export function groupLines(values: CommandValues): readonly string[] {
  const name = quoted(groupNameOf(values));
  return [
    `New-DistributionGroup -Name ${name} -Type Security`,
    ...withFirst('$mailboxes = ', listOf(values.mailboxes)),
    `$mailboxes | ForEach-Object { Add-DistributionGroupMember -Identity ${name} -Member $_ }`,
    `$dn = (Get-DistributionGroup -Identity ${name}).DistinguishedName`,
    `$filter = "MemberOfGroup -eq '" + $dn.Replace("'", "''") + "'"`,
  ];
}

function withFirst(start: string, [first = '', ...rest]: readonly string[]): readonly string[] {
  return [start + first, ...rest];
}

export function groupNameOf({ name }: CommandValues): string {
  return nameWithin64(`Abgleich ${name}`);
}

export function ownMailbox({ userName }: CommandValues): CommandGroup {
  return {
    name: 'ownMailbox',
    title: {
      de: 'Dem Dienstkonto ein Postfach geben und es aus dem Adressbuch heraushalten',
      en: 'Give the service account a mailbox, and keep it out of the address book',
    },
    lines: [
      `Enable-Mailbox -Identity ${quoted(userName)}`,
      `Set-Mailbox -Identity ${quoted(userName)} -HiddenFromAddressListsEnabled $true`,
    ],
  };
}

/** https://learn.microsoft.com/powershell/module/exchange/new-throttlingpolicy */
export function throttling(values: CommandValues): CommandGroup {
  const name = quoted(groupNameOf(values));
  return {
    name: 'throttling',
    title: {
      de: 'Dem Dienstkonto höhere Grenzen geben als einem Menschen; nötig ab etwa 50 Postfächern',
      en: 'Give the service account higher limits than a person has; needed from about 50 mailboxes on',
    },
    lines: [
      `New-ThrottlingPolicy -Name ${name} -ThrottlingPolicyScope Regular -EwsMaxConcurrency 50 -EwsMaxSubscriptions Unlimited -EwsMaxBurst Unlimited -EwsRechargeRate Unlimited -EwsCutoffBalance Unlimited`,
      `Set-ThrottlingPolicyAssociation -Identity ${quoted(values.userName)} -ThrottlingPolicy ${name}`,
      `Get-ThrottlingPolicyAssociation -Identity ${quoted(values.userName)} | Format-List ThrottlingPolicyId`,
    ],
  };
}

/** https://learn.microsoft.com/powershell/module/exchange/set-webservicesvirtualdirectory */
export function signInWays({ auth }: CommandValues): CommandGroup {
  const show =
    'Get-WebServicesVirtualDirectory -ADPropertiesOnly | Format-List Server,Name,InternalUrl,ExternalUrl,BasicAuthentication,WindowsAuthentication,OAuthAuthentication,ExtendedProtectionTokenChecking';
  return {
    name: 'signInWays',
    title: {
      de: 'Adressen und Anmeldeverfahren von EWS ansehen, und das der Verbindung einschalten',
      en: 'Look at the addresses of EWS and its ways of signing in, and enable that of the connection',
    },
    lines: [
      show,
      `Get-WebServicesVirtualDirectory -ADPropertiesOnly | Set-WebServicesVirtualDirectory ${SWITCHES[auth]} $true`,
    ],
  };
}

const SWITCHES: Record<CommandValues['auth'], string> = {
  basic: '-BasicAuthentication',
  ntlm: '-WindowsAuthentication',
  oauth: '-OAuthAuthentication',
};

/** https://learn.microsoft.com/powershell/module/exchange/get-exchangecertificate */
export function certificates(): CommandGroup {
  return {
    name: 'certificate',
    title: {
      de: 'In der Exchange-Verwaltungsshell: die Zertifikate der Server ansehen; das mit „IIS“ unter Services ist gemeint',
      en: 'In the Exchange Management Shell: look at the certificates of the servers; the one with "IIS" among its services is meant',
    },
    lines: [
      'Get-ExchangeServer | ForEach-Object { Get-ExchangeCertificate -Server $_.Name } | Format-List Subject,CertificateDomains,Issuer,NotBefore,NotAfter,Services,Thumbprint',
    ],
  };
}
