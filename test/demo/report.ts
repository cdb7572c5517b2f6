import { explainDifference, explainDuplicate } from './explain.js';
import type { Finding } from './explain.js';
import { asPeopleWantIt } from './hidden.js';
import { checkHistory } from './history.js';
import type { PersonLook } from './look.js';
import type { Stage } from './stage.js';
import { readJournalOf, readTally } from './tally.js';
import type { Thing } from './thing.js';
import { readLinksOf, readParked } from './unfinished.js';

/** The last line of a run. */
export interface Report {
  readonly employees: number;
  readonly appointments: number;
  /** Our writes on both sides since the start. */
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly conflicts: number;
  readonly parked: number;
  readonly differences: number;
  readonly duplicates: number;
  readonly mails: number;
  readonly seconds: number;
}

interface Seen {
  readonly looks: readonly PersonLook[];
  readonly things: readonly Thing[];
  readonly startedAt: number;
  readonly say: (line: string) => void;
}

/** Says every finding in a line, with what was done to the record and what the journal has about it, and counts. */
export async function writeReport(
  { databases, exchange }: Pick<Stage, 'databases' | 'exchange'>,
  { looks: all, things, startedAt, say }: Seen,
): Promise<Report> {
  const looks = all.map((look) => asPeopleWantIt(look, things));
  const differences = [...differencesOf(looks, things), ...checkHistory(things, all)];
  const duplicates = looks.flatMap(({ person, comparison }) =>
    comparison.duplicates.map((one) => explainDuplicate(person.name, one)),
  );
  const { mails, ...tally } = await readTally(databases.own, exchange.control);
  for (const finding of differences) await sayFinding(finding, databases.own, say);
  for (const line of duplicates) say(line);
  for (const finding of await parkedAmong(things, databases.own))
    await sayFinding(finding, databases.own, say);
  for (const mail of mails) say(`a mail went out: ${JSON.stringify(mail)}`);
  return {
    employees: looks.length,
    appointments: new Set(looks.flatMap(({ erp }) => erp.map(({ id }) => id))).size,
    ...tally,
    differences: differences.length,
    duplicates: duplicates.length,
    mails: mails.length,
    seconds: Math.round((Date.now() - startedAt) / 100) / 10,
  };
}

/** What lies aside although nobody wanted that; it is counted by the tally, and may differ or not. */
async function parkedAmong(things: readonly Thing[], ownUrl: string): Promise<readonly Finding[]> {
  const parked = await readParked(ownUrl);
  return parked.map(({ id, reason }) => ({
    line: `parked: ${reason}`,
    recordId: id,
    thing: things.find(({ recordId }) => recordId === id) ?? null,
  }));
}

function differencesOf(looks: readonly PersonLook[], things: readonly Thing[]): Finding[] {
  return looks.flatMap(({ person, comparison }) =>
    comparison.differences.map((difference) => {
      const line = explainDifference(person.name, difference);
      const erp = difference.kind === 'differs' ? difference.erp : difference.entry;
      const item = difference.kind === 'differs' ? difference.exchange : difference.entry;
      const thing = things.find(
        ({ recordId, uids }) =>
          recordId === erp.id || (item.uid !== null && uids.get(person.mailbox) === item.uid),
      );
      return { line, recordId: thing?.recordId ?? erp.id, thing: thing ?? null };
    }),
  );
}

async function sayFinding(
  { line, recordId, thing }: Finding,
  ownUrl: string,
  say: (line: string) => void,
): Promise<void> {
  say(line);
  for (const edit of thing?.edits ?? []) say(`  edit     ${edit.slice(0, 300)}`);
  for (const entry of await readJournalOf(ownUrl, recordId)) say(`  journal  ${entry}`);
  for (const link of await readLinksOf(ownUrl, recordId)) say(`  link     ${link}`);
}
