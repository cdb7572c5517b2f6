import type { Canonical } from '../../../mappings/kind.js';
import type { RecordJoin, RecordSeen } from '../../ports/erp.js';
import type { Answer } from '../../ports/failure.js';
import type { FieldSource, Fingerprint, Side } from '../../ports/store.js';
import type { Observed } from '../sights.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Step } from '../step.js';

type Source = Omit<FieldSource, 'employeeId'>;

/**
 * Mailbox against mailbox (rule 16): two colleagues change their copies of one appointment between two cycles. The first
 * pair's cycle brings its edit into the ERP, and to the second pair that looks like an edit of the ERP's. So each pair
 * remembers, before it writes, which values of shared records come from its mailbox.
 */
export async function rememberSources<S extends Shapes>(
  work: PairWork<S>,
  steps: readonly Step<S>[],
): Promise<void> {
  await put(
    work,
    steps.flatMap((step) => sourcesOf(work, step, step.expected.erp?.canonical)),
  );
}

/** What the ERP made of it on the way, by cutting it for instance, is remembered as well. */
export async function correctSources<S extends Shapes>(
  work: PairWork<S>,
  written: ReadonlyMap<Step<S>, Answer<RecordSeen<S['record']> | null>>,
): Promise<void> {
  const corrected: Source[] = [];
  for (const [step, answer] of written) {
    const expected = sourcesOf(work, step, step.expected.erp?.canonical);
    if (expected.length === 0 || !answer.ok || answer.value === null) continue;
    const shown = canonicalOf(work, answer.value);
    const values = new Map(expected.map(({ field, value }) => [field, value]));
    const actual = sourcesOf(work, step, shown);
    corrected.push(...actual.filter(({ field, value }) => values.get(field) !== value));
  }
  await put(work, corrected);
}

async function put<S extends Shapes>(work: PairWork<S>, sources: readonly Source[]): Promise<void> {
  if (sources.length > 0) await work.store.rememberSources(work.lease, sources);
}

function sourcesOf<S extends Shapes>(
  work: PairWork<S>,
  { action: { decision }, erp }: Step<S>,
  shown: Canonical | undefined,
): readonly Source[] {
  if (decision.kind === 'joinRecord') return joining(work, decision.join);
  if (decision.kind !== 'merge' || erp?.kind !== 'update' || shown === undefined) return [];
  const { id: recordId, birth: recordBirth, employees } = decision.record.seen;
  if (employees.length < 2) return [];
  return decision.merged.toErp.map((field) => {
    const value = valueMark(work, decision.record.seen, field, textAt(shown, field));
    return { recordId, recordBirth, field, value };
  });
}

/** What stands for an employee who takes part because the meeting lay in their mailbox: nobody has put them in. */
const JOINED = 'joined';

function joining<S extends Shapes>(
  work: PairWork<S>,
  { id, birth }: RecordJoin,
): readonly Source[] {
  const own = work.translation.meetings?.address ?? null;
  if (own === null) return [];
  const field = attendeeField(work, own);
  const value = valueMark(work, { id, birth }, field, JOINED);
  return [{ recordId: id, recordBirth: birth, field, value }];
}

function attendeeField<S extends Shapes>({ kind }: PairWork<S>, address: string): string {
  return `${kind.meetings?.attendees ?? ''}/${address}`;
}

/** Whether somebody takes part in a record because another pair found the meeting in their mailbox. */
export function hasJoined<S extends Shapes>(
  work: PairWork<S>,
  { record, sources = [] }: Pick<Observed<S>, 'record' | 'sources'>,
  address: string,
): boolean {
  if (record.kind !== 'there') return false;
  const field = attendeeField(work, address);
  const value = valueMark(work, record.seen, field, JOINED);
  return sources.some((one) => one.field === field && one.value === value);
}

function canonicalOf<S extends Shapes>(
  work: PairWork<S>,
  { record }: RecordSeen<S['record']>,
): Canonical | undefined {
  try {
    return work.kind.canonical(work.kind.fromErp(record, work.translation));
  } catch {
    return undefined; // what we cannot read is nobody's value; settling parks it
  }
}

/** The same for every pair, unlike the fingerprints of links: they are salted with the link. */
function valueMark<S extends Shapes>(
  { fingerprinter }: PairWork<S>,
  { id, birth }: Pick<RecordSeen<unknown>, 'id' | 'birth'>,
  field: string,
  text: string,
): Fingerprint {
  return fingerprinter.of(`record ${id} ${birth}`, field, text);
}

function textAt(canonical: Canonical, name: string): string {
  const [field = name, element] = name.split('/');
  const shown = canonical[field];
  if (element === undefined) return typeof shown === 'string' ? shown : '';
  return (typeof shown === 'object' ? shown[element] : undefined) ?? '';
}

/**
 * Adds what other mailboxes brought into them to shared records of which both sides moved, and to those that attendees may be
 * told of.
 */
export async function withSources<S extends Shapes>(
  work: PairWork<S>,
  observed: readonly Observed<S>[],
): Promise<readonly Observed<S>[]> {
  const ids = [
    ...new Set(observed.flatMap((one) => (isAsked(work, one) ? (one.unit.recordId ?? []) : []))),
  ];
  if (ids.length === 0) return observed;
  const sources = await work.store.sources(work.pair.id, ids);
  if (sources.length === 0) return observed;
  return observed.map((one) => {
    if (!isAsked(work, one)) return one;
    return { ...one, sources: sources.filter(({ recordId }) => recordId === one.unit.recordId) };
  });
}

function isAsked<S extends Shapes>(
  { pair: { policy } }: PairWork<S>,
  { unit, record, item }: Observed<S>,
): boolean {
  if (unit.link?.ended !== null || record.kind !== 'there' || item.kind !== 'there') return false;
  if (record.seen.employees.length < 2) return false;
  const { recordVersion, itemVersion } = unit.link;
  const { sendMail, bookRooms } = policy.options;
  const isMoved = sendMail || bookRooms || item.seen.ref.version !== itemVersion;
  return record.seen.version !== recordVersion && isMoved;
}

/**
 * Who wins a field that the ERP and this mailbox both changed, where the ERP's value came from another mailbox: the owner's
 * mailbox, then the first employee by id, whoever's cycle ran first. null = a person changed it in the ERP, and the
 * connection's rule decides.
 */
export function betweenMailboxes<S extends Shapes>(
  work: PairWork<S>,
  { record, sources = [] }: Observed<S>,
): (field: string) => Side | null {
  if (record.kind !== 'there' || sources.length === 0) return () => null;
  const { seen, shown } = record;
  const { ownerId } = work.kind.recordFacts(seen.record);
  const { employeeId } = work.pair;
  return (field) => {
    const value = valueMark(work, seen, field, textAt(shown.canonical, field));
    const rivals = sources
      .filter((one) => one.recordBirth === seen.birth && one.field === field && one.value === value)
      .map((one) => one.employeeId);
    const rival = rivals.includes(employeeId) ? undefined : inRank(rivals, ownerId)[0];
    if (rival === undefined) return null;
    return inRank([rival, employeeId], ownerId)[0] === employeeId ? 'exchange' : 'erp';
  };
}

/** The owner first, then by id. */
function inRank(employeeIds: readonly string[], ownerId: string): readonly string[] {
  const others = employeeIds.filter((id) => id !== ownerId).sort();
  return employeeIds.includes(ownerId) ? [ownerId, ...others] : others;
}
