import type { ErpEmployee } from '../sync/ports/erp.js';
import type { Abgleich } from './wire.js';

/** Takes over what the ERP says about its staff, and whether it has clients; answers the staff. */
export async function refreshStaff(
  { directory, employees }: Pick<Abgleich, 'directory' | 'employees'>,
  signal: AbortSignal,
): Promise<readonly ErpEmployee[]> {
  await employees.noteClients(await directory.hasClients(signal));
  const staff = await directory.employees(signal);
  await employees.refresh(staff);
  return staff;
}
