import { describe, expect, it } from 'vitest';
import { erpFailure } from '../../../sync/erp/failures.js';
import { ConnectorFailure } from '../../../sync/ports/failure.js';

function databaseError(code: string, message: string): Error {
  return Object.assign(new Error(`insert into erp.appointments (title) values ($1) - ${message}`), {
    code,
  });
}

describe('what the ERP database says, as what we do next', () => {
  it.each([
    ['08006', 'unreachable'],
    ['57P01', 'unreachable'],
    ['57P03', 'unreachable'],
    ['25006', 'unreachable'],
    ['ECONNREFUSED', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['53300', 'busy'],
    ['53100', 'busy'],
    ['55P03', 'busy'],
    ['57014', 'busy'],
    ['40001', 'stale'],
    ['40P01', 'stale'],
    ['28P01', 'forbidden'],
    ['3D000', 'forbidden'],
    ['42501', 'forbidden'],
    ['42P01', 'forbidden'],
    ['22001', 'rejected'],
    ['23503', 'rejected'],
    ['P0001', 'rejected'],
    ['XX999', 'rejected'],
  ])('%s is %s', (code, kind) => {
    expect(erpFailure(databaseError(code, 'what it says'))).toMatchObject({
      kind,
      code,
      message: 'what it says',
    });
  });

  it('a connection that breaks in the middle is unreachable', () => {
    expect(erpFailure(new Error('Connection terminated unexpectedly')).kind).toBe('unreachable');
  });

  it('a pool without a free connection is busy', () => {
    const waiting = Object.assign(new Error('Timeout acquiring a connection.'), {
      name: 'KnexTimeoutError',
    });
    expect(erpFailure(waiting).kind).toBe('busy');
  });

  it('a key that another transaction wrote first is keyExists', () => {
    const error = Object.assign(databaseError('23505', 'duplicate key value'), {
      schema: 'erp',
      constraint: 'keys_pkey',
    });
    expect(erpFailure(error)).toMatchObject({ kind: 'rejected', code: 'keyExists' });
  });

  it('neither the statement nor a value of somebody is in the message', () => {
    const quoting = databaseError(
      '22P02',
      'invalid input syntax for type integer: "Gehalt Müller - geheim"',
    );
    expect(erpFailure(quoting).message).not.toMatch(/Müller|insert/);
  });

  it('a failure of ours stays what it is', () => {
    const ours = new ConnectorFailure('gone', 'weg');
    expect(erpFailure(ours)).toBe(ours);
  });

  it('says in both languages what to do where a person must act', () => {
    const { sentence } = erpFailure(
      databaseError('42501', 'permission denied for table appointments'),
    );
    expect(sentence?.de).toContain('erp check');
    expect(sentence?.en).toContain('erp check');
  });
});
