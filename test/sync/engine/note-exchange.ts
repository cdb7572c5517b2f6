import type { Note } from './note-kind.js';
import { TableExchange } from './table-exchange.js';
import type { Lying } from './table-exchange.js';

type Item = Lying<Note> & { readonly note: Note };

/** A mailbox of notes. */
export class NoteExchange extends TableExchange<Note, Partial<Note>> {
  /** What a person sees in the calendar. */
  get notes(): readonly Item[] {
    return this.lyingIn('calendar').map((one) => ({ ...one, note: one.item }));
  }

  /** What a person sees in Deleted Items. */
  get deleted(): readonly Item[] {
    return this.lyingIn('deleted').map((one) => ({ ...one, note: one.item }));
  }

  protected override blank(): Note {
    return { title: '', room: '', days: {}, about: '' };
  }
}
