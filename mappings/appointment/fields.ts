import type { FieldRules } from '../field-rules.js';
import type { Appointment } from './appointment.js';

/**
 * One policy row per field. The order is the order in which texts for people name them.
 * `when`, `series` and `exceptions` are three fields: a moved occurrence and a changed pattern are
 * two edits, and both survive when each side made one of them; where the two sides begin on different days `when` and
 * `series` are one, as the kind says.
 */
export const APPOINTMENT_FIELDS: FieldRules<Appointment> = {
  subject: { onConflict: 'connection', direction: 'both', merge: 'whole' },
  when: { onConflict: 'connection', direction: 'both', merge: 'whole' },
  series: { onConflict: 'connection', direction: 'both', merge: 'whole' },
  exceptions: {
    onConflict: 'connection',
    direction: 'both',
    merge: 'byElement',
    alongWith: ['series', 'when'],
  },
  location: { onConflict: 'connection', direction: 'both', merge: 'whole' },
  body: { onConflict: 'connection', direction: 'both', merge: 'whole' },
  isPrivate: { onConflict: 'connection', direction: 'both', merge: 'whole' },
  showAs: { onConflict: 'connection', direction: 'both', merge: 'whole' },
  reminder: {
    onConflict: 'connection',
    direction: 'both',
    merge: 'whole',
    alongToExchange: ['when', 'series'],
  },
  importance: { onConflict: 'connection', direction: 'both', merge: 'whole' },
  isMeeting: { onConflict: 'exchange', direction: 'toErp', merge: 'whole' },
  // invitations went out from there
  attendees: { onConflict: 'exchange', direction: 'both', merge: 'byElement' },
  replies: { onConflict: 'exchange', direction: 'toErp', merge: 'byElement' },
  sentAt: { onConflict: 'exchange', direction: 'off', merge: 'whole' },
  // what the ERP knows about participants and company is not Outlook's to change
  about: { onConflict: 'erp', direction: 'toExchange', merge: 'whole' },
};
