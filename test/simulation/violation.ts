/** What must not be; the rule begins with the invariant's number. */
export interface Violation {
  readonly rule: string;
  readonly detail: string;
}
