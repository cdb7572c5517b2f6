/**
 * Who may do what in a folder, in Exchange's words. `user` has the elements of UserId, `rights` those of
 * BasePermissionType and what follows; the elements' order is the schema's.
 */
export interface Permission {
  readonly user: Readonly<Record<string, string>>;
  readonly rights: Readonly<Record<string, string>>;
}

export const USER_PARTS = [
  'SID',
  'PrimarySmtpAddress',
  'DisplayName',
  'DistinguishedUser',
  'ExternalUserIdentity',
];

export const RIGHT_PARTS = [
  'CanCreateItems',
  'CanCreateSubFolders',
  'IsFolderOwner',
  'IsFolderVisible',
  'IsFolderContact',
  'EditItems',
  'DeleteItems',
  'ReadItems',
  'PermissionLevel',
  'CalendarPermissionLevel',
];

/** What a fresh mailbox grants: nothing, but in calendars when somebody is busy. */
export function defaultPermissions(folderClass: string): readonly Permission[] {
  const isCalendar = folderClass.startsWith('IPF.Appointment');
  const level = isCalendar ? 'CalendarPermissionLevel' : 'PermissionLevel';
  return [
    {
      user: { DistinguishedUser: 'Default' },
      rights: isCalendar
        ? { ...NOTHING, ReadItems: 'TimeOnly', [level]: 'FreeBusyTimeOnly' }
        : { ...NOTHING, ReadItems: 'None', [level]: 'None' },
    },
    {
      user: { DistinguishedUser: 'Anonymous' },
      rights: { ...NOTHING, ReadItems: 'None', [level]: 'None' },
    },
  ];
}

const NOTHING = {
  CanCreateItems: 'false',
  CanCreateSubFolders: 'false',
  IsFolderOwner: 'false',
  IsFolderVisible: 'false',
  IsFolderContact: 'false',
  EditItems: 'None',
  DeleteItems: 'None',
};
