import type { IanaZone } from '../../mappings/values.js';
import type { ChoiceChanges } from '../wire.js';
import type { Direction } from '../../mappings/field-rules.js';
import { choicesOf, PRESET } from './presets.js';
import { DIRECTION } from './setting.js';
import { FIELD, fieldSetting, syncSettings } from './sync-settings.js';

/** What a `KEY=VALUE` about the sync chooses. `direction` is there where it was typed; null = as the wider level has it. */
export interface SyncChange {
  readonly direction?: Direction | null;
  readonly choices: ChoiceChanges;
}

/** The keys that a connection and an employee have in common. */
export function syncKeys(zone: IanaZone): readonly string[] {
  return ['direction', 'preset', `${FIELD}NAME`, ...Object.keys(syncSettings(zone))];
}

/** null where the key is none of these. Throws `InputError` for a value that cannot be used. */
export function readSyncChange(key: string, text: string, zone: IanaZone): SyncChange | null {
  if (key === 'direction') {
    return { direction: text === '' ? null : DIRECTION.read(text, key), choices: {} };
  }
  if (key === 'preset') {
    const preset = text === '' ? null : PRESET.read(text, key);
    return { direction: preset?.direction ?? null, choices: choicesOf(preset) };
  }
  const setting = key.startsWith(FIELD) ? fieldSetting(key) : syncSettings(zone)[key];
  if (setting === undefined) return null;
  return { choices: { [setting.path]: text === '' ? undefined : setting.read(text, key) } };
}

/** All of them as one; a later one counts. */
export function together(changes: readonly SyncChange[]): SyncChange {
  return changes.reduce<SyncChange>(
    (so, change) => ({ ...so, ...change, choices: { ...so.choices, ...change.choices } }),
    { choices: {} },
  );
}
