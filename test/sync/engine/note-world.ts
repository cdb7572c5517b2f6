import { ConnectorFailure } from '../../../sync/ports/failure.js';
import { NoteErp } from './note-erp.js';
import { NoteExchange } from './note-exchange.js';
import { NOTE } from './note-kind.js';
import type { NoteShapes } from './note-kind.js';
import { TableWorld } from './table-world.js';

/** One pair of notes between an ERP and a mailbox in memory, whose cycles may die anywhere. */
export class NoteWorld extends TableWorld<NoteShapes> {
  override readonly erp = new NoteErp();
  override readonly exchange = new NoteExchange();
  protected override readonly kind = NOTE;

  /** The store takes no link of this record, as if it were in another one. */
  refuseLinksOf(recordId: string): void {
    const settle = this.store.settle.bind(this.store);
    this.store.settle = async (lease, settlement) => {
      const isRefused = settlement.links.some((link) => link.recordId === recordId);
      if (isRefused)
        throw new ConnectorFailure('rejected', 'the record is already in another link');
      await settle(lease, settlement);
    };
  }

  /** All links were made by an earlier version, with fingerprints of another form; perhaps none of them fits any more. */
  forgetForm(title?: string): void {
    const { links } = this.memory;
    for (const [id, { bases, ...link }] of links) {
      const old = title === undefined ? {} : { title };
      const others = { erp: { ...bases.erp, ...old }, exchange: { ...bases.exchange, ...old } };
      links.set(id, { ...link, bases: others, form: 'note.0' });
    }
  }

  get titles(): { readonly erp: readonly string[]; readonly exchange: readonly string[] } {
    return {
      erp: this.erp.notes.map(({ note }) => `${note.title}|${note.room}|${days(note.days)}`).sort(),
      exchange: this.exchange.notes
        .map(({ note }) => `${note.title.slice(0, 10)}|${note.room}|${days(note.days)}`)
        .sort(),
    };
  }
}

function days(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .sort()
    .map(([day, state]) => `${day}=${state}`)
    .join(',');
}
