import type { Link } from '../../ports/store.js';

/**
 * Of a link that was made between two things that were there before: nothing is known of what they showed when they last
 * agreed, so neither has moved more than the other, and both are read.
 */
export const NEVER_AGREED: Omit<
  Link,
  'id' | 'key' | 'recordId' | 'recordBirth' | 'itemId' | 'uid'
> = {
  attempt: 1,
  recordVersion: '',
  itemVersion: '',
  ended: null,
  bases: { erp: {}, exchange: {} },
  form: '',
};
