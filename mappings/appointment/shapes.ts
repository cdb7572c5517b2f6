import type { ErpAppointment, ErpAppointmentPatch } from '../erp-record.js';
import type { ExchangeAppointment, ExchangeAppointmentPatch } from '../exchange-item.js';
import type { Appointment } from './appointment.js';

/** The five shapes an appointment has: in our words, and as each side reads and writes it. */
export interface AppointmentShapes {
  readonly value: Appointment;
  readonly record: ErpAppointment;
  readonly recordPatch: ErpAppointmentPatch;
  readonly item: ExchangeAppointment;
  readonly itemPatch: ExchangeAppointmentPatch;
}
