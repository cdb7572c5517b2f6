import { afterEach } from 'vitest';
import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
  ExchangeOccurrenceFields,
} from '../../mappings/exchange-item.js';
import { parseInstant, type Instant } from '../../mappings/values.js';
import type {
  ExchangePort,
  FolderCursor,
  ItemChange,
  ItemRef,
  ItemSeen,
  Mailbox,
} from '../../sync/ports/exchange.js';
import type { Answer, FailureKind } from '../../sync/ports/failure.js';

/** An implementation with an empty mailbox, and somebody who works in that mailbox with Outlook. */
export interface ExchangeUnderTest {
  readonly port: ExchangePort<ExchangeAppointment, ExchangeAppointmentPatch>;
  readonly mailbox: Mailbox;
  readonly person: PersonWithOutlook;
  /** How many mails a real server would have sent so far. */
  mails(): number;
  /** To whom, in their order. */
  mailed(): readonly string[];
  close(): Promise<void>;
}

/** What a person does; where not said otherwise the item keeps its id. */
export interface PersonWithOutlook {
  rename(itemId: string, subject: string): void;
  renameOccurrence(itemId: string, originalStart: Instant, subject: string): void;
  deleteOccurrence(itemId: string, originalStart: Instant): void;
  /** Into Deleted Items, which gives it another id. */
  delete(itemId: string): void;
  deleteForGood(itemId: string): void;
  /** Into a calendar of the person's own, which gives it another id. */
  moveToOtherCalendar(itemId: string): void;
  /** Within the calendar; the copy carries our mark as well. */
  copy(itemId: string): void;
  invite(itemId: string, address: string): void;
  /** A file, to an item or to an occurrence that was changed before. */
  attach(itemId: string): void;
  /** Somebody else asks the person to one occurrence of a series and to nothing else of it; answers with the item's id. */
  beAskedToOccurrence(uid: string, originalStart: Instant): string;
  /** Every change feed must start from the beginning. */
  loseCursors(): void;
}

export const ZONE = 'W. Europe Standard Time';

export function parse(text: string): Instant {
  return parseInstant(text);
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** A weekly series at nine in the morning in Berlin, from Monday, 2 March 2026 on. */
export const SERIES = {
  subject: 'Wartung',
  location: 'Halle 3',
  start: parse('2026-03-02T08:00:00Z'),
  end: parse('2026-03-02T09:00:00Z'),
};

/** Opens implementations for the tests of a `describe`, and closes them after each. */
export function benchStarter(open: () => Promise<ExchangeUnderTest>): () => Promise<Bench> {
  const opened: ExchangeUnderTest[] = [];
  afterEach(async () => {
    for (const exchange of opened.splice(0)) await exchange.close();
  });
  return async () => {
    const exchange = await open();
    opened.push(exchange);
    return benchOf(exchange);
  };
}

/** What a test writes: fields, and a pattern for a series. */
export type Content = Partial<ExchangeOccurrenceFields> &
  Pick<ExchangeAppointmentPatch, 'recurrence'>;

function patchOf(
  { recurrence, ...fields }: Content,
  exceptions?: ExchangeAppointmentPatch['exceptions'],
): ExchangeAppointmentPatch {
  const times = { start: SERIES.start, end: SERIES.end };
  return {
    fields: { ...times, reminderIsSet: false, ...fields },
    timeZone: ZONE,
    ...(recurrence === undefined ? {} : { recurrence }),
    ...(exceptions === undefined ? {} : { exceptions }),
  };
}

export function exceptionsOf(item: ExchangeAppointment): Record<string, string> {
  const deleted = item.deletedOccurrences.map((start) => [start, 'deleted'] as const);
  const changed = item.modifiedOccurrences.map(
    ({ originalStart, fields }) => [originalStart, fields?.subject ?? 'unreadable'] as const,
  );
  return Object.fromEntries([...deleted, ...changed]);
}

export function seenIds(changes: readonly ItemChange[]): readonly string[] {
  return changes.flatMap((change) => (change.kind === 'seen' ? [change.ref.id] : []));
}

export function subjectOrFailure(answer: Answer<ItemSeen<ExchangeAppointment>>): string {
  return answer.ok ? answer.value.item.subject : answer.failure.kind;
}

export type Bench = ReturnType<typeof benchOf>;

/** The port with what the tests say often; marks and keys are numbered. */
function benchOf(exchange: ExchangeUnderTest) {
  const { port, mailbox, person } = exchange;
  let made = 0;
  const key = (number: number): string => `testkey-${String(number).padStart(14, '0')}`;
  const mark = (number: number): string => `${key(number)}.1.pair`;
  let asked: Promise<string> | null = null;
  const calendar = (): Promise<string> =>
    (asked ??= port.folders(mailbox, never()).then(([id]) => id ?? ''));

  const bench = {
    exchange,
    person,
    key,
    mark,
    async createAs(
      itemMark: string,
      content: Content,
      exceptions?: ExchangeAppointmentPatch['exceptions'],
    ): Promise<ItemRef> {
      const entry = {
        folderId: await calendar(),
        mark: itemMark,
        patch: patchOf(content, exceptions),
      };
      return valueOf((await port.create(mailbox, [entry], never()))[0]);
    },
    create(
      content: Content,
      exceptions?: ExchangeAppointmentPatch['exceptions'],
    ): Promise<ItemRef> {
      made += 1;
      return bench.createAs(mark(made), content, exceptions);
    },
    async createAll(contents: readonly Content[]): Promise<readonly Answer<ItemRef>[]> {
      const id = await calendar();
      const entries = contents.map((content) => {
        made += 1;
        return { folderId: id, mark: mark(made), patch: patchOf(content) };
      });
      return port.create(mailbox, entries, never());
    },
    async createMany(count: number): Promise<readonly ItemRef[]> {
      const contents = Array.from({ length: count }, (_, at) => ({ subject: `Termin ${at}` }));
      return (await bench.createAll(contents)).map(valueOf);
    },
    async changes(cursor: string | null) {
      const from: FolderCursor = { folderId: await calendar(), cursor };
      return port.changesSince(mailbox, from, never());
    },
    async pages(cursor: string | null) {
      const pages = [await bench.changes(cursor)];
      for (let last = pages.at(-1); last?.isLast === false; last = pages.at(-1)) {
        pages.push(await bench.changes(last.cursor));
      }
      return pages;
    },
    read: (ids: readonly string[]) => port.read(mailbox, ids, never()),
    readOne: async (id: string) => valueOf((await bench.read([id]))[0]),
    async updateAnswer(ref: ItemRef, patch: ExchangeAppointmentPatch): Promise<Answer<ItemRef>> {
      const [answer] = await port.update(mailbox, [{ ref, patch, mark: null }], never());
      if (answer === undefined) throw new Error('the port gave no answer');
      return answer;
    },
    updated: async (ref: ItemRef, patch: ExchangeAppointmentPatch): Promise<ItemRef> =>
      valueOf(await bench.updateAnswer(ref, patch)),
    async update(ref: ItemRef, patch: ExchangeAppointmentPatch): Promise<FailureKind | 'done'> {
      const answer = await bench.updateAnswer(ref, patch);
      return answer.ok ? 'done' : answer.failure.kind;
    },
    async remove(ref: ItemRef, number: number): Promise<FailureKind | 'done'> {
      const [answer] = await port.remove(mailbox, [{ ref, mark: mark(number) }], never());
      if (answer === undefined) throw new Error('the port gave no answer');
      return answer.ok ? 'done' : answer.failure.kind;
    },
    async bringBack(ref: ItemRef): Promise<FailureKind | 'done'> {
      const entry = { ref, folderId: await calendar() };
      const [answer] = await port.bringBack(mailbox, [entry], never());
      if (answer === undefined) throw new Error('the port gave no answer');
      return answer.ok ? 'done' : answer.failure.kind;
    },
    async findAll(numbers: readonly number[]) {
      const search = { folderId: await calendar(), keys: numbers.map(key) };
      return port.findByKey(mailbox, search, never());
    },
    find: async (numbers: readonly number[]) =>
      (await bench.findAll(numbers)).map(
        ({ key: found, place }) =>
          `${numbers.find((number) => key(number) === found) ?? '?'} ${place}`,
      ),
  };
  return bench;
}

export function valueOf<T>(answer: Answer<T> | undefined): T {
  if (answer === undefined) throw new Error('the port gave no answer');
  if (!answer.ok) throw answer.failure;
  return answer.value;
}
