import crypto from 'node:crypto';

/**
 * The key by which the ERP knows which record stands for a meeting (rule 10). Organiser and attendees share the UID
 * (protocol fact 45), and one occurrence that somebody was invited to alone has its original start besides. A digest: UIDs
 * have any length, and some carry the organiser's name.
 */
export function meetingKey(identity: string): string {
  return crypto.createHash('sha256').update(identity).digest('base64url');
}
