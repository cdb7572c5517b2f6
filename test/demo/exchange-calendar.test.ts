import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeExchange } from '../simulators/ews-server.js';
import type { FakeExchange } from '../simulators/ews-server.js';
import { fillMailbox } from '../simulators/sample-data.js';
import type { CalendarEntry } from './calendar-entry.js';
import { readExchangeCalendar } from './exchange-calendar.js';
import { MailboxHand } from './mailbox-hand.js';
import { personOf } from './people.js';
import type { Change, Content, Thing } from './thing.js';

const ANNA = personOf('E01');
const WINDOW = { from: '2026-01-01', before: '2027-01-01' };

const CONTENT: Content = {
  title: '#1001 Übergabe "Größe" <4> & mehr ',
  body: 'Grüße\n\nAnna',
  location: 'Halle 3',
  times: { kind: 'timed', day: '2026-03-27', time: '10:15', minutes: 45, zone: 'Europe/Berlin' },
  rhythm: null,
  isPrivate: false,
  showAs: 'away',
  reminder: null,
  importance: 'high',
};

function thing(number: number): Thing {
  return {
    number,
    owner: ANNA,
    people: [ANNA],
    isSeries: false,
    isAllDay: false,
    isPrivate: false,
    firstDay: '2026-03-27',
    recordId: null,
    uids: new Map(),
    bornAt: 0,
    fate: 'there',
    away: null,
    bornIn: null,
    hiddenIn: null,
    missed: new Map(),
    isDone: false,
    editedIn: new Set(),
    wishes: new Map(),
    edits: [],
  };
}

describe('reading a mailbox as a stranger would', () => {
  let exchange: FakeExchange;
  let hand: MailboxHand;

  beforeAll(async () => {
    exchange = await startFakeExchange();
    hand = new MailboxHand(exchange.control);
    await hand.makeFolder(ANNA.mailbox);
  });
  afterAll(async () => await exchange.stop());

  async function shown(number: number): Promise<CalendarEntry | undefined> {
    const access = { url: exchange.url, address: ANNA.mailbox, password: 'demo' };
    const entries = await readExchangeCalendar(access, WINDOW);
    return entries.find(({ subject }) => subject.startsWith(`#${number} `));
  }

  async function create(one: Thing, change: Partial<Content> = {}): Promise<void> {
    const content = { ...CONTENT, title: `#${one.number} Montage`, ...change };
    expect(await hand.perform(ANNA.mailbox, one, { kind: 'create', content })).toBe('done');
  }

  it('shows every field as it was typed', async () => {
    await create(thing(1001), { title: CONTENT.title });
    expect((await shown(1001))?.occurrences).toEqual([
      {
        start: '2026-03-27T09:15Z',
        end: '2026-03-27T10:00Z',
        subject: '#1001 Übergabe "Größe" <4> & mehr',
        location: 'Halle 3',
        body: 'Grüße\n\nAnna',
        isPrivate: false,
        showAs: 'away',
        reminder: null,
        importance: 'high',
      },
    ]);
  });

  it('shows all-day ones by their days, wherever they were made', async () => {
    await create(thing(1002), { times: { kind: 'allDay', day: '2026-05-01', days: 3 } });
    expect((await shown(1002))?.occurrences).toMatchObject([
      { start: '2026-05-01', end: '2026-05-03' },
    ]);
  });

  it('shows a series by its occurrences, across the change of the clock, changed and deleted ones as they are', async () => {
    const series = { ...thing(1003), isSeries: true };
    const rhythm = {
      unit: 'daily',
      interval: 1,
      end: { kind: 'count', count: 5 },
    } as const;
    await create(series, { rhythm });
    const changes: Change[] = [
      { kind: 'occurrenceDelete', nth: 1 },
      { kind: 'occurrenceShift', nth: 3, minutes: 30 },
      { kind: 'occurrenceTitle', nth: 4, value: '#1003 anders' },
    ];
    for (const change of changes) {
      expect(await hand.perform(ANNA.mailbox, series, change)).toBe('done');
    }
    expect((await shown(1003))?.occurrences).toMatchObject([
      { start: '2026-03-27T09:15Z', subject: '#1003 Montage' },
      { start: '2026-03-29T08:15Z', body: 'Grüße\n\nAnna' },
      { start: '2026-03-30T08:45Z', end: '2026-03-30T09:30Z' },
      { start: '2026-03-31T08:15Z', subject: '#1003 anders', body: 'Grüße\n\nAnna' },
    ]);
  });

  it('takes the lines of the sync off a text, and only those', async () => {
    const body =
      'Meins\n\n=== Aus dem ERP (Änderungen hier gehen verloren) ===\nFirma: Süd AG\n=== Ende ERP ===';
    await create(thing(1004), { body });
    expect((await shown(1004))?.occurrences[0]?.body).toBe('Meins');
  });

  it('shows HTML as text', async () => {
    const one = thing(1005);
    await create(one);
    await hand.perform(ANNA.mailbox, one, { kind: 'html', value: '<p>Öl &amp; <b>Wasser</b></p>' });
    expect((await shown(1005))?.occurrences[0]?.body).toBe('Öl & Wasser');
  });

  it('does not show what was put away or deleted, and shows it again when it is back', async () => {
    const one = thing(1006);
    await create(one);
    for (const [away, back] of [
      ['moveOut', 'moveBack'],
      ['delete', 'restore'],
    ] as const) {
      expect(await hand.perform(ANNA.mailbox, one, { kind: away })).toBe('done');
      expect(await shown(1006)).toBeUndefined();
      expect(await hand.perform(ANNA.mailbox, one, { kind: back })).toBe('done');
      expect((await shown(1006))?.uid).toBe(one.uids.get(ANNA.mailbox));
    }
  });

  it('says when there is nothing to edit', async () => {
    expect(await hand.perform(ANNA.mailbox, thing(1999), { kind: 'delete' })).toBe('absent');
    const series = { ...thing(1003), isSeries: true };
    const gone: Change = { kind: 'occurrenceTitle', nth: 1, value: 'x' };
    expect(await hand.perform(ANNA.mailbox, series, gone)).toBe('refused');
  });

  it('reads more than one page', async () => {
    const bernd = personOf('E02');
    const mailbox = exchange.organisation.mailbox(bernd.mailbox);
    fillMailbox(mailbox, { count: 1200, seed: 1, now: exchange.organisation.nowMs() });
    const access = { url: exchange.url, address: bernd.mailbox, password: 'demo' };
    const entries = await readExchangeCalendar(access, WINDOW);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(1200);
  });
});
