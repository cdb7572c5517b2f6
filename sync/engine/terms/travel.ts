import type { Direction, FieldRule } from '../../../mappings/field-rules.js';
import { keysOf } from '../../../mappings/keys.js';
import type { PairPolicy } from '../../ports/pair.js';
import type { Side } from '../../ports/store.js';
import type { MeetingReason } from '../reasons.js';
import type { KindOf, Shapes } from '../pair-work.js';

/** Which way one record travels, field by field, and what becomes of what may not. Usually the pair's own terms. */
export interface Travel {
  readonly direction: Direction;
  /** Single fields, where they are narrower than `direction` (feature B5). */
  readonly fields: Readonly<Record<string, Direction>>;
  /** Puts back what people change on a side that it may not travel away from, instead of looking past it. */
  readonly enforce: boolean;
  /** The employee's rights in the ERP (feature B11): what they do not cover does not travel there. */
  readonly rights: PairPolicy['rights'];
  /** Single fields that travel another way than `direction` says. */
  readonly exempt?: Readonly<Record<string, Direction>>;
  /** Why the record has terms of its own. */
  readonly why?: MeetingReason;
}

/** As the administrator chose it for the pair. */
export function travelOf({ direction, options, rights }: PairPolicy): Travel {
  return { direction, fields: options.fields, enforce: options.enforce, rights };
}

/** No limits: for asking whether somebody touched something at all. */
export const EVERYWHERE: Travel = {
  direction: 'both',
  fields: {},
  enforce: false,
  rights: { create: true, change: true, delete: true },
};

export interface Ways {
  readonly toErp: boolean;
  readonly toExchange: boolean;
}

/** The field's own rule, the pair's direction, the administrator's choice for the field, and the right to change: all must allow it. */
export function waysOf(field: string, rule: FieldRule, travel: Travel): Ways {
  return {
    toErp: travel.rights.change && isOpen(field, rule, travel, 'toErp'),
    toExchange: isOpen(field, rule, travel, 'toExchange'),
  };
}

/** Asked for each field of each record: it makes no objects. */
function isOpen(
  field: string,
  rule: FieldRule,
  { direction, exempt, fields }: Travel,
  way: 'toErp' | 'toExchange',
): boolean {
  const own = fields[field] ?? 'both';
  const general = exempt?.[field] ?? direction;
  return leads(rule.direction, way) && leads(general, way) && leads(own, way);
}

function leads(direction: Direction, way: 'toErp' | 'toExchange'): boolean {
  return direction === 'both' || direction === way;
}

/** Whether things as a whole, made or deleted, may travel to a side. */
export function mayReach(side: Side, { direction }: Pick<Travel, 'direction'>): boolean {
  return leads(direction, side === 'erp' ? 'toErp' : 'toExchange');
}

/**
 * The value that something new begins with on the other side: fields that do not travel there are blank. The right to
 * change is not asked: making something is a right of its own.
 */
export function travelling<S extends Shapes>(
  kind: KindOf<S>,
  value: S['value'],
  to: Side,
  travel: Travel,
): S['value'] {
  const way = to === 'erp' ? 'toErp' : 'toExchange';
  const stays = keysOf(kind.blanks).filter(
    (field) => !isOpen(field, kind.rules[field], travel, way),
  );
  if (stays.length === 0) return value;
  const blank = Object.fromEntries(stays.map((field) => [field, kind.blanks[field]]));
  return { ...value, ...blank };
}
