import {
  AffectedTaskOccurrence,
  Appointment,
  AppointmentType,
  BasePropertySet,
  CalendarView,
  ConflictResolutionMode,
  DayOfTheWeek,
  DayOfTheWeekIndex,
  DeleteMode,
  Importance,
  ItemView,
  LegacyFreeBusyStatus,
  MessageBody,
  Month,
  PropertySet,
  Recurrence,
  SearchFilter,
  SendCancellationsMode,
  SendInvitationsMode,
  SendInvitationsOrCancellationsMode,
  Sensitivity,
  ItemSchema,
  StringList,
} from 'ews-javascript-api';
import type {
  DateTime,
  ExchangeService,
  FolderId,
  FindItemsResults,
  Item,
} from 'ews-javascript-api';
import { fails, same } from './steps.js';
import type { Step } from './steps.js';
import { at, BERLIN, minuteOf, NEW_YORK } from './world.js';

const ALL = new PropertySet(BasePropertySet.FirstClassProperties);
const NOBODY = SendInvitationsMode.SendToNone;
const NOBODY_AFTER = SendInvitationsOrCancellationsMode.SendToNone;

/** An appointment of 2 March 2026, nine to ten in Berlin; the client does not escape text, so none needs it here. */
export async function appointment(
  service: ExchangeService,
  folder: FolderId,
  change: (made: Appointment) => void = () => undefined,
): Promise<Appointment> {
  const made = new Appointment(service);
  made.Subject = 'Prüfung „Größe“ 🚀 (Łódź)';
  made.Start = at('2026-03-02T09:00:00+01:00');
  made.End = at('2026-03-02T10:00:00+01:00');
  made.StartTimeZone = BERLIN;
  made.EndTimeZone = BERLIN;
  change(made);
  await made.Save(folder, NOBODY);
  return made;
}

/** Six Mondays at nine in Berlin, from before the clock change of 29 March 2026 to after it. */
export async function series(service: ExchangeService, folder: FolderId): Promise<Appointment> {
  return await appointment(service, folder, (made) => {
    made.Start = at('2026-03-16T09:00:00+01:00');
    made.End = at('2026-03-16T10:00:00+01:00');
    made.Recurrence = weekly(made.Start, 1, DayOfTheWeek.Monday);
    made.Recurrence.NumberOfOccurrences = 6;
  });
}

async function read(service: ExchangeService, { Id }: Appointment): Promise<Appointment> {
  return await Appointment.Bind(service, Id, ALL);
}

async function spring(service: ExchangeService, folder: FolderId): Promise<Appointment[]> {
  const view = new CalendarView(at('2026-03-01T00:00:00Z'), at('2026-05-30T00:00:00Z'));
  const { Items } = await service.FindAppointments(folder, view);
  return [...Items].sort((one, other) => one.Start.valueOf() - other.Start.valueOf());
}

async function springStarts(service: ExchangeService, folder: FolderId): Promise<string[]> {
  return (await spring(service, folder)).map(({ Start }) => minuteOf(Start));
}

const MONDAYS = [
  '2026-03-16T08:00Z',
  '2026-03-23T08:00Z',
  '2026-03-30T07:00Z',
  '2026-04-06T07:00Z',
  '2026-04-13T07:00Z',
  '2026-04-20T07:00Z',
];

const START = at('2026-03-16T09:00:00+01:00');

/** The client's declarations know its patterns only without their arguments. */
function pattern<Pattern extends Recurrence>(
  kind: new () => Pattern,
  settings: Partial<Pattern>,
): Pattern {
  return Object.assign(new kind(), { StartDate: START, ...settings });
}

/** Every some weeks, on these days. */
export function weekly(start: DateTime, interval: number, ...days: DayOfTheWeek[]): Recurrence {
  const made = pattern(Recurrence.WeeklyPattern, { StartDate: start, Interval: interval });
  for (const day of days) made.DaysOfTheWeek.Add(day);
  return made;
}

const PATTERNS: Readonly<Record<string, () => Recurrence>> = {
  daily: () => pattern(Recurrence.DailyPattern, { Interval: 3 }),
  weekly: () => weekly(START, 2, DayOfTheWeek.Tuesday, DayOfTheWeek.Friday),
  'monthly by date': () => pattern(Recurrence.MonthlyPattern, { Interval: 1, DayOfMonth: 31 }),
  'monthly by weekday': () =>
    pattern(Recurrence.RelativeMonthlyPattern, {
      Interval: 2,
      DayOfTheWeek: DayOfTheWeek.Thursday,
      DayOfTheWeekIndex: DayOfTheWeekIndex.Last,
    }),
  'yearly by date': () =>
    pattern(Recurrence.YearlyPattern, { Month: Month.February, DayOfMonth: 29 }),
  'yearly by weekday': () =>
    pattern(Recurrence.RelativeYearlyPattern, {
      Month: Month.June,
      DayOfTheWeek: DayOfTheWeek.Weekday,
      DayOfTheWeekIndex: DayOfTheWeekIndex.First,
    }),
};

export const CALENDAR_STEPS: readonly Step[] = [
  {
    sentence: 'calendar: an appointment with umlauts and an emoji comes back as written',
    async run(world) {
      const service = world.service();
      const made = await appointment(service, await world.folder(), (item) => {
        item.Body = new MessageBody('Grüße aus Köln 🚀');
        item.Location = 'Saal „Süd“';
        item.Categories = new StringList(['Größe', 'Intern']);
        item.LegacyFreeBusyStatus = LegacyFreeBusyStatus.OOF;
        item.Sensitivity = Sensitivity.Private;
        item.Importance = Importance.High;
        item.IsReminderSet = true;
        item.ReminderMinutesBeforeStart = 25;
      });
      const found = await read(service, made);
      same(found.Subject, made.Subject);
      same(found.Body.Text.includes('Grüße aus Köln 🚀'), true);
      same(found.Location, 'Saal „Süd“');
      same([...found.Categories.GetEnumerator()].sort(), ['Größe', 'Intern']);
      same(found.LegacyFreeBusyStatus, LegacyFreeBusyStatus.OOF);
      same([found.Sensitivity, found.Importance], [Sensitivity.Private, Importance.High]);
      same([found.IsReminderSet, found.ReminderMinutesBeforeStart], [true, 25]);
      same(
        [minuteOf(found.Start), minuteOf(found.End)],
        ['2026-03-02T08:00Z', '2026-03-02T09:00Z'],
      );
    },
  },
  {
    sentence: 'calendar: a changed appointment has its new values and the same id',
    async run(world) {
      const service = world.service();
      const made = await appointment(service, await world.folder());
      const before = made.Id;
      const found = await read(service, made);
      found.Subject = 'größer';
      found.Start = at('2026-03-03T14:00:00+01:00');
      found.End = at('2026-03-03T15:30:00+01:00');
      await found.Update(ConflictResolutionMode.AlwaysOverwrite, NOBODY_AFTER);
      const again = await read(service, made);
      same([again.Subject, minuteOf(again.Start)], ['größer', '2026-03-03T13:00Z']);
      same([again.Id.UniqueId, again.Id.ChangeKey === before.ChangeKey], [before.UniqueId, false]);
    },
  },
  {
    sentence:
      'calendar: an update with an outdated change key that must not overwrite is a conflict',
    async run(world) {
      const service = world.service();
      const made = await appointment(service, await world.folder());
      const [first, stale] = [await read(service, made), await read(service, made)];
      first.Subject = 'zuerst';
      await first.Update(ConflictResolutionMode.AlwaysOverwrite, NOBODY_AFTER);
      stale.Subject = 'zu spät';
      const late = stale.Update(ConflictResolutionMode.NeverOverwrite, NOBODY_AFTER);
      await fails(late, /change key|out of date/i);
      same((await read(service, made)).Subject, 'zuerst');
    },
  },
  {
    sentence: 'calendar: an all-day appointment is a whole day of its zone',
    async run(world) {
      const service = world.service();
      const made = await appointment(service, await world.folder(), (item) => {
        item.Start = at('2026-03-28T00:00:00+01:00');
        item.End = at('2026-03-30T00:00:00+02:00');
        item.IsAllDayEvent = true;
      });
      const found = await read(service, made);
      same(found.IsAllDayEvent, true);
      same(
        [minuteOf(found.Start), minuteOf(found.End)],
        ['2026-03-27T23:00Z', '2026-03-29T22:00Z'],
      );
    },
  },
  {
    sentence: 'calendar: zones of the start and of the end are kept apart',
    async run(world) {
      const service = world.service();
      const made = await appointment(service, await world.folder(), (item) => {
        item.End = at('2026-03-02T12:00:00-05:00');
        item.EndTimeZone = NEW_YORK;
      });
      await world.control('POST', '/modes', { itemZones: 'defined' }); // it reads no zone by name alone
      const found = await read(service, made);
      await world.control('POST', '/modes', { itemZones: 'named' });
      same([found.StartTimeZone.Id, found.EndTimeZone.Id], [BERLIN.Id, NEW_YORK.Id]);
    },
  },
  {
    sentence: "series: six Mondays stay at nine o'clock across the clock change",
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      await series(service, folder);
      same(await springStarts(service, folder), MONDAYS);
    },
  },
  {
    sentence: 'series: every pattern comes back as written, with and without an end',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      for (const [name, made] of Object.entries(PATTERNS)) {
        for (const times of [null, 5]) {
          const { Id } = await appointment(service, folder, (item) => {
            [item.Subject, item.Recurrence] = [name, made()];
            item.Start = START;
            item.End = at('2026-03-16T10:00:00+01:00');
            if (times !== null) item.Recurrence.NumberOfOccurrences = times;
          });
          const { Recurrence: found } = await Appointment.Bind(service, Id, ALL);
          same([name, found.constructor.name], [name, made().constructor.name]);
          same([name, found.HasEnd ? found.NumberOfOccurrences : null], [name, times]);
        }
      }
    },
  },
  {
    sentence: 'series: a changed occurrence differs from the others and is named by its master',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      const master = await series(service, folder);
      const second = await Appointment.BindToOccurrence(service, master.Id, 2, ALL);
      second.Subject = 'verlegt';
      second.Start = at('2026-03-24T11:00:00+01:00');
      second.End = at('2026-03-24T12:00:00+01:00');
      await second.Update(ConflictResolutionMode.AlwaysOverwrite, NOBODY_AFTER);
      const { ModifiedOccurrences: modified } = await read(service, master);
      same(
        modified.GetEnumerator().map((one) => [minuteOf(one.OriginalStart), minuteOf(one.Start)]),
        [['2026-03-23T08:00Z', '2026-03-24T10:00Z']],
      );
      const again = await Appointment.BindToOccurrence(service, master.Id, 2, ALL);
      same([again.Subject, again.AppointmentType], ['verlegt', AppointmentType.Exception]);
      const back = await Appointment.BindToRecurringMaster(service, again.Id, ALL);
      same(
        [back.Id.UniqueId, back.AppointmentType],
        [master.Id.UniqueId, AppointmentType.RecurringMaster],
      );
    },
  },
  {
    sentence: 'series: a deleted occurrence is gone, and named by its master',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      const master = await series(service, folder);
      const third = await Appointment.BindToOccurrence(service, master.Id, 3, ALL);
      await third.Delete(DeleteMode.MoveToDeletedItems, SendCancellationsMode.SendToNone);
      same(await springStarts(service, folder), MONDAYS.toSpliced(2, 1));
      const { DeletedOccurrences: deleted } = await read(service, master);
      same(
        deleted.GetEnumerator().map((one) => minuteOf(one.OriginalStart)),
        [MONDAYS[2]],
      );
      await fails(Appointment.BindToOccurrence(service, master.Id, 3, ALL), /deleted/i);
    },
  },
  {
    sentence: 'calendar: items are found by subject and in pages',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      for (const number of [11, 12, 13, 21, 22]) {
        await appointment(service, folder, (item) => {
          item.Subject = `Termin ${number}`;
        });
      }
      const filter = new SearchFilter.ContainsSubstring(ItemSchema.Subject, 'Termin 1');
      same((await service.FindItems(folder, filter, new ItemView(10))).TotalCount, 3);
      const subjects: string[] = [];
      for (let offset: number | null = 0; offset !== null;) {
        const page: FindItemsResults<Item> = await service.FindItems(
          folder,
          new ItemView(2, offset),
        );
        subjects.push(...page.Items.map(({ Subject }) => Subject));
        offset = page.MoreAvailable ? page.NextPageOffset : null;
      }
      same(
        subjects.sort(),
        [11, 12, 13, 21, 22].map((number) => `Termin ${number}`),
      );
    },
  },
  {
    sentence: 'calendar: a moved item has another id, and a batch deletes what is left',
    async run(world) {
      const [service, folder, other] = [
        world.service(),
        await world.folder(),
        await world.folder(),
      ];
      const made = await appointment(service, folder);
      const moved = await made.Move(other);
      same(moved.Id.UniqueId === made.Id.UniqueId, false);
      await fails(read(service, made), /not found/i);
      const answers = await service.DeleteItems(
        [moved.Id],
        DeleteMode.HardDelete,
        SendCancellationsMode.SendToNone,
        AffectedTaskOccurrence.AllOccurrences,
      );
      same(
        answers.Responses.map(({ ErrorCode }) => ErrorCode),
        [0],
      );
      same((await service.FindItems(other, new ItemView(5))).TotalCount, 0);
    },
  },
];
