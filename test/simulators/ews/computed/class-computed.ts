import type { ItemProperties } from '../../mailbox/properties.js';
import type { ItemView } from '../../mailbox/view.js';
import type { ComputedWriter } from '../writer-context.js';
import { writeTime } from '../value-writer.js';
import { element, textElement } from '../xml.js';
import { base64, digest, flag, topicOf } from './item-computed.js';

/** What the server works out for tasks, contacts, messages and the mails about meetings. */
// prettier-ignore
export const CLASS_COMPUTED: readonly (readonly [string, ComputedWriter])[] = [
  ['task:DelegationState', () => '<t:DelegationState>NoMatch</t:DelegationState>'],
  ['task:IsAssignmentEditable', () => '<t:IsAssignmentEditable>0</t:IsAssignmentEditable>'],
  ['task:IsComplete', ({ properties }) => flag('IsComplete', properties.Status === 'Completed')],
  ['task:IsRecurring', ({ properties }) => flag('IsRecurring', properties.TaskRecurrence !== undefined)],
  ['task:IsTeamTask', () => flag('IsTeamTask', false)],
  ['task:Owner', ({ mailbox }) => textElement('t:Owner', mailbox.name)],
  ['task:StatusDescription', ({ properties }) => textElement('t:StatusDescription', STATUS_TEXT[properties.Status ?? 'NotStarted'])],

  ['contacts:CompleteName', writeCompleteName],
  ['contacts:ContactSource', () => '<t:ContactSource>Store</t:ContactSource>'],
  ['contacts:HasPicture', ({ properties }) => flag('HasPicture', hasPicture(properties))],

  ['message:ConversationIndex', ({ properties }) => textElement('t:ConversationIndex', base64(digest(topicOf(properties)).slice(0, 22)))],
  ['message:ConversationTopic', ({ properties }) => textElement('t:ConversationTopic', topicOf(properties))],
  ['postitem:PostedTime', ({ stored }) => writeTime('PostedTime', stored.createdAt)],

  ['meeting:AssociatedCalendarItemId', ({ properties: { AssociatedCalendarItemId: Id } }) => (Id === undefined ? '' : element('t:AssociatedCalendarItemId', '', { Id }))],
  ['meeting:IsDelegated', () => flag('IsDelegated', false)],
  ['meeting:IsOutOfDate', () => flag('IsOutOfDate', false)],
  ['meetingRequest:IntendedFreeBusyStatus', () => '<t:IntendedFreeBusyStatus>Busy</t:IntendedFreeBusyStatus>'],
];

/** As a German server says it. */
const STATUS_TEXT: Record<NonNullable<ItemProperties['Status']>, string> = {
  NotStarted: 'Nicht begonnen',
  InProgress: 'In Bearbeitung',
  Completed: 'Erledigt',
  WaitingOnOthers: 'Wartet auf jemand anderen',
  Deferred: 'Zurückgestellt',
};

/** The title of a person has no property of its own (PR_DISPLAY_NAME_PREFIX). */
const TITLE_KEY = 'tag:3a45';

function writeCompleteName({ properties, extended }: ItemView): string {
  const title = extended.get(TITLE_KEY)?.value;
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['Title', typeof title === 'string' ? title : undefined],
    ['FirstName', properties.GivenName],
    ['MiddleName', properties.MiddleName],
    ['LastName', properties.Surname],
    ['Suffix', properties.Generation],
    ['Initials', properties.Initials],
    ['FullName', properties.DisplayName],
    ['Nickname', properties.Nickname],
  ];
  const written = parts.map(([name, text]) =>
    text === undefined ? '' : textElement(`t:${name}`, text),
  );
  return written.join('') === '' ? '' : element('t:CompleteName', written.join(''));
}

function hasPicture({ Attachments = [] }: ItemProperties): boolean {
  return Attachments.some(({ IsContactPhoto }) => IsContactPhoto);
}
