import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { openClient } from './sql-client.js';
import type { Stage } from './stage.js';

/** What the journal says about one write, with what the ERP shows of the appointment now. */
interface Travel {
  readonly id: string;
  readonly event: string;
  readonly side: string;
  readonly fields: readonly string[];
  readonly record_id: string | null;
  readonly employee: string;
  readonly detail: string;
}

interface Subject {
  readonly title: string;
  readonly start: Date | null;
  readonly day: string | null;
  readonly location: string;
}

/** Prints a line for each change that travels, in German or English as `LANG` says, for ever. */
export async function followTravels(stage: Stage, print: (line: string) => void): Promise<never> {
  const own = await openClient(stage.databases.own);
  const erp = await openClient(stage.databases.erp);
  const language = languageOf(process.env);
  const known = new Map<string, Subject>(); // what was deleted has no title any more
  for (let after = '0'; ;) {
    const { rows } = await own.query<Travel>(READ_JOURNAL, [after]);
    for (const travel of rows) {
      after = travel.id;
      const id = travel.record_id ?? '';
      const subject = (await subjectOf(erp, id)) ?? known.get(id) ?? null;
      if (subject !== null) known.set(id, subject);
      print(describe(travel, subject, language));
    }
    if (rows.length === 0) await pause(LOOK_EVERY_MS);
  }
}

const LOOK_EVERY_MS = 200;

const READ_JOURNAL = `
  select j.id::text, j.event, j.side, j.fields, j.record_id, j.detail, e.name as employee
    from abgleich.journal as j
    join abgleich.pairs as p on p.id = j.pair_id
    join abgleich.employees as e on e.id = p.employee_id
   where j.id > $1 order by j.id limit 500`;

async function subjectOf(erp: pg.Client, id: string): Promise<Subject | null> {
  const { rows } = await erp.query<Subject>(
    `select title, starts_at as start, first_day::text as day, location from erp.appointments where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export type Language = 'de' | 'en';

/** As POSIX has it: `LC_ALL` before `LC_MESSAGES` before `LANG`. */
export function languageOf(env: NodeJS.ProcessEnv): Language {
  const chosen = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((one) => one);
  return chosen?.toLowerCase().startsWith('de') === true ? 'de' : 'en';
}

/** `Outlook → ERP  Anna Becker  «Montage Halle 3»  verschoben auf Mi., 04.03., 10:15` */
export function describe(
  { event, side, fields, employee, detail }: Travel,
  subject: Subject | null,
  language: Language,
): string {
  const way = side === 'erp' ? 'Outlook → ERP' : 'ERP → Outlook';
  const title = subject === null ? '' : `  «${subject.title.trim()}»`;
  const what = EVENTS[language][event] ?? event;
  const changed = fields.map((field) => fieldText(field, subject, language)).join(', ');
  const isUpdate = event === 'updated' && changed !== '';
  const more = isUpdate
    ? changed
    : [what, changed, detail].filter((text) => text !== '').join(': ');
  return `${way}  ${employee}${title}  ${more}`;
}

const EVENTS: Record<Language, Readonly<Record<string, string>>> = {
  de: {
    created: 'angelegt',
    updated: 'geändert',
    removed: 'gelöscht',
    linked: 'verknüpft',
    unlinked: 'nicht mehr verknüpft',
    conflict: 'auf beiden Seiten geändert',
    parked: 'zurückgestellt',
    held: 'wartet auf Freigabe',
    frozen: 'ruht, weil es ständig geändert wird',
    failed: 'gescheitert',
    lost: 'nicht alles passt hinein',
    ignored: 'bleibt, wo es ist',
  },
  en: {
    created: 'made',
    updated: 'changed',
    removed: 'deleted',
    linked: 'linked',
    unlinked: 'not linked any more',
    conflict: 'changed on both sides',
    parked: 'set aside',
    held: 'waits for approval',
    frozen: 'rests, because it is changed all the time',
    failed: 'failed',
    lost: 'not all of it fits',
    ignored: 'stays where it is',
  },
};

function fieldText(field: string, subject: Subject | null, language: Language): string {
  if (field === 'when' && subject !== null) {
    return `${language === 'de' ? 'verschoben auf' : 'moved to'} ${timeText(subject, language)}`;
  }
  if (field === 'location' && subject !== null && subject.location !== '') {
    return `${language === 'de' ? 'jetzt in' : 'now in'} ${subject.location}`;
  }
  const [name = '', element] = field.split('/');
  const text = FIELDS[language][name] ?? name;
  return element === undefined ? text : `${text} (${element})`;
}

const FIELDS: Record<Language, Readonly<Record<string, string>>> = {
  de: {
    subject: 'heißt jetzt so',
    body: 'neuer Text',
    location: 'ohne Ort',
    when: 'verschoben',
    series: 'andere Serie',
    exceptions: 'Einzeltermin geändert',
    isPrivate: 'privat oder nicht mehr',
    showAs: 'anders angezeigt',
    reminder: 'andere Erinnerung',
    importance: 'andere Wichtigkeit',
    about: 'Angaben aus dem ERP',
  },
  en: {
    subject: 'has this name now',
    body: 'new text',
    location: 'without a place',
    when: 'moved',
    series: 'another pattern',
    exceptions: 'single occurrence changed',
    isPrivate: 'private or no longer',
    showAs: 'shown in another way',
    reminder: 'another reminder',
    importance: 'another importance',
    about: 'details of the ERP',
  },
};

function timeText({ start, day }: Subject, language: Language): string {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const date = { weekday: 'short', day: '2-digit', month: '2-digit' } as const;
  if (start === null) {
    return new Intl.DateTimeFormat(locale, { ...date, timeZone: 'UTC' }).format(
      new Date(`${day ?? ''}T00:00:00Z`),
    );
  }
  const clock = { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Berlin' } as const;
  return new Intl.DateTimeFormat(locale, { ...date, ...clock }).format(start);
}
