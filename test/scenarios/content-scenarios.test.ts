import { describe, expect, test } from 'vitest';
import { openEws } from '../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../sync/exchange/ews/sign-in.js';
import { startFakeExchange } from '../simulators/ews-server.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { SERVICE_USER } from '../simulators/sample-firm.js';
import {
  bothSides,
  change,
  inErp,
  inOutlook,
  itemOf,
  itemSpan,
  linksOf,
  memoryOf,
  recordOf,
  titles,
} from './hands.js';
import { surviving } from './surviving.js';
import { World } from './world.js';

/** H. Privacy and content. Contacts (53) are in cards.test.ts. */

const SECRET = {
  Subject: 'Gespräch Kündigung',
  Location: 'Kanzlei Grün',
  Body: { BodyType: 'Text', Value: 'Abfindung 12.000' },
} as const;
const TELLS = /Kündigung|Kanzlei|Abfindung/;

const remembered = (world: World) =>
  JSON.stringify([...memoryOf(world).links.values()]) +
  JSON.stringify([...memoryOf(world).parked.values()]) +
  JSON.stringify(memoryOf(world).journal) +
  JSON.stringify(memoryOf(world).lostValues) +
  JSON.stringify(memoryOf(world).writes);

describe('50: "private appointments stay private", we were told', () => {
  test('50: one that always was private is nowhere', () =>
    surviving(
      async (world) => {
        const id = inOutlook(world, SECRET.Subject, { ...SECRET, Sensitivity: 'Private' });
        inErp(world, 'Wartung');
        await world.settle();
        expect(titles(world)).toEqual(['Wartung']);
        change(world, id, { Location: 'Kanzlei Grün, 2. Stock' });
        await world.settle();
        await world.resync('anna');
        expect(titles(world)).toEqual(['Wartung']);
        expect(remembered(world)).not.toMatch(TELLS);
      },
      { policy: { leavePrivateOut: true } },
    ));

  /** All that is kept of a calendar in which one private appointment has these texts and times. */
  async function keptOf(secret: ItemInput, turns: boolean): Promise<string> {
    const world = new World({ policy: { leavePrivateOut: true } });
    inErp(world, 'Wartung');
    const id = inOutlook(world, 'offen', { ...secret, Sensitivity: 'Private' });
    await world.settle();
    if (turns) {
      change(world, id, { ...secret, Subject: 'noch geheimer', Sensitivity: 'Confidential' });
      change(world, itemOf(world, 'Wartung').id, { Location: 'Halle 3' });
    }
    await world.settle();
    await world.resync('anna');
    return JSON.stringify([memoryOf(world), world.erp.backup()], (_, value: unknown) =>
      value instanceof Map ? [...value] : value,
    );
  }

  test.each([false, true])(
    '50: what is kept does not depend on what is in it, to the last byte (edited: %s)',
    async (turns) => {
      const short = { Subject: 'x', Start: '2026-03-10T09:00:00Z', End: '2026-03-10T10:00:00Z' };
      const kept = await keptOf(short, turns);
      expect(kept).toContain('Wartung');
      expect(
        await keptOf({ ...short, ...SECRET, ...itemSpan('2026-05-04T15:00:00Z', 3) }, turns),
      ).toBe(kept);
    },
  );

  test('50: one that turns private leaves nothing behind, and comes back when it is normal again', () =>
    surviving(
      async (world) => {
        const id = inOutlook(world, SECRET.Subject, SECRET);
        await world.settle();
        expect(recordOf(world).record.title).toBe(SECRET.Subject);
        const { id: recordId } = recordOf(world);
        const isAsBefore = () => {
          expect(recordOf(world)).toMatchObject({
            id: recordId,
            record: { title: SECRET.Subject, location: SECRET.Location, body: SECRET.Body.Value },
          });
        };
        for (let times = 0; times < 2; times += 1) {
          isAsBefore();
          change(world, id, { Sensitivity: 'Private' });
          await world.settle();
          expect(JSON.stringify(recordOf(world).record)).not.toMatch(TELLS);
          expect(remembered(world)).not.toMatch(TELLS);
          change(world, id, { Sensitivity: 'Normal' });
          await world.settle();
        }
        isAsBefore();
        change(world, id, { Sensitivity: 'Private' });
        await world.settle();
        world.erp.person.edit(recordId, { title: 'gesperrt', isPrivate: false });
        await world.settle();
        expect(itemOf(world).properties).toMatchObject({
          ...{ Subject: SECRET.Subject, Location: SECRET.Location, Sensitivity: 'Private' },
        });
      },
      { policy: { leavePrivateOut: true } },
    ));

  test.each(['Private', 'Personal', 'Confidential'] as const)(
    '50: where private ones are synced, %s is not made less by the way back',
    (Sensitivity) =>
      surviving(async (world) => {
        inOutlook(world, 'Zahnarzt', { Sensitivity });
        await world.settle();
        expect(recordOf(world).record.isPrivate).toBe(true);
        world.erp.person.edit(recordOf(world).id, { title: 'Zahnarzt 2' });
        await world.settle();
        expect(itemOf(world).properties).toMatchObject({ Subject: 'Zahnarzt 2', Sensitivity });
      }),
  );
});

const HTML =
  '<html><body><p>Bitte <b>pünktlich</b>!</p><table><tr><td>1</td></tr></table>' +
  '<a href="https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d">' +
  'An der Besprechung teilnehmen</a></body></html>';

test('51: "the office changed the title, and the Teams link and all formatting were gone"', () =>
  surviving(async (world) => {
    inOutlook(world, 'Abnahme', { Body: { BodyType: 'HTML', Value: HTML } });
    await world.settle();
    expect(recordOf(world).record.body).toContain('pünktlich');
    const { Body } = itemOf(world).properties;
    expect(Body?.Value).toContain('https://teams.microsoft.com/l/meetup-join/');
    world.erp.person.edit(recordOf(world).id, { title: 'Abnahme Süd', location: 'Teams' });
    await world.settle();
    expect(itemOf(world).properties).toMatchObject({ Subject: 'Abnahme Süd', Location: 'Teams' });
    expect(itemOf(world).properties.Body).toEqual(Body);
  }));

/** What stands in a database now and then. */
const HOSTILE: Record<string, string> = {
  umlauts: 'Größe „Süd“ – ÄÖÜß',
  'letters put together': 'Gro\u0308\u00dfe A\u030angstro\u0308m',
  emoji: 'Messe 👩‍🔧🎉 𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  'control characters': 'a\u0000b\u0001c\u000bd\u001fe\u007ff',
  'half an emoji': 'vorn \ud83d hinten',
  'the end of a CDATA section': 'x ]]> y <![CDATA[ z ]]>',
  markup: '<script>&amp;&#0;</script> "\'',
  'line ends': 'eins\r\nzwei\rdrei\nvier',
  'blanks at both ends': '  mitten drin \t ',
  '64 kilobytes': 'Größe ä€ '.repeat(7_000),
};

/** What both sides can hold of it, in one form. */
function canonical(text: string | undefined): string {
  return (text ?? '')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff\ufffe\uffff]/gu, '')
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
}

test.each(Object.entries(HOSTILE))(
  '52: "one strange character, and the sync stopped" (%s)',
  async (_, text) => {
    const world = new World();
    const fake = await startFakeExchange({ organisation: world.organisation });
    const { address: user, password } = SERVICE_USER;
    const signIn = basicSignIn({ user, password });
    const ews = openEws({ url: fake.url, signIn, clock: world.clock });
    world.connector = ews.appointments;
    try {
      inErp(world, 'aus dem ERP', { body: text });
      inOutlook(world, 'aus Outlook', { Body: { BodyType: 'Text', Value: canonical(text) } });
      await world.settle();
      expect(bothSides(world)).toEqual([
        ['aus Outlook', 'aus dem ERP'],
        ['aus Outlook', 'aus dem ERP'],
      ]);
      for (const title of ['aus Outlook', 'aus dem ERP']) {
        const shown = canonical(itemOf(world, title).properties.Body?.Value);
        expect(shown).toBe(canonical(recordOf(world, title).record.body));
        expect(shown).toBe(canonical(text));
      }
      expect(memoryOf(world).parked.size).toBe(0);
      const before = [world.erp.writes, itemOf(world, 'aus dem ERP').changeKey];
      await world.settle();
      expect([world.erp.writes, itemOf(world, 'aus dem ERP').changeKey]).toEqual(before);
      // the text of the ERP stays as it was typed there
      expect(recordOf(world, 'aus dem ERP').record.body).toBe(text);
    } finally {
      await ews.close();
      await fake.stop();
    }
  },
);

test('54: "I sort my calendar by categories, and the sync took mine away"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'Wartung');
    await world.settle();
    change(world, itemOf(world).id, { Categories: ['Kunde', 'Meins'] });
    world.erp.person.edit(id, { title: 'Wartung 2' });
    await world.settle();
    expect(itemOf(world).properties).toMatchObject({
      Subject: 'Wartung 2',
      Categories: ['Kunde', 'Meins'],
    });
    change(world, itemOf(world).id, { Categories: ['Meins'] });
    world.erp.person.edit(id, { location: 'Halle 3' });
    await world.settle();
    expect(itemOf(world).properties).toMatchObject({ Location: 'Halle 3', Categories: ['Meins'] });
    expect(linksOf(world)).toHaveLength(1);
  }));
