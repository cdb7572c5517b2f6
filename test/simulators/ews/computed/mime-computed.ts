import { mimeTextOf } from '../../mailbox/mime-content.js';
import { viewOccurrence } from '../../mailbox/view.js';
import type { ComputedWriter } from '../writer-context.js';
import { element } from '../xml.js';

/** The item in the words of other programs. */
export const MIME_COMPUTED: readonly (readonly [string, ComputedWriter])[] = [
  [
    'item:MimeContent',
    (view, { modes }) => {
      const { mailbox } = view;
      const text = mimeTextOf(view, (item, occurrence) =>
        viewOccurrence(item, occurrence, { mailbox, options: modes }),
      );
      const base64 = Buffer.from(text, 'utf8').toString('base64');
      return element('t:MimeContent', base64, { CharacterSet: 'UTF-8' });
    },
  ],
];
