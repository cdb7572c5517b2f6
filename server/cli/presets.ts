import { APPOINTMENT_FIELDS } from '../../mappings/appointment/fields.js';
import type { Direction } from '../../mappings/field-rules.js';
import { keysOf } from '../../mappings/keys.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { ChoiceChanges } from '../wire.js';
import { oneOf } from './setting.js';

/** Directions that go together (feature B5). A field that a preset does not name goes both ways. */
export interface Preset {
  readonly help: Sentence;
  /** Of the kind. */
  readonly direction: Direction;
  readonly enforce: boolean;
  readonly fields: Readonly<Record<string, Direction>>;
}

const ERP_TEXTS = ['subject', 'body', 'location', 'importance', 'isPrivate'] as const;

export const PRESETS = {
  both: {
    help: { de: 'alles geht in beide Richtungen', en: 'everything goes both ways' },
    direction: 'both',
    enforce: false,
    fields: {},
  },
  'erp-leads': {
    help: {
      de: 'das ERP führt: was in Outlook geändert oder gelöscht wird, wird zurückgesetzt',
      en: 'the ERP leads: what is changed or deleted in Outlook is put back',
    },
    direction: 'toExchange',
    enforce: true,
    fields: {},
  },
  'erp-texts': {
    help: {
      de: 'Texte, Ort, Wichtigkeit und Privat kommen aus dem ERP, Zeiten dürfen in Outlook verschoben werden',
      en: 'texts, place, importance and privacy come from the ERP, times may be moved in Outlook',
    },
    direction: 'both',
    enforce: true,
    fields: Object.fromEntries(ERP_TEXTS.map((field) => [field, 'toExchange'] as const)),
  },
  'outlook-leads': {
    help: {
      de: 'Outlook führt: das ERP übernimmt, und was dort geändert wird, bleibt dort',
      en: 'Outlook leads: the ERP takes over, and what is changed there stays there',
    },
    direction: 'toErp',
    enforce: false,
    fields: {},
  },
} as const satisfies Readonly<Record<string, Preset>>;

/** What a preset chooses; null = everything that a preset can choose returns to the wider level. */
export function choicesOf(preset: Preset | null): ChoiceChanges {
  const fields = keysOf(APPOINTMENT_FIELDS).map((field): [string, unknown] => [
    `fields.${field}`,
    preset === null ? undefined : (preset.fields[field] ?? 'both'),
  ]);
  return { ...Object.fromEntries<unknown>(fields), enforce: preset?.enforce };
}

/** How a preset is typed. */
export const PRESET = oneOf<Preset>(PRESETS);
