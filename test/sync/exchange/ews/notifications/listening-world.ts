import { parseEmail } from '../../../../../mappings/values.js';
import { ewsNotifications } from '../../../../../sync/exchange/ews/notifications/listen.js';
import type { Heard, Listening, WatchedMailbox } from '../../../../../sync/ports/notifications.js';
import type { ConnectorFailure } from '../../../../../sync/ports/failure.js';
import { until, nextTurn } from '../../../../server/turn.js';
import { VirtualClock } from '../../../../simulators/clock.js';
import { ScriptedWire } from './scripted-wire.js';

/** The connector listening over a wire that the test holds the other end of; time stands still. */
export class ListeningWorld {
  readonly wire = new ScriptedWire();
  readonly clock = new VirtualClock();
  readonly heard: Heard[] = [];
  readonly failures: ConnectorFailure[] = [];
  readonly listening: Listening;
  private readonly stopping = new AbortController();

  constructor(maxStreams = 3) {
    const { wire, clock, heard, failures } = this;
    const port = ewsNotifications({ wire, clock, maxStreams: () => maxStreams });
    this.listening = port.listen(
      {
        heard: (change) => void heard.push(change),
        brokeOff: (failure) => void failures.push(failure),
      },
      this.stopping.signal,
    );
  }

  watch(...names: readonly string[]): void {
    this.listening.watch(names.map((name) => mailbox(name)));
  }

  /** Listens to these mailboxes and waits for the stream over all of them. */
  async hear(...names: readonly string[]): Promise<void> {
    this.watch(...names);
    await this.streamNumber(1);
    this.wire.stream.ok();
    await until(() => this.listening.states().streaming === names.length);
    this.heard.length = 0;
  }

  /** Waits until so many streams have been opened so far. */
  async streamNumber(count: number): Promise<void> {
    await until(() => this.wire.streams.length === count);
  }

  /** What was heard since the last time, as `event anna calendar-of-anna`. */
  async news(): Promise<readonly string[]> {
    for (let turns = 0; turns < 20; turns++) await nextTurn();
    return this.heard.splice(0).map(({ mailbox: { address }, folderId, why }) => {
      return [why, address.split('@')[0], folderId].filter((word) => word !== null).join(' ');
    });
  }

  /** Moves time once somebody waits for it. */
  async pass(ms: number): Promise<void> {
    for (let turns = 0; turns < 20; turns++) await nextTurn();
    this.clock.advance(ms);
    for (let turns = 0; turns < 20; turns++) await nextTurn();
  }

  async stop(): Promise<void> {
    this.stopping.abort('CalledOff');
    await this.listening.ended;
  }
}

export function mailbox(name: string, grouping: string | null = null): WatchedMailbox {
  const address = parseEmail(`${name}@firma.example`);
  return { mailbox: { address }, folders: [`calendar-of-${name}`], grouping };
}
