import { BLOCK_LABELS, blockText } from '../body-block.js';
import type { ErpAppointment, ErpParticipant, ErpReply } from '../erp-record.js';
import type { TranslationContext } from '../kind.js';
import { writtenText } from '../text.js';

/**
 * What the ERP tells about an appointment, one line per matter, in the language of the mailbox: the other
 * participants with their replies, company, contact, project and equipment (features C13, D5). '' where there is
 * nothing to tell.
 */
export function aboutText(record: ErpAppointment, context: TranslationContext): string {
  const { language, employeeId } = context;
  const others = record.participants.filter((one) => one.employeeId !== employeeId);
  const rows: readonly (readonly [keyof typeof BLOCK_LABELS, readonly string[]])[] = [
    ['participants', others.map((one) => participantText(one, language))],
    ['company', record.company === null ? [] : [record.company.name]],
    ['contact', record.contact === null ? [] : [record.contact.name]],
    ['project', record.project === null ? [] : [record.project.name]],
    ['equipment', record.equipment],
  ];
  if (rows.every(([, names]) => names.length === 0)) return '';
  const lines = rows
    .map(([label, names]) => [BLOCK_LABELS[label][language], names.map(nameText)] as const)
    .filter(([, names]) => names.some((name) => name !== ''))
    .map(([label, names]) => `${label}: ${names.filter((name) => name !== '').join(', ')}`);
  return blockText(lines);
}

const REPLIES: Record<ErpReply, Record<TranslationContext['language'], string>> = {
  none: { de: '', en: '' },
  accepted: { de: ' (zugesagt)', en: ' (accepted)' },
  tentative: { de: ' (mit Vorbehalt)', en: ' (tentative)' },
  declined: { de: ' (abgesagt)', en: ' (declined)' },
};

function participantText(one: ErpParticipant, language: TranslationContext['language']): string {
  const name = one.name === '' ? (one.email ?? '') : one.name;
  return name === '' ? '' : name + REPLIES[one.reply][language];
}

/** A name from the ERP on one line. */
function nameText(name: string): string {
  return writtenText(name).replace(/\s+/g, ' ').trim();
}
