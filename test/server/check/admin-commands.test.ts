import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adminCommands } from '../../../server/check/admin-commands.js';
import type { CommandValues } from '../../../server/check/command-group.js';
import { isExchangeOnline } from '../../../server/check/command-group.js';
import { nameWithin64, quoted } from '../../../server/check/powershell.js';

const ON_PREMISES: CommandValues = {
  name: "Müller's Firma",
  url: 'https://mail.firma.de/EWS/Exchange.asmx',
  auth: 'ntlm',
  userName: 'FIRMA\\dienst',
  mailboxes: ["o'neill@firma.de", 'jörg@firma.de'],
};

const ONLINE: CommandValues = {
  name: 'cloud',
  url: 'https://outlook.office365.com/EWS/Exchange.asmx',
  auth: 'oauth',
  userName: '11111111-2222-3333-4444-555555555555',
  mailboxes: ['anna@firma.de'],
};

const linesOf = (values: CommandValues, name: string): readonly string[] =>
  adminCommands(values).find((group) => group.name === name)?.lines ?? [];

describe('the commands for one’s own server', () => {
  test('give the role for a group of the synced mailboxes, with everything filled in', () => {
    expect(linesOf(ON_PREMISES, 'impersonation')).toEqual([
      "New-DistributionGroup -Name 'Abgleich Müller''s Firma' -Type Security",
      '$mailboxes = @(',
      "  'o''neill@firma.de',",
      "  'jörg@firma.de'",
      ')',
      "$mailboxes | ForEach-Object { Add-DistributionGroupMember -Identity 'Abgleich Müller''s Firma' -Member $_ }",
      "$dn = (Get-DistributionGroup -Identity 'Abgleich Müller''s Firma').DistinguishedName",
      `$filter = "MemberOfGroup -eq '" + $dn.Replace("'", "''") + "'"`,
      "New-ManagementScope -Name 'Abgleich Müller''s Firma' -RecipientRestrictionFilter $filter",
      "New-ManagementRoleAssignment -Name 'Abgleich Müller''s Firma' -Role 'ApplicationImpersonation' -User 'FIRMA\\dienst' -CustomRecipientWriteScope 'Abgleich Müller''s Firma'",
      "Get-ManagementRoleAssignment -Role 'ApplicationImpersonation' -RoleAssignee 'FIRMA\\dienst' | Format-List Name,RoleAssigneeName,CustomRecipientWriteScope,Enabled",
    ]);
  });

  test('raise the limits of the service account', () => {
    expect(linesOf(ON_PREMISES, 'throttling').join('\n')).toMatch(
      /New-ThrottlingPolicy .*-ThrottlingPolicyScope Regular[\s\S]*Set-ThrottlingPolicyAssociation -Identity 'FIRMA\\dienst'/,
    );
  });

  test('enable the way of signing in that the connection uses', () => {
    expect(linesOf(ON_PREMISES, 'signInWays').at(-1)).toContain('-WindowsAuthentication $true');
    expect(linesOf({ ...ON_PREMISES, auth: 'basic' }, 'signInWays').at(-1)).toContain(
      '-BasicAuthentication $true',
    );
  });

  test('have none for a mailbox where nobody is synced', () => {
    const text = linesOf({ ...ON_PREMISES, mailboxes: [] }, 'ewsEnabled').join('\n');
    expect(text).not.toContain('CASMailbox');
  });
});

describe('the commands for Exchange Online', () => {
  test('open the mailboxes of a group to the application', () => {
    const lines = linesOf(ONLINE, 'applicationAccess');
    expect(lines).toContain(
      "$objectId = (Get-MgServicePrincipal -Filter 'appId eq ''11111111-2222-3333-4444-555555555555''').Id",
    );
    expect(lines).toContain(
      "New-ManagementRoleAssignment -Name 'Abgleich cloud' -App $objectId -Role 'Application EWS.AccessAsApp' -CustomResourceScope 'Abgleich cloud'",
    );
    expect(lines.at(-1)).toBe(
      "Test-ServicePrincipalAuthorization -Identity $objectId -Resource 'anna@firma.de'",
    );
  });

  test('allow the application before they switch EWS on', () => {
    const lines = linesOf(ONLINE, 'ewsAllowed');
    const list = lines.findIndex((line) => line.includes('-EwsAllowedAppIDs'));
    expect(list).toBeGreaterThan(-1);
    expect(lines.indexOf('Set-OrganizationConfig -EwsEnabled $true')).toBeGreaterThan(list);
  });

  test.each([
    { url: 'https://outlook.office365.com/EWS/Exchange.asmx', isOnline: true },
    { url: 'https://OUTLOOK.OFFICE.COM/ews/exchange.asmx', isOnline: true },
    { url: 'https://partner.outlook.cn/EWS/Exchange.asmx', isOnline: true },
    { url: 'https://outlook.office365.com.firma.de/EWS/Exchange.asmx', isOnline: false },
    { url: 'https://mail.firma.de/EWS/Exchange.asmx', isOnline: false },
  ])('are for $url: $isOnline', ({ url, isOnline }) => {
    expect(isExchangeOnline(url)).toBe(isOnline);
  });
});

describe('a text in a command', () => {
  test.each([
    { text: 'Jörg', is: "'Jörg'" },
    { text: "o'neill", is: "'o''neill'" },
    { text: 'a’b‘c‚d‛', is: "'a’’b‘‘c‚‚d‛‛'" },
    { text: '$(Remove-Mailbox) `n "x"', is: `'$(Remove-Mailbox) \`n "x"'` },
    { text: 'two\r\nlines', is: "'two lines'" },
  ])('$text is literal', ({ text, is }) => {
    expect(quoted(text)).toBe(is);
  });

  test('never ends its quotes early, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const inside = quoted(text).slice(1, -1);
        expect(inside.replaceAll(/(['‘’‚‛])\1/g, '')).not.toMatch(/['‘’‚‛\r\n]/);
      }),
    );
  });

  test('as a name has 64 characters at most, none of them half', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (text) => {
        const name = nameWithin64(text);
        expect(name.length).toBeLessThanOrEqual(64);
        expect(Buffer.from(name, 'utf8').toString('utf8')).toBe(name);
      }),
    );
  });
});
