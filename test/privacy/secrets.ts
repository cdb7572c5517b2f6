import type { ItemInput } from '../simulators/mailbox/properties.js';

/** What somebody has in their private appointments; two of them differ in everything that content can be. */
export interface Secret {
  /** Stands in every text of it, and nowhere else. */
  readonly token: string;
  /** Texts, categories, importance, reminder, state: whatever tells what it is about, and not when it is. */
  content(what: string): ItemInput;
  /** The same, and when it is: for what nobody but its owner has ever seen. */
  hidden(what: string, day: string): ItemInput;
  /** The name and the content of a file. */
  file(what: string): { readonly Name: string; readonly Content: string };
  /** What something is called that looks like what the ERP has, in one of two lives. */
  lookalike(like: ItemInput): ItemInput;
}

const ZONE = 'W. Europe Standard Time';

/** Short, plain, an hour at nine. */
export const BRIEF: Secret = {
  token: 'xqzarzt',
  content: (what) => ({ Subject: `xqzarzt ${what}`, Categories: [], Importance: 'Normal' }),
  hidden: (what, day) => ({
    Subject: `xqzarzt ${what}`,
    Start: `${day}T08:00:00Z`,
    End: `${day}T09:00:00Z`,
    StartTimeZone: ZONE,
    EndTimeZone: ZONE,
  }),
  file: () => ({ Name: 'xqzarzt.txt', Content: base64('xqzarzt') }),
  lookalike: (like) => like,
};

/** Long, with umlauts and markup, whole days in a series that no ERP has, with guests, and longer than any field. */
export const ELABORATE: Secret = {
  token: 'Xqzömegä',
  content: (what) => ({
    Subject: `Xqzömegä ${what} „ß“ <b>&amp;</b> ${'lang '.repeat(60)}`,
    Location: `Xqzömegä, Straße ${what}`,
    Body: { BodyType: 'HTML', Value: `<html><body><p>Xqzömegä <i>${what}</i></p></body></html>` },
    Categories: ['Xqzömegä', 'Gesperrt', 'ES_2_Kundenbesuch'],
    Importance: 'High',
    LegacyFreeBusyStatus: 'OOF',
    ReminderIsSet: true,
    ReminderMinutesBeforeStart: 1440,
  }),
  hidden(what, day) {
    return {
      ...this.content(what),
      Start: `${day}T00:00:00+01:00`,
      End: `${day}T00:00:00+01:00`,
      IsAllDayEvent: true,
      StartTimeZone: 'Tokyo Standard Time',
      EndTimeZone: 'Tokyo Standard Time',
      Recurrence: {
        pattern: { kind: 'DailyRecurrence', Interval: 3 },
        range: { kind: 'NoEndRecurrence', StartDate: day },
      },
    };
  },
  file: (what) => ({ Name: `Xqzömegä ${what}.pdf`, Content: base64(`Xqzömegä ${what}`.repeat(9)) }),
  lookalike(like) {
    return { ...like, ...this.content('nichts dergleichen') };
  },
};

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The token as it might stand in bytes that are no plain text. */
export function disguises({ token }: Secret): readonly string[] {
  const bytes = Buffer.from(token);
  const shifted = [0, 1, 2].map((lead) =>
    Buffer.concat([Buffer.alloc(lead, 'x'), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  const json = JSON.stringify(token).slice(1, -1);
  return [
    token,
    json,
    token.toLowerCase(),
    token.toUpperCase(),
    token.normalize('NFD'),
    encodeURIComponent(token),
    bytes.toString('hex'),
    Buffer.from(token, 'utf16le').toString('hex'),
    Buffer.from(token, 'utf16le').toString('utf8'),
    Buffer.from(token, 'utf16le').toString('base64').slice(4, -4),
    bytes.toString('latin1'),
    ...shifted,
  ];
}
