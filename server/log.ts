import pino from 'pino';
import type { LogLevel } from './config.js';

/** What the parts of the server write their log to. Fields first, then a sentence; no content of records, no secrets. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Lines of JSON on standard error: standard output belongs to answers. Written at once, so that a crash loses none. */
export function openLog(level: LogLevel): Log {
  const toStandardError = pino.destination({ dest: 2, sync: true });
  return pino({ name: 'abgleich', level, redact: REDACTED }, toStandardError);
}

/** A net below the rule that secrets are not logged in the first place. */
const REDACTED = [
  'password',
  'secret',
  'authorization',
  '*.password',
  '*.secret',
  '*.authorization',
];
