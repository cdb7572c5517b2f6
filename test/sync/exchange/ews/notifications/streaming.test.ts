import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConnectorFailure } from '../../../../../sync/ports/failure.js';
import { until } from '../../../../server/turn.js';
import { ListeningWorld, mailbox } from './listening-world.js';
import { fault } from '../scripted-server.js';
import { eventIn, faultFrame, pulled, refusal } from './scripted-wire.js';

let world: ListeningWorld;
beforeEach(() => {
  world = new ListeningWorld();
});
afterEach(async () => await world.stop());

const MINUTE = 60_000;
const broken = (): ConnectorFailure =>
  new ConnectorFailure('unreachable', 'as planned', { code: 'ECONNRESET' });

describe('subscribing', () => {
  test('acts for each mailbox, and leads all of them to the server of the first in the alphabet', async () => {
    await world.hear('clara', 'anna', 'bernd');
    const asked = world.wire.sent.map(({ operation, mailbox: address, affinity }) => {
      return [operation, address, affinity.anchor.address, affinity.overrideCookie];
    });
    const [anna, bernd, clara] = ['anna', 'bernd', 'clara'].map((name) => `${name}@firma.example`);
    const cookie = `cookie-of-${anna ?? ''}`;
    expect(asked).toEqual([
      ['Subscribe', anna, anna, null],
      ['Subscribe', bernd, anna, cookie],
      ['Subscribe', clara, anna, cookie],
      ['GetStreamingEvents', anna, anna, cookie],
    ]);
    expect(world.wire.stream.sent.ids).toEqual(['anna-1', 'bernd-2', 'clara-3']);
    expect(world.wire.stream.sent.body).toContain('<m:ConnectionTimeout>30</m:ConnectionTimeout>');
  });

  test('reports each mailbox once, since something may have happened before', async () => {
    world.watch('anna', 'bernd');
    await world.streamNumber(1);
    world.wire.stream.ok();
    expect(await world.news()).toEqual(['gap anna', 'gap bernd']);
    world.watch('anna', 'bernd');
    expect(await world.news()).toEqual([]);
  });

  test('more than 200 mailboxes make several groups, and so do servers of different groupings', async () => {
    const many = Array.from({ length: 201 }, (_, index) => mailbox(`m${1000 + index}`));
    world.listening.watch([...many, mailbox('anna', 'DAG2'), mailbox('bernd', 'DAG2')]);
    await world.streamNumber(3);
    const sizes = world.wire.streams.map(({ sent }) => sent.ids.length);
    expect(sizes.sort((a, b) => a - b)).toEqual([1, 2, 200]);
  });

  test('more groups than the server allows streams are pulled', async () => {
    await world.stop();
    world = new ListeningWorld(1);
    world.listening.watch([mailbox('anna', 'DAG1'), mailbox('bernd', 'DAG2')]);
    await until(() => world.wire.count('GetEvents') === 1);
    expect(world.wire.streams.length).toBe(1);
    expect(world.listening.states()).toMatchObject({ pulling: 1 });
  });
});

describe('a stream', () => {
  test('tells in which folder something happened', async () => {
    await world.hear('anna', 'bernd');
    world.wire.stream.event('bernd-2', 'calendar-of-bernd', 'CreatedEvent');
    world.wire.stream.event('anna-1', 'calendar-of-anna', 'DeletedEvent');
    expect(await world.news()).toEqual([
      'event bernd calendar-of-bernd',
      'event anna calendar-of-anna',
    ]);
  });

  test('tells of the mailbox where the folder has another id than ours', async () => {
    await world.hear('anna');
    world.wire.stream.event('anna-1', 'AAMk-other-form');
    expect(await world.news()).toEqual(['event anna']);
  });

  test('keeps quiet about signs of life and strange subscriptions', async () => {
    await world.hear('anna');
    world.wire.stream.ok();
    world.wire.stream.event('somebody-9', 'calendar-of-anna');
    expect(await world.news()).toEqual([]);
  });

  test('that is closed as agreed goes on with the same subscriptions, and nothing was missed', async () => {
    await world.hear('anna', 'bernd');
    world.wire.stream.closed();
    await world.streamNumber(2);
    expect(world.wire.stream.sent.ids).toEqual(['anna-1', 'bernd-2']);
    world.wire.stream.ok();
    expect(await world.news()).toEqual([]);
    expect(world.wire.count('Subscribe')).toBe(2);
    expect(world.failures).toEqual([]);
  });

  test('that breaks off is taken up again a second later, and everybody is looked at once', async () => {
    await world.hear('anna', 'bernd');
    world.wire.stream.breakOff(broken());
    await world.pass(1_000);
    await world.streamNumber(2);
    expect(await world.news()).toEqual([]);
    world.wire.stream.ok();
    world.wire.stream.ok();
    expect(await world.news()).toEqual(['gap anna', 'gap bernd']);
    expect(world.wire.count('Subscribe')).toBe(2);
  });

  test.each([
    ['in the middle of an envelope', '<s:Envelope xmlns:s="x"><s:Bo'],
    ['without a word', ''],
  ])('that ends %s has broken off', async (_name, last) => {
    await world.hear('anna');
    world.wire.stream.write(last);
    world.wire.stream.end();
    await world.pass(1_000);
    await world.streamNumber(2);
    world.wire.stream.ok();
    expect(await world.news()).toEqual(['gap anna']);
  });

  test('that is silent for three heartbeats has broken off; a blank is a sign of life', async () => {
    await world.hear('anna');
    await world.pass(130_000);
    world.wire.stream.write('\n');
    await world.pass(130_000);
    expect(world.wire.stream.isOpen()).toBe(true);
    await world.pass(5_000);
    await world.pass(1_000);
    await world.streamNumber(2);
    expect(world.failures.map(({ code }) => code)).toEqual(['TimedOut']);
  });

  test('that names lost subscriptions costs these and no others', async () => {
    await world.hear('anna', 'bernd', 'clara');
    world.wire.stream.refuse('ErrorSubscriptionNotFound', ['bernd-2']);
    await world.streamNumber(2);
    expect(world.wire.stream.sent.ids).toEqual(['anna-1', 'bernd-4', 'clara-3']);
    world.wire.stream.ok();
    expect(await world.news()).toEqual(['gap bernd']);
  });

  test('that loses subscriptions without naming them costs all of them', async () => {
    await world.hear('anna', 'bernd');
    world.wire.stream.refuse('ErrorInvalidSubscription');
    await world.streamNumber(2);
    expect(world.wire.stream.sent.ids).toEqual(['anna-3', 'bernd-4']);
    world.wire.stream.ok();
    expect(await world.news()).toEqual(['gap anna', 'gap bernd']);
  });

  test('that a busy server refuses is asked for again when the server said', async () => {
    world.wire.refuseStream = () =>
      new ConnectorFailure('busy', 'as planned', { code: 'ErrorServerBusy', retryAfterMs: 90_000 });
    world.watch('anna');
    await until(() => world.failures.length === 1);
    world.wire.refuseStream = null;
    await world.pass(89_000);
    expect(world.wire.streams.length).toBe(0);
    await world.pass(1_000);
    await world.streamNumber(1);
  });

  test('over a server that is away is tried again ever more patiently, and never given up', async () => {
    await world.hear('anna');
    world.wire.refuseStream = broken;
    world.wire.stream.breakOff(broken());
    const attempts: number[] = [];
    for (let second = 0; second < 600; second++) {
      const before = world.wire.count('GetStreamingEvents');
      await world.pass(1_000);
      if (world.wire.count('GetStreamingEvents') > before) attempts.push(second + 1);
    }
    expect(attempts.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 32]);
    expect(world.wire.count('GetEvents')).toBe(0);
    world.wire.refuseStream = null;
    await world.pass(MINUTE);
    await world.streamNumber(2);
    world.wire.stream.ok();
    expect(await world.news()).toEqual(['gap anna']);
  });

  test('is not asked for again and again where the sign-in is refused, which would lock the account', async () => {
    world.wire.refuseStream = () =>
      new ConnectorFailure('forbidden', 'as planned', { code: 'HTTP401' });
    world.watch('anna');
    await until(() => world.failures.length === 1);
    for (let minute = 0; minute < 14; minute++) await world.pass(MINUTE);
    expect(world.failures.length).toBe(1);
    await world.pass(MINUTE);
    expect(world.failures.length).toBe(2);
  });

  test('carries a fault like any other failure', async () => {
    await world.hear('anna');
    world.wire.stream.write(faultFrame('ErrorInternalServerTransientError'));
    await world.pass(1_000);
    await world.streamNumber(2);
    expect(world.failures[0]?.code).toBe('ErrorInternalServerTransientError');
  });
});

describe('a mailbox that refuses', () => {
  const refuse = (name: string, code: string): void => {
    world.wire.answers['Subscribe'] = ({ mailbox: address }) =>
      address.startsWith(name) ? refusal('Subscribe', code) : null;
  };
  const allow = (): void => {
    world.wire.answers = {};
  };
  const hearOthers = async (): Promise<void> => {
    world.watch('anna', 'bernd', 'clara');
    await world.streamNumber(1);
    world.wire.stream.ok();
    await until(() => world.listening.states().streaming === 2);
    await world.news();
  };

  test('is left out, and the others are heard', async () => {
    refuse('bernd', 'ErrorImpersonateUserDenied');
    await hearOthers();
    expect(world.listening.states()).toEqual({ streaming: 2, denied: 1, pulling: 0, polling: 0 });
    expect(world.failures.map(({ code }) => code)).toEqual(['ErrorImpersonateUserDenied']);
    world.wire.stream.event('clara-2', 'calendar-of-clara');
    expect(await world.news()).toEqual(['event clara calendar-of-clara']);
  });

  test('leads no group, even where it is the first in the alphabet', async () => {
    refuse('anna', 'ErrorNonExistentMailbox');
    await hearOthers();
    expect(world.wire.stream.sent).toMatchObject({
      mailbox: 'bernd@firma.example',
      affinity: { anchor: { address: 'bernd@firma.example' } },
    });
  });

  test('is tried again a quarter of an hour later, beside the stream, and taken in then', async () => {
    refuse('bernd', 'ErrorImpersonateUserDenied');
    await hearOthers();
    await world.pass(2 * MINUTE);
    world.wire.stream.ok();
    const asked = world.wire.count('Subscribe');
    for (let minute = 2; minute < 14; minute++) {
      await world.pass(MINUTE);
      world.wire.stream.ok();
    }
    expect(world.wire.count('Subscribe')).toBe(asked);
    expect(world.wire.streams.length).toBe(1);
    allow();
    await world.pass(MINUTE);
    await world.streamNumber(2);
    world.wire.stream.ok();
    expect(world.wire.stream.sent.ids.length).toBe(3);
    expect(await world.news()).toEqual(['gap bernd', 'gap anna', 'gap clara']);
    expect(world.listening.states()).toMatchObject({ streaming: 3, denied: 0 });
  });

  test('still refusing then costs nobody else anything', async () => {
    refuse('bernd', 'ErrorImpersonateUserDenied');
    await hearOthers();
    for (let minute = 0; minute < 16; minute++) {
      await world.pass(MINUTE);
      world.wire.stream.ok();
    }
    expect(world.failures.length).toBe(2);
    expect(world.wire.streams.length).toBe(1);
  });

  test('for being busy is asked again when the server said, and not before', async () => {
    let isBusy = true;
    world.wire.answers['Subscribe'] = ({ mailbox: address }) =>
      isBusy && address.startsWith('bernd')
        ? fault('ErrorServerBusy', { BackOffMilliseconds: '45000' })
        : null;
    await hearOthers();
    isBusy = false;
    await world.pass(44_000);
    expect(world.wire.count('Subscribe')).toBe(3);
    await world.pass(1_000);
    await world.streamNumber(2);
  });

  test('to be acted for on the stream itself gives the lead to the next one', async () => {
    await world.hear('anna', 'bernd');
    world.wire.stream.write(faultFrame('ErrorImpersonateUserDenied'));
    await world.streamNumber(2);
    expect(world.wire.stream.sent.mailbox).toBe('bernd@firma.example');
    expect(world.wire.stream.sent.ids).toEqual(['bernd-3']);
    expect(world.listening.states()).toMatchObject({ denied: 1 });
  });

  test('together with all the others leaves nothing to listen to, until one of them agrees', async () => {
    refuse('', 'ErrorImpersonationDenied');
    world.watch('anna', 'bernd');
    await until(() => world.listening.states().denied === 2);
    expect(world.wire.streams.length).toBe(0);
    allow();
    await world.pass(15 * MINUTE);
    await world.streamNumber(1);
    expect(world.wire.stream.sent.ids.length).toBe(2);
  });
});

describe('mailboxes that come and go', () => {
  test('a new one is subscribed beside the stream, which is then opened over all of them', async () => {
    await world.hear('anna');
    world.watch('anna', 'bernd');
    await world.streamNumber(2);
    expect(world.wire.stream.sent.ids).toEqual(['anna-1', 'bernd-2']);
    expect(world.wire.streams[0]?.isOpen()).toBe(false);
    world.wire.stream.ok();
    expect(await world.news()).toEqual(['gap bernd', 'gap anna']);
    expect(world.failures).toEqual([]);
  });

  test('of one that left nothing is told any more, and the next stream is without it', async () => {
    await world.hear('anna', 'bernd');
    world.watch('anna');
    world.wire.stream.event('bernd-2', 'calendar-of-bernd');
    expect(await world.news()).toEqual([]);
    world.wire.stream.closed();
    await world.streamNumber(2);
    expect(world.wire.stream.sent.ids).toEqual(['anna-1']);
  });

  test('where the one leaves who led to the server, the others are led by the next', async () => {
    await world.hear('anna', 'bernd', 'clara');
    world.watch('bernd', 'clara');
    await world.streamNumber(2);
    expect(world.wire.stream.sent.mailbox).toBe('bernd@firma.example');
    expect(world.wire.stream.sent.ids).toEqual(['bernd-4', 'clara-5']);
    world.wire.stream.ok();
    expect(await world.news()).toEqual(['gap bernd', 'gap clara']);
  });

  test('one with other folders is subscribed anew', async () => {
    await world.hear('anna');
    world.listening.watch([{ ...mailbox('anna'), folders: ['calendar-of-anna', 'tasks'] }]);
    await world.streamNumber(2);
    expect(world.wire.stream.sent.ids).toEqual(['anna-2']);
    expect(world.wire.sent.at(-2)?.body).toContain('<t:FolderId Id="tasks"/>');
  });

  test('without any the stream is closed, and a new one opened for who comes next', async () => {
    await world.hear('anna');
    world.watch();
    await until(() => world.wire.streams[0]?.isOpen() === false);
    world.watch('bernd');
    await world.streamNumber(2);
    expect(world.wire.stream.sent.ids).toEqual(['bernd-2']);
  });

  test('nobody at all is no request', async () => {
    world.watch();
    expect(await world.news()).toEqual([]);
    expect(world.wire.sent).toEqual([]);
  });
});

describe('where streaming does not work', () => {
  /** Behind a proxy that waits for the end of the answer: two streams, and each is silent. */
  const goDeaf = async (): Promise<void> => {
    world.watch('anna', 'bernd');
    await world.streamNumber(1);
    await world.pass(30_000);
    await world.pass(1_000);
    await world.streamNumber(2);
    await world.pass(30_000);
    await until(() => world.wire.count('GetEvents') === 2);
    await world.news();
  };

  test('mailboxes are pulled instead, every 20 seconds', async () => {
    await goDeaf();
    expect(world.listening.states()).toMatchObject({ pulling: 2 });
    await world.pass(19_000);
    expect(world.wire.count('GetEvents')).toBe(2);
    world.wire.answers['GetEvents'] = ({ mailbox: address }) =>
      address.startsWith('anna')
        ? pulled('x', [eventIn('calendar-of-anna', 'CreatedEvent')])
        : null;
    await world.pass(1_000);
    expect(await world.news()).toEqual(['event anna calendar-of-anna']);
    await world.pass(20_000);
    expect(world.wire.sent.at(-2)?.body).toContain('<m:Watermark>W2</m:Watermark>');
  });

  test('streaming is tried again a quarter of an hour later', async () => {
    await goDeaf();
    for (let second = 0; second < 15 * 60; second += 20) await world.pass(20_000);
    await world.streamNumber(3);
    world.wire.stream.ok();
    await until(() => world.listening.states().streaming === 2);
  });

  test('all pages are asked for, and a server that always promises more holds nobody up', async () => {
    await goDeaf();
    let page = 0;
    world.wire.answers['GetEvents'] = ({ mailbox: address }) => {
      if (!address.startsWith('anna')) return null;
      page += 1;
      return pulled('x', [eventIn('calendar-of-anna', 'ModifiedEvent', `P${page}`)], true);
    };
    await world.pass(20_000);
    await until(() => page === 50);
    expect(new Set(await world.news())).toEqual(new Set(['event anna calendar-of-anna']));
    expect(world.wire.sent.at(-1)?.mailbox).toBe('bernd@firma.example');
  });

  test.each(['ErrorInvalidWatermark', 'ErrorSubscriptionNotFound', 'ErrorExpiredSubscription'])(
    '%s costs a new subscription, and one look',
    async (code) => {
      await goDeaf();
      world.wire.answers['GetEvents'] = ({ mailbox: address }) =>
        address.startsWith('anna') ? refusal('GetEvents', code) : null;
      await world.pass(20_000);
      world.wire.answers = {};
      await world.pass(20_000);
      expect(await world.news()).toEqual(['gap anna']);
    },
  );

  test('a mailbox that refuses to be asked does not stop the others', async () => {
    await goDeaf();
    world.wire.answers['GetEvents'] = ({ mailbox: address }) =>
      address.startsWith('anna')
        ? refusal('GetEvents', 'ErrorImpersonateUserDenied')
        : pulled('x', [eventIn('calendar-of-bernd')]);
    await world.pass(20_000);
    expect(await world.news()).toEqual(['event bernd calendar-of-bernd']);
    expect(world.listening.states()).toMatchObject({ pulling: 1, denied: 1 });
  });

  test('subscriptions that are never known are no use', async () => {
    world.watch('anna');
    await world.streamNumber(1);
    world.wire.stream.refuse('ErrorSubscriptionNotFound', ['anna-1']);
    await world.streamNumber(2);
    world.wire.stream.refuse('ErrorSubscriptionNotFound', ['anna-2']);
    await until(() => world.wire.count('GetEvents') === 1);
  });

  test('a web page in place of a stream is no use either', async () => {
    world.watch('anna');
    await world.streamNumber(1);
    world.wire.stream.write('<!DOCTYPE html><html></html>');
    await world.pass(1_000);
    await world.streamNumber(2);
    world.wire.stream.write('<!DOCTYPE html><html></html>');
    await until(() => world.wire.count('GetEvents') === 1);
    expect(world.failures[0]?.sentence?.en).toContain('web page');
  });

  test('more streams than the server allows: the rest is pulled', async () => {
    world.wire.refuseStream = () =>
      new ConnectorFailure('busy', 'as planned', { code: 'ErrorExceededConnectionCount' });
    world.watch('anna');
    await until(() => world.failures.length === 1);
    await world.pass(1_000);
    await until(() => world.failures.length === 2);
    await world.pass(2_000);
    await until(() => world.wire.count('GetEvents') === 1);
  });
});
