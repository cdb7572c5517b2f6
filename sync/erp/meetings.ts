import type { Knex } from 'knex';
import type { MeetingClaim, RecordFound, RecordMeeting } from '../ports/erp.js';

/** A record and the meeting that it shall stand for from now on. */
export interface Claim {
  readonly id: string;
  readonly birth: string;
  readonly version: string;
  readonly meeting: MeetingClaim;
  /** Employees whom Exchange invited to it. */
  readonly invited: readonly string[];
}

/**
 * Which records stand for which meetings: rows of kind `meeting` in the key table, beside those of the creates.
 *
 *   meeting:KEY                 the record that stands for the meeting; the primary key keeps it one (rule 10)
 *   organizer:BIRTH             that record is owned by the organiser
 *   invited:BIRTH:EMPLOYEE      the employee has the meeting from Exchange
 */
const MEETING = 'meeting:';
const ORGANIZER = 'organizer:';
const INVITED = 'invited:';

/** What the rows of one record say together; undefined where no row names a meeting. */
export function meetingFromKeys(keys: readonly string[], birth: string): RecordMeeting | undefined {
  const key = keys.find((one) => one.startsWith(MEETING));
  if (key === undefined) return undefined;
  const invited = `${INVITED}${birth}:`;
  return {
    key: key.slice(MEETING.length),
    isOrganizers: keys.includes(ORGANIZER + birth),
    invited: keys.filter((one) => one.startsWith(invited)).map((one) => one.slice(invited.length)),
  };
}

/** The records that stand for these meetings; one that was deleted does not exist, also where the ERP only marks it. */
export async function findMeetings(
  db: Knex,
  keys: readonly string[],
): Promise<readonly RecordFound[]> {
  if (keys.length === 0) return [];
  const { rows } = await db.raw<{ rows: readonly Required<RecordFound>[] }>(FIND, {
    keys: keys.map((key) => MEETING + key),
  });
  return rows.map((row) => {
    const invited = `${INVITED}${row.birth}:`;
    return {
      ...row,
      key: row.key.slice(MEETING.length),
      invited: row.invited.map((one) => one.slice(invited.length)),
    };
  });
}

const FIND = `
  select k.key, k.record_id as id, k.birth, k.version,
         a.id is not null
         and not exists (select from erp.tombstones as t
                          where t.kind = 'appointment' and t.record_id = k.record_id and t.birth = k.birth) as exists,
         array(select i.key from erp.keys as i
                where i.record_id = k.record_id and i.birth = k.birth and i.kind = 'meeting'
                  and starts_with(i.key, 'invited:')
                order by i.key) as invited
    from erp.keys as k
    left join erp.appointments as a on a.id = k.record_id and a.birth = k.birth
   where k.key = any (:keys) and k.kind = 'meeting'`;

/**
 * Writes the claims. One for a meeting whose record is gone takes its place; for any other that is taken, the primary key
 * decides, also between transactions that do not see each other: the later one fails whole, and is planned again.
 */
export async function claimMeetings(
  trx: Knex.Transaction,
  claims: readonly Claim[],
): Promise<void> {
  if (claims.length === 0) return;
  const keys = claims.map(({ meeting }) => meeting.key);
  const ofOthers = (await findMeetings(trx, keys)).filter(
    (found) => !found.exists && !claims.some(({ birth }) => birth === found.birth),
  );
  if (ofOthers.length > 0) {
    await trx.raw('delete from erp.keys where key = any (:keys)', {
      keys: ofOthers.map(({ key }) => MEETING + key),
    });
  }
  await insertMeetingKeys(trx, claims.flatMap(keysOfClaim));
}

/** A record with a meeting that we have changed. */
export interface Followed {
  readonly id: string;
  readonly birth: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The version of a claim follows what we do to the record, and stays behind what anybody else does: while both are the same,
 * nobody but us has changed the record since it stood for the meeting.
 */
export async function followVersions(
  trx: Knex.Transaction,
  records: readonly Followed[],
): Promise<void> {
  if (records.length > 0) await trx.raw(FOLLOW, { rows: JSON.stringify(records) });
}

const FOLLOW = `
  update erp.keys as k set version = v."to"
    from json_to_recordset(:rows) as v(id text, birth text, "from" text, "to" text)
   where k.kind = 'meeting' and starts_with(k.key, 'meeting:')
     and k.record_id = v.id and k.birth = v.birth and k.version = v."from"`;

/** Says of employees that they have a record's meeting from Exchange. */
export async function rememberInvited(
  trx: Knex.Transaction,
  records: readonly Omit<Claim, 'meeting'>[],
): Promise<void> {
  await insertMeetingKeys(trx, records.flatMap(invitationsOf));
}

interface KeyRow {
  readonly key: string;
  readonly record_id: string;
  readonly birth: string;
  readonly version: string;
}

function keysOfClaim(claim: Claim): readonly KeyRow[] {
  const { id: record_id, birth, version, meeting } = claim;
  const row = (key: string): KeyRow => ({ key, record_id, birth, version });
  return [
    row(MEETING + meeting.key),
    ...(meeting.isOrganizer ? [row(ORGANIZER + birth)] : []),
    ...invitationsOf(claim),
  ];
}

function invitationsOf({
  id: record_id,
  birth,
  version,
  invited,
}: Omit<Claim, 'meeting'>): readonly KeyRow[] {
  return invited.map((employeeId) => ({
    key: `${INVITED}${birth}:${employeeId}`,
    record_id,
    birth,
    version,
  }));
}

async function insertMeetingKeys(trx: Knex.Transaction, rows: readonly KeyRow[]): Promise<void> {
  if (rows.length > 0) await trx.raw(INSERT, { rows: JSON.stringify(rows) });
}

/** What this transaction sees is its own record's row; of another one it would fail, and does so where it cannot see it. */
const INSERT = `
  insert into erp.keys (key, kind, record_id, birth, version, attempt)
  select distinct on (v.key) v.key, 'meeting', v.record_id, v.birth, v.version, 1
    from json_to_recordset(:rows) as v(key text, record_id text, birth text, version text)
   where not exists (select from erp.keys as k where k.key = v.key and k.birth = v.birth)`;
