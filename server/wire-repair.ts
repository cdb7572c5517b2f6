import { hostname } from 'node:os';
import type { Knex } from 'knex';
import { databaseIdentity } from '../db/database-identity.js';
import { epochs } from '../db/epochs.js';
import { confirmRepair } from '../db/repair.js';
import type { Confirmed, Confirming } from '../db/repair.js';
import { settings } from '../db/settings.js';
import type { InstallationSettings } from '../db/settings.js';
import { epochOfErp } from '../sync/erp/epoch.js';
import type { Suspicion } from '../sync/ports/epoch.js';
import type { ErpClaimant, ErpDirectory, ErpHolder } from '../sync/ports/erp.js';
import { machineChance, machineClock } from './clock.js';
import { epochGate } from './jobs/epoch-gate.js';
import type { EpochGate } from './jobs/epoch-gate.js';
import { naming } from './jobs/failure-side.js';

/** What tells one installation from its copies, and a store from its backups (rule 1, feature A10). */
export interface Repair {
  /** Claims the ERP for this installation (feature A10); from then on its writes check that it still holds it. */
  claimErp(signal: AbortSignal): Promise<void>;
  /** Takes the ERP from whoever has it, with an audit row; answers with the former holder, null = none. */
  takeOverErp(who: string, signal: AbortSignal): Promise<ErpHolder | null>;
  /** The stores that are not as we left them. */
  suspicions(): Promise<readonly Suspicion[]>;
  /** Ends the repair mode of a connection, as far as it is about these suspicions. */
  confirmRepair(
    connectionId: string,
    how: Pick<Confirming, 'suspicions' | 'makesAnew'>,
    who: string,
    signal: AbortSignal,
  ): Promise<Confirmed>;
}

/** `claimed` answers as whom the ERP was claimed; null = not yet. */
export function wireRepair(parts: {
  readonly own: Knex;
  readonly erp: Knex;
  readonly directory: ErpDirectory;
  readonly installation: InstallationSettings;
}): {
  readonly repair: Repair;
  readonly gate: EpochGate;
  readonly claimed: () => ErpClaimant | null;
} {
  const { own, directory, installation } = parts;
  const book = epochs(own);
  const epoch = epochOfErp(parts.erp);
  const gate = epochGate({ book, erp: epoch, clock: machineClock, chance: machineChance });
  const claimant = async (): Promise<ErpClaimant> => ({
    id: installation.id,
    name: installation.name === '' ? hostname() : installation.name,
    home: await databaseIdentity(own),
  });
  let claimed: ErpClaimant | null = null;
  const repair: Repair = {
    async claimErp(signal) {
      const us = await claimant();
      await directory.claim(us, signal);
      claimed = us;
    },
    async takeOverErp(who, signal) {
      const us = await claimant();
      const before = await directory.takeOver(us, signal);
      await settings(own).noteTakeOver({ before, after: us }, who);
      return before;
    },
    suspicions: () => book.suspicions(null),
    async confirmRepair(connectionId, how, who, signal) {
      const fences = await naming('erp', epoch.fences(signal));
      return confirmRepair(own, connectionId, { ...how, fences }, who);
    },
  };
  return { repair, gate, claimed: () => claimed };
}
