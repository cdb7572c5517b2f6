import type { Language } from './verb.js';
import { tableText } from './table.js';

/** One setting as it counts, and where that comes from. */
export interface SettingLine {
  readonly key: string;
  readonly value: string;
  readonly from: 'default' | 'connection' | 'employee' | 'appointment' | 'task' | 'contact';
}

/** The settings as a table for people. */
export function settingsText(lines: readonly SettingLine[], language: Language): string {
  const words = WORDS[language];
  return tableText(
    words.headings,
    lines.map(({ key, value, from }) => [key, value, words[from]]),
  );
}

const WORDS = {
  de: {
    headings: ['EINSTELLUNG', 'WERT', 'VON'],
    default: 'üblich',
    connection: 'Verbindung',
    employee: 'Mitarbeiter',
    appointment: 'Mitarbeiter, Termine',
    task: 'Mitarbeiter, Aufgaben',
    contact: 'Mitarbeiter, Kontakte',
  },
  en: {
    headings: ['SETTING', 'VALUE', 'FROM'],
    default: 'usual',
    connection: 'connection',
    employee: 'employee',
    appointment: 'employee, appointments',
    task: 'employee, tasks',
    contact: 'employee, contacts',
  },
} as const;
