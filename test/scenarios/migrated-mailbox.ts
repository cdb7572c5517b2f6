import type { memoryExchange } from '../simulators/memory-exchange.js';
import { ConnectorFailure, answered } from '../../sync/ports/failure.js';
import type { ItemChange, ItemRef } from '../../sync/ports/exchange.js';

type Port = ReturnType<typeof memoryExchange>;

const NEW = 'neu-';

/**
 * The same mailbox after it was moved to another server: every item has another id, cursors from before mean nothing.
 * Where marks did not come along, an item has none until we write one.
 */
export function migrated(port: Port, { keepsMarks }: { readonly keepsMarks: boolean }): Port {
  const marked = new Set<string>();
  const old = (id: string): string => (id.startsWith(NEW) ? id.slice(NEW.length) : 'unknown');
  const refOf = ({ id, version }: ItemRef): ItemRef => ({ id: `${NEW}${id}`, version });
  const markOf = (id: string, mark: string | null): string | null =>
    keepsMarks || marked.has(id) ? mark : null;
  const changeOf = (change: ItemChange): ItemChange =>
    change.kind === 'vanished'
      ? { ...change, id: `${NEW}${change.id}` }
      : { ...change, ref: refOf(change.ref), mark: markOf(change.ref.id, change.mark) };
  return {
    folders: (...asked) => port.folders(...asked),
    async changesSince(mailbox, { folderId, cursor }, signal) {
      const isOld = cursor !== null && !cursor.startsWith(NEW);
      if (isOld) throw new ConnectorFailure('cursorExpired', 'the sync state is not valid here');
      const from = cursor === null ? null : cursor.slice(NEW.length);
      const page = await port.changesSince(mailbox, { folderId, cursor: from }, signal);
      return { ...page, changes: page.changes.map(changeOf), cursor: `${NEW}${page.cursor}` };
    },
    async read(mailbox, ids, signal) {
      const answers = await port.read(mailbox, ids.map(old), signal);
      return answers.map((answer) => {
        if (!answer.ok) return answer;
        const { ref, mark } = answer.value;
        return answered({ ...answer.value, ref: refOf(ref), mark: markOf(ref.id, mark) });
      });
    },
    async create(mailbox, entries, signal) {
      const answers = await port.create(mailbox, entries, signal);
      for (const answer of answers) if (answer.ok) marked.add(answer.value.id);
      return answers.map((answer) => (answer.ok ? answered(refOf(answer.value)) : answer));
    },
    async update(mailbox, entries, signal) {
      for (const { ref, mark } of entries) if (mark !== null) marked.add(old(ref.id));
      const there = entries.map((entry) => ({
        ...entry,
        ref: { ...entry.ref, id: old(entry.ref.id) },
      }));
      const answers = await port.update(mailbox, there, signal);
      return answers.map((answer) => (answer.ok ? answered(refOf(answer.value)) : answer));
    },
    remove: (mailbox, entries, signal) =>
      port.remove(
        mailbox,
        entries.map((entry) => ({ ...entry, ref: { ...entry.ref, id: old(entry.ref.id) } })),
        signal,
      ),
    bringBack: (mailbox, entries, signal) =>
      port.bringBack(
        mailbox,
        entries.map((entry) => ({ ...entry, ref: { ...entry.ref, id: old(entry.ref.id) } })),
        signal,
      ),
    async findByKey(mailbox, search, signal) {
      const found = await port.findByKey(mailbox, search, signal);
      return found
        .filter(({ ref, mark }) => markOf(ref.id, mark) !== null)
        .map((one) => ({ ...one, ref: refOf(one.ref) }));
    },
  };
}
