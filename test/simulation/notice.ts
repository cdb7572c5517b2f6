import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import type { Mishap } from './befell.js';
import { overlaid } from './overlay.js';
import type { Erp, Exchange } from './unruly.js';

type Befell = (mishap: Mishap, times?: number) => void;

/** Tells where Exchange gives an item another key by itself, and another body than it was given. */
export function noticedExchange(port: Exchange, mailbox: Mailbox, befell: Befell): Exchange {
  return overlaid(port, {
    async read(...parameters: Parameters<Exchange['read']>) {
      const items = [...mailbox.folder('calendar').items.values()];
      const keys = new Map(items.map((item) => [item, item.changeKey]));
      const answers = await port.read(...parameters);
      befell('keysLied', items.filter((item) => item.changeKey !== keys.get(item)).length);
      for (const answer of answers) {
        if (!answer.ok) continue;
        const { ref, item } = answer.value;
        const written = items.find(({ id }) => id === ref.id)?.properties.Body?.Value ?? '';
        if (written !== (item.bodyText ?? '')) befell('bodiesRewritten');
      }
      return answers;
    },
  });
}

/** Tells where the ERP keeps another title than it was given. */
export function noticedErp(port: Erp, befell: Befell): Erp {
  const compare = (
    entries: readonly { readonly patch: { readonly title?: string } }[],
    answers: Awaited<ReturnType<Erp['update']>>,
  ): void => {
    answers.forEach((answer, at) => {
      const title = entries[at]?.patch.title;
      if (answer.ok && title !== undefined && answer.value.record.title !== title)
        befell('titlesAltered');
    });
  };
  return overlaid(port, {
    async create(...parameters: Parameters<Erp['create']>) {
      const answers = await port.create(...parameters);
      compare(parameters[1], answers);
      return answers;
    },
    async update(...parameters: Parameters<Erp['update']>) {
      const answers = await port.update(...parameters);
      compare(parameters[1], answers);
      return answers;
    },
  });
}

/** Tells where a series loses exceptions by a write that names none of them, whoever writes. */
export function noticeWipes(mailbox: Mailbox, befell: Befell): void {
  const update = mailbox.update.bind(mailbox);
  mailbox.update = (...parameters) => {
    const items = [...mailbox.folder('calendar').items.values()];
    const sizes = new Map(items.map((item) => [item, item.exceptions.size]));
    const updated = update(...parameters);
    for (const item of items) {
      if (item.exceptions.size < (sizes.get(item) ?? 0)) befell('exceptionsWiped');
    }
    return updated;
  };
}
