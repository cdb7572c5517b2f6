import { windowsZoneIds } from '../../mailbox/zones.js';
import { booleanOf, childNamed, checkOrder, element } from '../xml.js';
import { writeZoneDefinition, zoneName } from '../zone-definition.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getservertimezones-operation */
export const getServerTimeZones: Operation = (body, context) => {
  checkOrder(body, ['Ids']);
  const wanted = childNamed(body, 'Ids')?.children.map(({ text }) => text.toLowerCase()) ?? null;
  const isFull = booleanOf(body.attributes['ReturnFullTimeZoneData'] ?? 'true');
  const ids = windowsZoneIds().filter((id) => wanted?.includes(id.toLowerCase()) ?? true);
  const year = new Date(context.organisation.nowMs()).getUTCFullYear();
  return answerEach(context, ['all'], () =>
    element('m:TimeZoneDefinitions', ids.map((id) => writeZone(id, isFull, year)).join('')),
  );
};

/** Fact 10: without full data the Periods stay empty. */
function writeZone(id: string, isFull: boolean, year: number): string {
  const content = isFull ? writeZoneDefinition(id, year) : '<t:Periods/>';
  return element('t:TimeZoneDefinition', content, { Id: id, Name: zoneName(id, year) });
}
