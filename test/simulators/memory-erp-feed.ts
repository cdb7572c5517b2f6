import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { RecordChange, RecordChanges } from '../../sync/ports/erp.js';
import { employeesOf } from './memory-erp-rows.js';
import type { LogRow, Position, State } from './memory-erp-state.js';
import { positionFrom } from './memory-erp-state.js';

/** The feed of one employee, as the port promises it. */
export function changesSince(
  state: State,
  employeeId: string,
  position: string | null,
): RecordChanges {
  const next = JSON.stringify(positionOf(state));
  if (position === null) return complete(state, employeeId, [], next);
  const fresh = logSince(state, position);
  const touched = new Map<string, RecordChange[]>();
  for (const row of fresh) {
    if (!row.employees.includes(employeeId)) continue;
    touched.set(`${row.id} ${row.birth}`, changesOf(state, row, employeeId));
  }
  const changes = withoutRepeats([...touched.values()].flat());
  if (fresh.some((row) => row.id === '')) return complete(state, employeeId, changes, next);
  return { changes, position: next, isComplete: false };
}

function changesOf(state: State, row: LogRow, employeeId: string): RecordChange[] {
  const now = state.rows.get(row.id);
  const changes: RecordChange[] = [];
  if (state.tombstones.some((one) => one.id === row.id && one.birth === row.birth)) {
    changes.push({ kind: 'removed', id: row.id, birth: row.birth });
  }
  if (now && employeesOf(now.record).includes(employeeId)) {
    changes.push({ kind: 'seen', id: row.id, version: now.version });
  } else if (now?.birth === row.birth) {
    changes.push({ kind: 'removed', id: row.id, birth: row.birth });
  } else if (!now && changes.length === 0) {
    changes.push({ kind: 'seen', id: row.id, version: '' }); // unproven: reading it says `gone`
  }
  return changes;
}

function complete(
  state: State,
  employeeId: string,
  known: readonly RecordChange[],
  position: string,
): RecordChanges {
  const seen = [...state.rows.values()]
    .filter((row) => employeesOf(row.record).includes(employeeId))
    .map((row): RecordChange => ({ kind: 'seen', id: row.id, version: row.version }));
  const buried = state.tombstones
    .filter((one) => one.employees.includes(employeeId))
    .map((one): RecordChange => ({ kind: 'removed', id: one.id, birth: one.birth }));
  const removed = known.filter((change) => change.kind === 'removed');
  return {
    changes: withoutRepeats([...seen, ...removed, ...buried]),
    position,
    isComplete: true,
  };
}

function positionOf(state: State): Position {
  const { log, logId } = state;
  return { log: logId, seq: log.length, mark: log.at(-1)?.mark ?? 0 };
}

function logSince(state: State, text: string): readonly LogRow[] {
  const { log, logId } = state;
  const since = positionFrom(text);
  const mark = since.seq === 0 ? 0 : log[since.seq - 1]?.mark;
  if (since.log !== logId || since.mark !== mark) {
    throw new ConnectorFailure('cursorExpired', 'The position is not one of this change log.');
  }
  return log.slice(since.seq);
}

function withoutRepeats(changes: readonly RecordChange[]): readonly RecordChange[] {
  const byText = new Map(changes.map((change) => [JSON.stringify(change), change]));
  return [...byText.values()];
}
