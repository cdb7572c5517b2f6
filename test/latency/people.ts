import { z } from 'zod';
import type { Random } from '../simulators/random.js';

/** People who change appointments in their mailboxes; each change leaves a subject that nothing else has. */
export interface People {
  /** Makes the next change and answers its subject, or null where Exchange was not there and nothing was changed. */
  change(mailbox: string): Promise<string | null>;
}

const ANSWER = z.looseObject({ id: z.string() });

/**
 * Every second change is a new appointment, the others change the subject of one. `isArrived` says whether a change may be built
 * upon: a subject that is replaced before it was seen would count as lost.
 */
export function people(
  control: string,
  {
    random,
    isArrived,
  }: { readonly random: Random; readonly isArrived: (subject: string) => boolean },
): People {
  const calendars = new Map<string, { readonly id: string; subject: string }[]>();
  let made = 0;

  const post = async (body: object): Promise<string | null> => {
    const request = { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${control}/items`, request).catch(() => null);
    if (response === null) return null;
    if (!response.ok)
      throw new Error(`the fake Exchange refuses an edit: ${await response.text()}`);
    return ANSWER.parse(await response.json()).id;
  };
  const create = async (mailbox: string, subject: string): Promise<string | null> => {
    const start = Date.now() + random.between(1, 60) * 86_400_000;
    const times = [start, start + 3_600_000].map((time) => new Date(time).toISOString());
    const item = { Subject: subject, Start: times[0], End: times[1] };
    const id = await post({ mailbox, do: 'create', item });
    if (id === null) return null;
    calendars.set(mailbox, [...(calendars.get(mailbox) ?? []), { id, subject }]);
    return subject;
  };
  return {
    async change(mailbox) {
      made += 1;
      const subject = `Änderung ${String(made).padStart(6, '0')}`;
      const settled = (calendars.get(mailbox) ?? []).filter((one) => isArrived(one.subject));
      const chosen = settled[random.between(0, Math.max(0, settled.length - 1))];
      if (chosen === undefined || made % 2 === 0) return create(mailbox, subject);
      chosen.subject = subject; // before it is sent: nobody else may choose it meanwhile
      return (
        (await post({ mailbox, do: 'update', id: chosen.id, item: { Subject: subject } })) &&
        subject
      );
    },
  };
}
