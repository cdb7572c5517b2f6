/** Requests about items of every class, by hand, for tests of the SOAP skin. */

export const folder = (name: string): string => `<t:DistinguishedFolderId Id="${name}"/>`;
export const itemId = (id: string, key = ''): string =>
  `<t:ItemId Id="${id}"${key === '' ? '' : ` ChangeKey="${key}"`}/>`;
export const field = (uri: string): string => `<t:FieldURI FieldURI="${uri}"/>`;

/** CreateItem into a folder; messages are only saved unless said otherwise. */
export function createIn(
  name: string,
  items: string,
  attributes = 'MessageDisposition="SaveOnly" SendMeetingInvitations="SendToNone"',
): string {
  const saved = name === '' ? '' : `<m:SavedItemFolderId>${folder(name)}</m:SavedItemFolderId>`;
  return `<m:CreateItem ${attributes}>${saved}<m:Items>${items}</m:Items></m:CreateItem>`;
}

/** UpdateItem of one item. */
export function update(
  id: string,
  steps: string,
  attributes = 'ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly" SendMeetingInvitationsOrCancellations="SendToNone"',
): string {
  return (
    `<m:UpdateItem ${attributes}><m:ItemChanges><t:ItemChange>${id}` +
    `<t:Updates>${steps}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`
  );
}

/** Sets one property; `inside` is the property's element. */
export function setting(path: string, kind: string, inside: string): string {
  return `<t:SetItemField>${path}<t:${kind}>${inside}</t:${kind}></t:SetItemField>`;
}

export function deleting(path: string): string {
  return `<t:DeleteItemField>${path}</t:DeleteItemField>`;
}

/** GetItem with named properties on top of the ids. */
export function getNamed(ids: string, paths: string): string {
  const more = `<t:AdditionalProperties>${paths}</t:AdditionalProperties>`;
  return `<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>${more}</m:ItemShape><m:ItemIds>${ids}</m:ItemIds></m:GetItem>`;
}

/** FindItem in a folder; `view` stands before the restriction, `query` behind the folder. */
export function findIn(
  name: string,
  parts: { readonly view?: string; readonly rest?: string; readonly query?: string } = {},
): string {
  const { view = '', rest = '', query = '' } = parts;
  return (
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>' +
    `${view}${rest}<m:ParentFolderIds>${folder(name)}</m:ParentFolderIds>` +
    `${query === '' ? '' : `<m:QueryString>${query}</m:QueryString>`}</m:FindItem>`
  );
}

/** A message to Eva unless told otherwise. */
export function message(subject: string, to: string, more = ''): string {
  const recipient = `<t:Mailbox><t:EmailAddress>${to}</t:EmailAddress></t:Mailbox>`;
  return (
    `<t:Message><t:Subject>${subject}</t:Subject><t:Body BodyType="Text">Guten Tag</t:Body>${more}` +
    `<t:ToRecipients>${recipient}</t:ToRecipients></t:Message>`
  );
}
