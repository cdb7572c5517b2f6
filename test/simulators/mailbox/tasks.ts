import { dayOfDate, Expansion } from './recurrence.js';
import { ExchangeError } from './failure.js';
import type {
  ItemProperties,
  PropertyName,
  RegenerationPattern,
  TaskRecurrence,
} from './properties.js';
import { DAY, wallClock } from './zones.js';

/** What a task's write depends on besides the task. */
export interface TaskContext {
  readonly now: number;
  /** Windows id; what day it is depends on it. */
  readonly zone: string;
}

const COUPLED = ['Status', 'PercentComplete', 'CompleteDate'] as const;
type Coupled = (typeof COUPLED)[number];

/**
 * Keeps Status, PercentComplete and CompleteDate in step (fact 73). `named` are the properties of the write in
 * their order: where several of the three are among them, the last one wins.
 */
export function settledTask(
  task: ItemProperties,
  named: readonly string[],
  context: TaskContext,
): ItemProperties {
  let settled = task;
  for (const name of named) {
    if (isCoupled(name)) {
      const said = { ...settled, [name]: task[name] }; // an earlier step may have overridden it
      settled = withoutUndefined({ ...said, ...coupledTo(name, said, context) });
    }
  }
  return withDates(settled);
}

function isCoupled(name: string): name is Coupled {
  return COUPLED.some((coupled) => coupled === name);
}

type Step = Partial<Record<Coupled | 'ReminderIsSet', ItemProperties[PropertyName] | undefined>>;

function coupledTo(name: Coupled, task: ItemProperties, context: TaskContext): Step {
  const { Status = 'NotStarted', PercentComplete = 0, CompleteDate } = task;
  const done = { ...completed(task, context), ReminderIsSet: false };
  if (name === 'CompleteDate') return CompleteDate === undefined ? OPEN : done;
  if (name === 'Status') {
    if (Status === 'Completed') return done;
    if (Status === 'NotStarted') return OPEN;
    return { PercentComplete: PercentComplete === 100 ? 0 : PercentComplete, ...UNDATED };
  }
  if (PercentComplete === 100) return done;
  if (PercentComplete === 0) return OPEN;
  const isBegun = Status !== 'NotStarted' && Status !== 'Completed';
  return { Status: isBegun ? Status : 'InProgress', ...UNDATED };
}

const UNDATED: Step = { CompleteDate: undefined };
const OPEN: Step = { Status: 'NotStarted', PercentComplete: 0, ...UNDATED };

function completed(task: ItemProperties, { now, zone }: TaskContext): Step {
  const today = Math.floor(wallClock(zone, now) / DAY) * DAY; // a date in dateTime clothing (fact 62)
  return { Status: 'Completed', PercentComplete: 100, CompleteDate: task.CompleteDate ?? today };
}

/** A recurring task without dates is due on its first day; no task is due before it starts. */
function withDates(task: ItemProperties): ItemProperties {
  const { TaskRecurrence: recurrence, StartDate, DueDate } = task;
  if (recurrence && DueDate === undefined) {
    return { ...task, DueDate: StartDate ?? firstDay(recurrence) * DAY };
  }
  if (StartDate !== undefined && DueDate !== undefined && DueDate < StartDate) {
    return { ...task, DueDate: StartDate };
  }
  return task;
}

/** What a recurring task's update leaves: the one-off that was meant, and the series that goes on. */
export interface TaskSplit {
  readonly oneOff: ItemProperties;
  readonly series: ItemProperties;
}

/**
 * Completing a recurring task, or moving the dates of one that does not regenerate, makes a one-off of the
 * occurrence and advances the series (facts 74, 75). null where the update is none of these, or the last.
 */
export function splitTask(
  before: ItemProperties,
  after: ItemProperties,
  context: TaskContext,
): TaskSplit | null {
  const recurrence = after.TaskRecurrence;
  if (!before.TaskRecurrence || !recurrence) return null;
  const isCompleted = after.Status === 'Completed' && before.Status !== 'Completed';
  const isRedated = !isRegenerating(recurrence.pattern) && isDatedOtherwise(before, after);
  if (!isCompleted && !isRedated) return null;
  const series = advancedTask(before, after, context);
  const oneOff = withoutUndefined({ ...after, TaskRecurrence: undefined });
  return series && { oneOff, series };
}

/** A recurring task at its next occurrence, as the write `after` leaves the rest of it; null when it was the last. */
export function advancedTask(
  before: ItemProperties,
  after: ItemProperties,
  context: TaskContext,
): ItemProperties | null {
  if (!before.TaskRecurrence || !after.TaskRecurrence) return null;
  const completedOn = after.CompleteDate;
  const next = nextDue(before, before.TaskRecurrence, { ...context, completedOn });
  const range = shortened(after.TaskRecurrence.range);
  if (next === null || range === null) return null;
  const series = {
    ...after,
    ...(after.Status === 'Completed' ? OPEN : {}),
    TaskRecurrence: { ...after.TaskRecurrence, range },
    ...datesAround(next, before),
    ChangeCount: (before.ChangeCount ?? 1) + 1,
  };
  return withoutUndefined(series);
}

function isRegenerating(pattern: TaskRecurrence['pattern']): pattern is RegenerationPattern {
  return pattern.kind.endsWith('Regeneration');
}

function isDatedOtherwise(before: ItemProperties, after: ItemProperties): boolean {
  const beginning = (task: ItemProperties): string | undefined =>
    task.TaskRecurrence?.range.StartDate;
  return (
    before.DueDate !== after.DueDate ||
    before.StartDate !== after.StartDate ||
    beginning(before) !== beginning(after)
  );
}

const MONTHS_OF: Readonly<Record<string, number>> = {
  MonthlyRegeneration: 1,
  YearlyRegeneration: 12,
};

/** The day the series is due next, in milliseconds; null past its end. */
function nextDue(
  before: ItemProperties,
  recurrence: TaskRecurrence,
  { now, zone, completedOn }: TaskContext & { completedOn: number | undefined },
): number | null {
  const { pattern, range } = recurrence;
  if (!isRegenerating(pattern)) {
    const due = Math.floor((before.DueDate ?? 0) / DAY);
    const endless = { ...range, kind: 'NoEndRecurrence' } as const; // a number counts what is left, not from the start
    const expansion = new Expansion({ pattern, range: endless });
    const next = expansion.dayAt(expansion.firstIndexFrom(due + 1));
    const last = range.kind === 'EndDateRecurrence' ? dayOfDate(range.EndDate) : Infinity;
    return next === null || next > last ? null : next * DAY;
  }
  const today = Math.floor((completedOn ?? wallClock(zone, now)) / DAY);
  const months = MONTHS_OF[pattern.kind];
  if (months === undefined) {
    return (today + pattern.Interval * (pattern.kind === 'WeeklyRegeneration' ? 7 : 1)) * DAY;
  }
  const date = new Date(today * DAY);
  return Date.UTC(
    date.getUTCFullYear(),
    date.getUTCMonth() + pattern.Interval * months,
    date.getUTCDate(),
  );
}

/** The number of occurrences drops by one (fact 74); null when none is left. */
function shortened(range: TaskRecurrence['range']): TaskRecurrence['range'] | null {
  if (range.kind !== 'NumberedRecurrence') return range;
  if (range.NumberOfOccurrences <= 1) return null;
  return { ...range, NumberOfOccurrences: range.NumberOfOccurrences - 1 };
}

/** The start keeps its distance to the due date. */
function datesAround(due: number, before: ItemProperties): ItemProperties {
  const { StartDate, DueDate } = before;
  if (StartDate === undefined || DueDate === undefined) return { DueDate: due };
  return { DueDate: due, StartDate: due - (DueDate - StartDate) };
}

const MAX_NUMBER = 999;

/** Refuses a recurrence that no Exchange accepts, and brings its dates into the form that is kept. */
export function checkTaskRecurrence({ pattern, range }: TaskRecurrence): void {
  const number = range.kind === 'NumberedRecurrence' ? range.NumberOfOccurrences : 1;
  const interval = 'Interval' in pattern ? pattern.Interval : 1;
  if (number < 1 || number > MAX_NUMBER || interval < 1 || interval > MAX_NUMBER) {
    throw new ExchangeError('ErrorCalendarInvalidRecurrence', 'Out of the range 1 to 999.');
  }
  dayOfDate(range.StartDate);
}

/** The first day of a series; days since 1970. */
function firstDay({ pattern, range }: TaskRecurrence): number {
  const start = dayOfDate(range.StartDate);
  return isRegenerating(pattern) ? start : (new Expansion({ pattern, range }).dayAt(1) ?? start);
}

function withoutUndefined(properties: object): ItemProperties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
