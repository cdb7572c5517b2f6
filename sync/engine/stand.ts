import type { Base, Bases, Intent, Side } from '../ports/store.js';

/** How a field or element stands on one side, compared with what that side showed when both last agreed. */
export type Stand = 'same' | 'moved' | 'ours';

/** The same on both sides. */
export type Stands = Readonly<Record<Side, Stand>>;

/** A field, or an element of a set-like one. */
export interface Path {
  readonly field: string;
  readonly element: string | null;
}

/** What tells whether somebody changed a field since both sides last agreed. */
export interface StandTerms {
  readonly bases: Bases;
  /** Writes of ours to this link that are not confirmed (rules 2 and 3). */
  readonly open: readonly Intent[];
  /** Those of them that brought nothing; they still tell what was there when they were planned. */
  readonly cameToNothing?: ReadonlySet<string> | undefined;
  /** The version that each of the others led to in the ERP, by intent. */
  readonly ledTo?: ReadonlyMap<string, string> | undefined;
  /** True where nothing is known of what the sides showed when they last agreed: all that differs has moved on both. */
  readonly isBaseUnknown?: boolean;
  /** Fields whose elements hang on a pattern: only they go with a rewritten one. Left out = any may. */
  readonly rooted?: readonly string[];
  /** True where the ERP's version is the one that our own unconfirmed write led to. */
  readonly erpIsOurs: boolean;
}

/** As it is written down: `field`, or `field/element`. */
export function nameOf({ field, element }: Path): string {
  return element === null ? field : `${field}/${element}`;
}

/** How it stands on both sides: what was brought there by ourselves has not moved. */
export function standsOf(
  path: Path,
  { erp, exchange }: Readonly<Record<Side, { readonly base: Base }>>,
  terms: StandTerms,
): Stands {
  const isOurs = isErpOurs(path, erp.base, terms);
  return {
    erp: isOurs ? 'ours' : standOf('erp', path, erp.base, terms),
    exchange: standOf('exchange', path, exchange.base, terms),
  };
}

/** How it stands on one side, whoever wrote the version that the ERP has. */
export function standOf(side: Side, path: Path, now: Base, terms: StandTerms): Stand {
  const shown = at(now, path);
  if (terms.isBaseUnknown !== true && shown === at(terms.bases[side], path)) return 'same';
  for (const intent of terms.open) {
    // what was to be removed shows what a person made of it, and not us
    if (intent.side !== side || intent.target === null || intent.what === 'remove') continue;
    if (terms.cameToNothing?.has(intent.id) === true) continue;
    const isAsWritten = shown === at(intent.target[side], path);
    if (isAsWritten && isBroughtBy(intent, path, shown, terms.open)) return 'ours';
    const isUprooted = intent.rewritesSeries && terms.rooted?.includes(path.field) !== false;
    if (isUprooted && path.element !== null && shown === undefined) return 'ours';
  }
  return 'moved';
}

/**
 * Our write landed, and nobody wrote since: what it brought is ours, even where the ERP clipped it. What was there before
 * came by an earlier write of ours only where nobody wrote between the two.
 */
export function isErpOurs(path: Path, now: Base, terms: StandTerms): boolean {
  const { erpIsOurs, open, cameToNothing, ledTo } = terms;
  if (!erpIsOurs) return false;
  const shown = at(now, path);
  const writes = open.filter(({ id, side }) => side === 'erp' && cameToNothing?.has(id) !== true);
  if (writes.length === 0) return true;
  let version: string | null = null;
  for (const write of writes.reverse()) {
    if (version !== null && ledTo?.get(write.id) !== version) continue;
    if (isBroughtBy(write, path, shown, open)) return true;
    version = write.recordVersion;
  }
  return false;
}

/**
 * Whether a value came by this write, or was there when the write was planned: a person's edit that should travel the
 * other way. The write says which fields it changes; of one that does not, the write to the other side, planned from the same
 * versions, has that observation as its target.
 */
function isBroughtBy(
  intent: Intent,
  path: Path,
  shown: string | undefined,
  open: readonly Intent[],
): boolean {
  if (intent.fields !== undefined) return intent.fields.includes(nameOf(path));
  const sibling = open.find(
    (other) =>
      other.side !== intent.side &&
      other.target !== null &&
      other.what !== 'remove' &&
      other.recordVersion === intent.recordVersion &&
      other.itemVersion === intent.itemVersion,
  );
  return !sibling?.target || at(sibling.target[intent.side], path) !== shown;
}

/** What a base knows of it; undefined = it was not there. */
export function at(base: Base, path: Path): string | undefined {
  const found = base[path.field];
  if (path.element === null) return typeof found === 'string' ? found : undefined;
  return typeof found === 'object' ? found[path.element] : undefined;
}
