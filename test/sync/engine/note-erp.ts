import type { Note } from './note-kind.js';
import { TableErp } from './table-erp.js';
import type { Row } from './table-erp.js';

/** An ERP of notes that keeps ten characters of a title. */
export class NoteErp extends TableErp<Note, Partial<Note>> {
  get notes(): readonly (Row<Note> & { readonly note: Note })[] {
    return [...this.rows.values()].map((row) => ({ ...row, note: row.record }));
  }

  protected override blank(): Note {
    return { title: '', room: '', days: {}, about: '' };
  }

  protected override holds(note: Note): Note {
    return { ...note, title: note.title.slice(0, 10) };
  }
}
