import type { EmailAddress } from '../../mappings/values.js';
import { parseEmail } from '../../mappings/values.js';
import type { PersonSetup } from './script.js';

export interface Person {
  readonly index: number;
  readonly name: string;
  readonly employeeId: string;
  readonly address: EmailAddress;
  readonly pairId: string;
  setup: PersonSetup;
}

export function personOf(setup: PersonSetup, index: number): Person {
  const name = NAMES[index] ?? `person${String(index)}`;
  return {
    index,
    name,
    employeeId: `E0${String(index + 1)}`,
    address: parseEmail(`${name}@muster-maschinenbau.example`),
    pairId: `pair-${name}`,
    setup,
  };
}

/** Somebody who invites our people and is none of them. */
export function customer(): Person {
  const setup = { direction: 'off', deleteInExchange: false, deleteInErp: false } as const;
  return {
    index: -1,
    name: 'customer',
    employeeId: '',
    address: parseEmail('chef@kunde.example'),
    pairId: '',
    setup: { ...setup, leavePrivateOut: false },
  };
}

const NAMES = ['anna', 'bernd', 'claudia'] as const;
