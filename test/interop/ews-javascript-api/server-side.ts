import {
  AffectedTaskOccurrence,
  AlternateId,
  Appointment,
  AttendeeInfo,
  AutodiscoverService,
  AvailabilityData,
  BasePropertySet,
  ChangeType,
  ConflictResolutionMode,
  DeleteMode,
  EventType,
  ExchangeVersion,
  FolderId,
  IdFormat,
  ItemEvent,
  ItemId,
  ItemView,
  LegacyFreeBusyStatus,
  MessageDisposition,
  PropertySet,
  ResolveNameSearchLocation,
  SendCancellationsMode,
  SendInvitationsMode,
  SendInvitationsOrCancellationsMode,
  ServiceResult,
  StreamingSubscriptionConnection,
  SyncFolderItemsScope,
  TimeWindow,
  Uri,
  UserConfiguration,
  UserConfigurationProperties,
  UserSettingName,
  WebCredentials,
  WellKnownFolderName,
} from 'ews-javascript-api';
import type { ExchangeService } from 'ews-javascript-api';
import { appointment, series } from './calendars.js';
import { fails, same } from './steps.js';
import type { Step } from './steps.js';
import { at, minuteOf } from './world.js';

const IDS = new PropertySet(BasePropertySet.IdOnly);

interface Change {
  readonly kind: ChangeType;
  readonly id: string;
}

/** All changes since the state, page by page; with the state after them. */
async function sync(
  service: ExchangeService,
  folder: FolderId,
  since: string,
): Promise<{
  readonly changes: readonly Change[];
  readonly state: string;
  readonly pages: number;
}> {
  const changes: Change[] = [];
  const scope = SyncFolderItemsScope.NormalItems;
  let [state, pages, isMore] = [since, 0, true];
  while (isMore) {
    const page = await service.SyncFolderItems(folder, IDS, [], 512, scope, state);
    for (const one of page.GetEnumerator()) {
      changes.push({ kind: one.ChangeType, id: one.ItemId.UniqueId });
    }
    [state, isMore] = [page.SyncState, page.MoreChangesAvailable];
    pages += 1;
  }
  return { changes, state, pages };
}

async function fill(service: ExchangeService, folder: FolderId, count: number): Promise<void> {
  for (let first = 0; first < count; first += 100) {
    const items = Array.from({ length: 100 }, (_, number) => {
      const item = new Appointment(service);
      item.Subject = `Termin ${first + number}`;
      item.Start = at('2026-03-02T08:00:00Z');
      item.End = at('2026-03-02T09:00:00Z');
      return item;
    });
    const { OverallResult } = await service.CreateItems(
      items,
      folder,
      MessageDisposition.SaveOnly,
      SendInvitationsMode.SendToNone,
    );
    same(OverallResult, ServiceResult.Success);
  }
}

const THREE = [EventType.Created, EventType.Modified, EventType.Deleted] as const;

async function firstEvents(
  service: ExchangeService,
  folder: FolderId,
  before: () => Promise<void>,
): Promise<readonly string[]> {
  const subscription = await service.SubscribeToStreamingNotifications([folder], ...THREE);
  await before();
  const connection = new StreamingSubscriptionConnection(service, [subscription], 1);
  const told = new Promise<readonly string[]>((resolve, reject) => {
    connection.OnNotificationEvent.push((_, { Events }) => {
      resolve(Events.map((event) => (event instanceof ItemEvent ? event.ItemId.UniqueId : '')));
    });
    connection.OnSubscriptionError.push((_, { Exception }) => reject(Exception));
  });
  void connection.Open(); // settles only when the connection has closed
  const ids = await told;
  connection.Close();
  return ids;
}

export const SERVER_STEPS: readonly Step[] = [
  {
    sentence: 'sync: 1,200 items come in pages, each once; then each change once',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      await fill(service, folder, 1200);
      const all = await sync(service, folder, '');
      same([new Set(all.changes.map(({ id }) => id)).size, all.changes.length], [1200, 1200]);
      same(all.pages >= 3, true);
      const [first, second] = all.changes;
      if (first === undefined || second === undefined) throw new Error('there is no change');
      const changed = await Appointment.Bind(service, new ItemId(first.id));
      changed.Subject = 'geändert';
      await changed.Update(
        ConflictResolutionMode.AlwaysOverwrite,
        SendInvitationsOrCancellationsMode.SendToNone,
      );
      const made = await appointment(service, folder);
      const next = await sync(service, folder, all.state);
      same(
        next.changes.map(({ kind, id }) => [kind, id]).sort(),
        [
          [ChangeType.Update, first.id],
          [ChangeType.Create, made.Id.UniqueId],
        ].sort(),
      );
      same((await sync(service, folder, next.state)).changes, []);
    },
  },
  {
    sentence: 'sync: a series is one change, whatever happens to its occurrences',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      const master = await series(service, folder);
      const { changes, state } = await sync(service, folder, '');
      same(changes.length, 1);
      const second = await Appointment.BindToOccurrence(service, master.Id, 2);
      await second.Delete(DeleteMode.MoveToDeletedItems, SendCancellationsMode.SendToNone);
      const next = await sync(service, folder, state);
      same(next.changes, [{ kind: ChangeType.Update, id: master.Id.UniqueId }]);
    },
  },
  {
    sentence: 'sync: a state that the server does not know is refused',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      await fails(sync(service, folder, 'bm9uc2Vuc2U='), /sync state/i);
    },
  },
  {
    sentence: 'pull: a subscription tells each change once, and nothing after it has ended',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      const subscription = await service.SubscribeToPullNotifications([folder], 10, '', ...THREE);
      const made = await appointment(service, folder);
      const events = await subscription.GetEvents();
      const created = [...events.ItemEvents].filter(
        ({ EventType: kind }) => kind === EventType.Created,
      );
      same(
        created.map(({ ItemId }) => ItemId.UniqueId),
        [made.Id.UniqueId],
      );
      same([...(await subscription.GetEvents()).ItemEvents].length, 0);
      await subscription.Unsubscribe();
      await fails(subscription.GetEvents(), /subscription/i);
    },
  },
  {
    sentence: 'streaming: what happened before the connection opened is told on it',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      let made = '';
      const told = await firstEvents(service, folder, async () => {
        made = (await appointment(service, folder)).Id.UniqueId;
      });
      same(told.includes(made), true);
    },
  },
  {
    sentence: 'impersonation: a mailbox that the account may not open is denied',
    async run(world) {
      const address = world.address(3);
      await world.control('POST', '/faults', { kind: 'denied', mailbox: address, times: null });
      const calendar = new FolderId(WellKnownFolderName.Calendar);
      try {
        const denied = world.service(address).FindItems(calendar, new ItemView(1));
        await fails(denied, /impersonate/i);
      } finally {
        await world.control('DELETE', '/faults');
      }
      await world.service(address).FindItems(calendar, new ItemView(1));
    },
  },
  {
    sentence: 'impersonation: each mailbox has its own items',
    async run(world) {
      const other = world.service(world.address(1));
      const made = await appointment(other, await world.folder('calendar', other));
      const wrong = Appointment.Bind(world.service(), made.Id);
      await fails(wrong, /not found|access|denied|store/i);
    },
  },
  {
    sentence: 'sign-in: a wrong password is refused',
    async run(world) {
      const service = world.signedIn(world.address(2), 'falsch');
      const asked = service.FindItems(WellKnownFolderName.Calendar, new ItemView(1));
      await fails(asked, /401|unauthori/i);
    },
  },
  {
    sentence: 'names: one hit, several hits and none are told apart',
    async run(world) {
      const service = world.service();
      const one = await service.ResolveName(
        'anna.becker',
        ResolveNameSearchLocation.DirectoryOnly,
        true,
      );
      same(one.Count, 1);
      same(one._getItem(0).Mailbox.Address, world.address(0));
      same((await service.ResolveName('be')).Count > 1, true);
      same((await service.ResolveName('zzz-niemand')).Count, 0);
    },
  },
  {
    sentence: 'free/busy: appointments of another mailbox are seen as busy and away',
    async run(world) {
      const address = world.address(5);
      const other = world.service(address);
      const calendar = new FolderId(WellKnownFolderName.Calendar);
      for (const [hour, status] of [
        ['09', LegacyFreeBusyStatus.Busy],
        ['13', LegacyFreeBusyStatus.OOF],
      ] as const) {
        await appointment(other, calendar, (item) => {
          item.Start = at(`2026-03-03T${hour}:00:00Z`);
          item.End = at(`2026-03-03T${hour}:30:00Z`);
          item.LegacyFreeBusyStatus = status;
        });
      }
      const window = new TimeWindow(at('2026-03-03T00:00:00Z'), at('2026-03-05T00:00:00Z'));
      const found = await world
        .service()
        .GetUserAvailability([new AttendeeInfo(address)], window, AvailabilityData.FreeBusy);
      const [answer] = found.AttendeesAvailability.Responses;
      const events = answer?.CalendarEvents ?? [];
      same(
        [...events].map((event) => [minuteOf(event.StartTime), event.FreeBusyStatus]),
        [
          ['2026-03-03T09:00Z', LegacyFreeBusyStatus.Busy],
          ['2026-03-03T13:00Z', LegacyFreeBusyStatus.OOF],
        ],
      );
    },
  },
  {
    sentence: 'batches: one bad id fails alone, in its own place',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      const made = [];
      for (const subject of ['eins', 'zwei', 'drei']) {
        made.push(
          await appointment(service, folder, (item) => {
            item.Subject = subject;
          }),
        );
      }
      const ids = made.map(({ Id }) => Id);
      await service.DeleteItems(
        ids.slice(1, 2),
        DeleteMode.HardDelete,
        SendCancellationsMode.SendToNone,
        AffectedTaskOccurrence.AllOccurrences,
      );
      const { Responses, OverallResult } = await service.BindToItems(ids, IDS);
      const { Success, Error: Failed } = ServiceResult;
      same(
        [Responses.map(({ Result }) => Result), OverallResult],
        [[Success, Failed, Success], Failed],
      );
    },
  },
  {
    sentence:
      'throttling: a client that is told to wait is told how long, and is served afterwards',
    async run(world) {
      const service = world.service();
      const hint = { kind: 'busy', operation: 'FindItem', backOffMilliseconds: 3000 };
      await world.control('POST', '/faults', hint);
      const ask = () => service.FindItems(WellKnownFolderName.Calendar, new ItemView(1));
      await fails(ask(), /ErrorServerBusy.*3000/);
      await ask();
    },
  },
  {
    sentence: 'user configuration: it is written, read and taken away',
    async run(world) {
      const [service, folder] = [world.service(), await world.folder()];
      const made = new UserConfiguration(service);
      made.Dictionary.Add('alt', 'größer');
      await made.Save('Abgleich', folder);
      const properties = UserConfigurationProperties.Dictionary;
      const found = await service.GetUserConfiguration('Abgleich', folder, properties);
      same(found.Dictionary._getItem('alt'), 'größer');
      await service.DeleteUserConfiguration('Abgleich', folder);
      await fails(service.GetUserConfiguration('Abgleich', folder, properties), /not found/i);
    },
  },
  {
    sentence: 'ids: one is converted to another form and back',
    async run(world) {
      const service = world.service();
      const { Id } = await appointment(service, await world.folder());
      const own = new AlternateId(IdFormat.EwsId, Id.UniqueId, world.address());
      const hex = await service.ConvertId(own, IdFormat.HexEntryId);
      const back = await service.ConvertId(hex, IdFormat.EwsId);
      same(back instanceof AlternateId ? back.UniqueId : '', Id.UniqueId);
    },
  },
  {
    sentence: 'autodiscover: the SOAP service names the endpoint',
    async run(world) {
      const person = world.started.users.find(({ role }) => role === 'mailbox');
      if (person === undefined) throw new Error('the simulator has no person');
      const service = new AutodiscoverService(ExchangeVersion.Exchange2013_SP1);
      service.Url = new Uri(new URL('/autodiscover/autodiscover.svc', world.started.url).href);
      service.Credentials = new WebCredentials(person.address, person.password);
      const answer = await service.GetUserSettings(person.address, [
        UserSettingName.ExternalEwsUrl,
      ]);
      same(answer.Settings.get(UserSettingName.ExternalEwsUrl), world.started.url);
    },
  },
  {
    sentence: 'mails: nothing of all this has sent one',
    async run(world) {
      same(await world.control('GET', '/mails'), []);
    },
  },
];
