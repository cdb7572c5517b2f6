import {
  computed,
  DEFAULT,
  GET_ONLY,
  NO_MATCH,
  READ_ONLY,
  stored,
  UNSEARCHABLE,
} from './field-row.js';
import type { FieldRow } from './field-row.js';

const STATUSES = ['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred'];

/** What a task has beside what every item has. */
// prettier-ignore
export const TASK_FIELDS: readonly FieldRow[] = [
  stored('task:ActualWork', 'int'),
  computed('task:AssignedTime'),
  stored('task:BillingInformation', 'text'),
  stored('task:ChangeCount', 'int', READ_ONLY),
  stored('task:Companies', 'strings'),
  stored('task:CompleteDate', 'time'),
  stored('task:Contacts', 'strings'),
  computed('task:DelegationState'),
  computed('task:Delegator'),
  stored('task:DueDate', 'time', DEFAULT),
  computed('task:IsAssignmentEditable'),
  computed('task:IsComplete'),
  computed('task:IsRecurring'),
  computed('task:IsTeamTask'),
  stored('task:Mileage', 'text'),
  computed('task:Owner'),
  stored('task:PercentComplete', 'double', { ...DEFAULT, ...NO_MATCH }),
  stored('task:Recurrence', 'taskRecurrence', { property: 'TaskRecurrence', ...GET_ONLY, ...UNSEARCHABLE }),
  stored('task:StartDate', 'time'),
  stored('task:Status', 'choice', { choices: STATUSES, ...DEFAULT, ...UNSEARCHABLE }),
  computed('task:StatusDescription'),
  stored('task:TotalWork', 'int'),
];
