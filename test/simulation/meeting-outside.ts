import { changedPaths, exceptionsOf } from './meeting-story.js';
import type { Firm } from './firm.js';
import { recordsOf, tagged } from './sight.js';
import type { Field, Sight } from './sight.js';
import type { Thing } from './thing.js';
import type { Violation } from './violation.js';

/**
 * A meeting that somebody outside has called together: the record shows what its organiser sent last, unless it was changed
 * in the ERP since. Where meetings are protected it stays as it was taken over, but for what the ERP changes.
 */
export function judgeForeignMeeting(firm: Firm, thing: Thing): Violation[] {
  const { tag, story } = thing;
  if (story.host !== firm.customer.name || !isBrought(firm, thing)) return [];
  const [[row], [record], [meeting]] = [
    recordsOf(firm, tag),
    tagged(firm, 'erp', tag),
    tagged(firm, firm.customer, tag),
  ];
  if (row?.isInScope !== true || record === undefined || meeting === undefined) return [];
  const isProtected = firm.setup.meetings === 'protected';
  const mayDiffer = (path: string): boolean => {
    if (story.takenOver.has(path)) return true;
    const inErp = story.lastEdits.get(`erp ${path}`) ?? 0;
    const there = story.lastEdits.get(`${story.host} ${path}`) ?? 0;
    return inErp > there || (isProtected && there > 0);
  };
  return changedPaths(withoutOwn(record), withoutOwn(meeting))
    .filter((path) => !mayDiffer(path))
    .map((path) => {
      const field = path.startsWith('exceptions') ? 'exceptions' : (path as Field);
      const lines = [`erp      ${record.texts[field]}`, `customer ${meeting.texts[field]}`];
      return {
        rule: '1 meeting of a customer',
        detail: [`${tag}: ${path}`, ...lines].join('\n    '),
      };
    });
}

/** Somebody takes part in whose mailbox it lies, and whose pair brings it. */
function isBrought(firm: Firm, { story, apart, tag }: Thing): boolean {
  const rows = recordsOf(firm, tag);
  if (rows.length !== 1) return false;
  return firm.people.some(({ name, employeeId }) => {
    const isFree = !apart.has(name) && !story.leavers.has(name);
    return isFree && story.copies.has(name) && rows[0]?.employees.includes(employeeId) === true;
  });
}

/** Without what attendees have of their own, of occurrences as well. */
function withoutOwn(sight: Sight): Sight {
  const bare = Object.entries(exceptionsOf(sight)).map(([day, text]) => [day, shared(text)]);
  const exceptions = JSON.stringify(Object.fromEntries(bare.filter(([, text]) => text !== '{}')));
  return { ...sight, texts: { ...sight.texts, ...NOBODYS, exceptions } };
}

const NOBODYS = { showAs: '', reminder: '', isPrivate: '' };

function shared(text: string): string {
  if (!text.startsWith('{')) return text;
  const fields = Object.entries(JSON.parse(text) as object);
  return JSON.stringify(Object.fromEntries(fields.filter(([name]) => !(name in NOBODYS))));
}
