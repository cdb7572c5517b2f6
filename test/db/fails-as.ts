import assert from 'node:assert/strict';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { FailureKind } from '../../sync/ports/failure.js';

/** For `assert.throws` and `assert.rejects`: a failure of this kind, with a sentence in both languages. */
export function failsAs(kind: FailureKind, says = /./): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ConnectorFailure, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.sentence?.en ?? '', says);
    assert.notEqual(error.sentence?.de ?? '', '');
    return true;
  };
}
