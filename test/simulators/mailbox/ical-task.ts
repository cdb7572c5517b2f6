import { bodyAs } from './bodies.js';
import { component, invalid, line, lineOf, textIn, textLine, textList } from './ical-text.js';
import type { IcalComponent, IcalLine } from './ical-text.js';
import { utcStamp, wallOfStamp } from './ical-zone.js';
import type { ItemInput, ItemProperties } from './properties.js';
import { formatTime } from './zones.js';

const STATUSES = {
  NotStarted: 'NEEDS-ACTION',
  InProgress: 'IN-PROCESS',
  Completed: 'COMPLETED',
  WaitingOnOthers: 'NEEDS-ACTION',
  Deferred: 'NEEDS-ACTION',
} as const;

/** A task as iCalendar; its dates have no zone (fact 62). */
export function writeTask(properties: ItemProperties, uid: string, at: number): IcalComponent {
  const { Body = { BodyType: 'Text', Value: '' }, PercentComplete = 0 } = properties;
  const lines = [
    line('UID', uid),
    line('DTSTAMP', utcStamp(at)),
    textLine('SUMMARY', properties.Subject ?? ''),
    textLine('DESCRIPTION', bodyAs(Body, 'Text').Value.replace(/\r\n$/, '')),
    ...dateLine('DTSTART', properties.StartDate),
    ...dateLine('DUE', properties.DueDate),
    ...(properties.CompleteDate === undefined
      ? []
      : [line('COMPLETED', utcStamp(properties.CompleteDate))]),
    line('STATUS', STATUSES[properties.Status ?? 'NotStarted']),
    line('PERCENT-COMPLETE', String(Math.round(PercentComplete))),
    line('PRIORITY', { Low: '9', Normal: '5', High: '1' }[properties.Importance ?? 'Normal']),
  ];
  return component('VCALENDAR', [line('VERSION', '2.0')], [component('VTODO', lines)]);
}

function dateLine(name: string, at: number | undefined): IcalLine[] {
  return at === undefined ? [] : [line(name, utcStamp(at).slice(0, 8), { VALUE: 'DATE' })];
}

/** Reads the first task of a calendar. */
export function readTask(calendar: IcalComponent): ItemInput {
  const task = calendar.components.find(({ name }) => name === 'VTODO');
  if (!task) throw invalid('There is no VTODO.');
  const percent = lineOf(task, 'PERCENT-COMPLETE')?.value;
  const status = lineOf(task, 'STATUS')?.value.trim().toUpperCase();
  const found = Object.entries(STATUSES).find(([, word]) => word === status);
  return {
    Subject: textIn(task, 'SUMMARY') ?? '',
    Body: { BodyType: 'Text', Value: textIn(task, 'DESCRIPTION') ?? '' },
    Categories: textList(lineOf(task, 'CATEGORIES')?.value ?? ''),
    ...dateIn('StartDate', lineOf(task, 'DTSTART')),
    ...dateIn('DueDate', lineOf(task, 'DUE')),
    ...(percent === undefined ? {} : { PercentComplete: Number(percent) }),
    ...(found ? { Status: found[0] as keyof typeof STATUSES } : {}),
  };
}

function dateIn(name: 'StartDate' | 'DueDate', from: IcalLine | null): ItemInput {
  const wall = from && wallOfStamp(from.value.trim().slice(0, 8));
  return wall === null ? {} : { [name]: formatTime(wall) };
}
