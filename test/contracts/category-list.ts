import { describe, expect, onTestFinished, test } from 'vitest';
import type { CategoryList, WantedCategory } from '../../sync/ports/categories.js';
import type { Mailbox } from '../../sync/ports/exchange.js';
import type { FailureKind } from '../../sync/ports/failure.js';

/** An implementation, and the list in the mailbox as another program sees it. */
export interface CategoryListUnderTest {
  readonly port: CategoryList;
  readonly mailbox: Mailbox;
  /** The text of the list; null where the mailbox has none. */
  text(): string | null;
  put(text: string): void;
  /** Does something right after each of the next writes has landed, as often as told. */
  afterWrites(times: number, work: () => void): void;
  /** How often the list was written so far. */
  writes(): number;
  close(): Promise<void>;
}

/** As Outlook leaves it behind, with a comment and an attribute that we do not know. */
export const OUTLOOKS_LIST =
  '<?xml version="1.0"?>\r\n<!-- kept -->\r\n' +
  '<categories default="Rot" lastSavedSession="3" lastSavedTime="2026-01-01T08:00:00.000Z" xmlns="CategoryList.xsd">\r\n' +
  '\t<category usageCount="5" lastSessionUsed="1" name="Rot &amp; wichtig" color="0" keyboardShortcut="2"' +
  ' lastTimeUsed="2026-01-01T08:00:00.000Z" guid="{0EF44F1F-3A04-4B43-B4C2-4B3C2F4C9F11}" renameOnFirstUse="1"/>\r\n' +
  "\t<category name='ES_1_Wartung' color='4' keyboardShortcut='0' fremd='color=\"9\"'" +
  ' lastTimeUsed="2026-01-02T08:00:00.000Z" guid="{0EF44F1F-3A04-4B43-B4C2-4B3C2F4C9F12}"/>\r\n' +
  '</categories>\r\n';

export function wanted(
  name: string,
  colour: WantedCategory['colour'],
  id: string | null = null,
): WantedCategory {
  return { name, colour, id };
}

/** Every implementation runs these. */
export function describeCategoryList(
  name: string,
  open: () => Promise<CategoryListUnderTest>,
): void {
  const opened = async (): Promise<CategoryListUnderTest> => {
    const world = await open();
    onTestFinished(() => world.close());
    return world;
  };
  const never = new AbortController().signal;

  describe(`${name} keeps the CategoryList promises`, () => {
    test('a mailbox without a list reads as empty, and a merge makes the list', async () => {
      const { port, mailbox } = await opened();
      expect(await port.read(mailbox, never)).toEqual([]);

      const [answer] = await port.merge(mailbox, [wanted('ES_2_Büro', 'blue')], never);

      expect(answer).toMatchObject({ ok: true, value: { outcome: 'added' } });
      expect(await port.read(mailbox, never)).toMatchObject([
        { name: 'ES_2_Büro', colour: 'blue' },
      ]);
    });

    test('the id that a merge answers is the one in the list', async () => {
      const { port, mailbox } = await opened();
      const [answer] = await port.merge(mailbox, [wanted('Neu', 'none')], never);
      const [entry] = await port.read(mailbox, never);
      expect(answer).toEqual({ ok: true, value: { id: entry?.id, outcome: 'added' } });
    });

    test('nothing is written where nothing would change', async () => {
      const world = await opened();
      world.put(OUTLOOKS_LIST);
      const answers = await world.port.merge(
        world.mailbox,
        [wanted(' es_1_WARTUNG ', 'green')],
        never,
      );
      expect(answers).toMatchObject([{ ok: true, value: { outcome: 'unchanged' } }]);
      expect([world.writes(), world.text()]).toEqual([0, OUTLOOKS_LIST]);
    });

    test('an empty wish neither writes nor makes a list', async () => {
      const world = await opened();
      expect(await world.port.merge(world.mailbox, [], never)).toEqual([]);
      expect([world.writes(), world.text()]).toEqual([0, null]);
    });

    test('a renamed entry is found by its id and gets its name back', async () => {
      const world = await opened();
      const [first] = await world.port.merge(world.mailbox, [wanted('ES_3_Reise', 'teal')], never);
      const id = first?.ok === true ? first.value.id : '';
      world.put((world.text() ?? '').replace('ES_3_Reise', 'Meine Reisen'));

      await world.port.merge(world.mailbox, [wanted('ES_3_Reise', 'teal', id)], never);

      expect(await world.port.read(world.mailbox, never)).toEqual([
        { name: 'ES_3_Reise', colour: 'teal', id },
      ]);
    });

    test('names that Outlook cannot hold are refused one by one, and the rest goes on', async () => {
      const { port, mailbox } = await opened();
      const names = ['A, B', 'A; B', '', ' ', 'x'.repeat(256), 'Zeile\nzwei', 'Gut & schön <1>'];
      const answers = await port.merge(
        mailbox,
        names.map((one) => wanted(one, 'red')),
        never,
      );
      expect(answers.map(({ ok }) => ok)).toEqual([false, false, false, false, false, false, true]);
      expect((await port.read(mailbox, never)).map((entry) => entry.name)).toEqual([
        'Gut & schön <1>',
      ]);
    });

    test('a wish with nothing but refused names writes nothing', async () => {
      const world = await opened();
      const [answer] = await world.port.merge(world.mailbox, [wanted('A,B', 'red')], never);
      expect(answer).toMatchObject({ ok: false, failure: { kind: 'rejected' } });
      expect(world.text()).toBeNull();
    });

    // prettier-ignore
    test.each([
      { what: 'cut off', text: OUTLOOKS_LIST.slice(0, 300) },
      { what: 'mismatched', text: OUTLOOKS_LIST.replace('</categories>', '</category>') },
      { what: 'of another kind', text: '<options/>' },
      { what: 'without names', text: '<categories><category color="1"/></categories>' },
      { what: 'with a document type', text: `<!DOCTYPE categories [<!ENTITY a "b">]>${OUTLOOKS_LIST.slice(23)}` },
      { what: 'in another encoding', text: OUTLOOKS_LIST.replace('"1.0"', '"1.0" encoding="utf-16"') },
      { what: 'no XML at all', text: 'Rot;Grün' },
    ])('a list that is $what is never overwritten', async ({ text }) => {
      const world = await opened();
      world.put(text);
      const failure = { kind: 'rejected' satisfies FailureKind, code: 'CategoryListUnreadable' };
      await expect(world.port.read(world.mailbox, never)).rejects.toMatchObject(failure);
      const merging = world.port.merge(world.mailbox, [wanted('Neu', 'red')], never);
      await expect(merging).rejects.toMatchObject(failure);
      expect(world.text()).toBe(text);
    });

    test('what somebody wrote over ours is noticed, and the merge is done again on theirs', async () => {
      const world = await opened();
      world.put(OUTLOOKS_LIST);
      const theirs = OUTLOOKS_LIST.replace('Rot &amp; wichtig', 'Eilig');
      world.afterWrites(1, () => world.put(theirs));

      const answers = await world.port.merge(world.mailbox, [wanted('Neu', 'red')], never);

      expect(answers).toMatchObject([{ ok: true, value: { outcome: 'added' } }]);
      const names = (await world.port.read(world.mailbox, never)).map((entry) => entry.name);
      expect(names).toEqual(['Eilig', 'ES_1_Wartung', 'Neu']);
    });

    test('where somebody writes over it twice, the merge gives up as stale', async () => {
      const world = await opened();
      world.put(OUTLOOKS_LIST);
      world.afterWrites(2, () => world.put(OUTLOOKS_LIST));
      const merging = world.port.merge(world.mailbox, [wanted('Neu', 'red')], never);
      await expect(merging).rejects.toMatchObject({ kind: 'stale' });
      expect(world.writes()).toBe(2);
    });

    test('what somebody added after our write does not disturb', async () => {
      const world = await opened();
      world.put(OUTLOOKS_LIST);
      world.afterWrites(1, () => {
        const entry = '<category name="Dritter" color="7" keyboardShortcut="0"/></categories>';
        world.put((world.text() ?? '').replace('</categories>', entry));
      });
      const answers = await world.port.merge(world.mailbox, [wanted('Neu', 'red')], never);
      expect(answers).toMatchObject([{ ok: true, value: { outcome: 'added' } }]);
      expect(world.writes()).toBe(1);
    });
  });
}
