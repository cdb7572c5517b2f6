"""Sync, notifications, rights, batches, free time, names, throttling, Autodiscover."""

import time
from datetime import timedelta

from exchangelib import BASIC, DELEGATE, CalendarItem, Configuration, Credentials, FailFast, FaultTolerance
from exchangelib.autodiscover.protocol import AutodiscoverProtocol
from exchangelib.errors import (
    ErrorImpersonateUserDenied,
    ErrorInvalidSubscription,
    ErrorInvalidSyncStateData,
    ErrorItemNotFound,
    ErrorNonExistentMailbox,
    ErrorServerBusy,
    ErrorSubscriptionNotFound,
    UnauthorizedError,
)
from exchangelib.properties import AlternateId, CreatedEvent, ModifiedEvent

from calendars import april, appointment, series
from steps import same, step
from world import BERLIN, at


def raises(*kinds):
    """`with raises(Kind):` passes only if one of the kinds is raised."""

    class Raises:
        def __enter__(self):
            return self

        def __exit__(self, kind, error, _):
            assert kind is not None, f"nothing was raised instead of {kinds}"
            self.error = error
            return issubclass(kind, kinds)

    return Raises()


@step("sync: 1,200 items come in pages, each once; then each change once")
def syncs(world):
    folder = world.folder(name="Groß")
    account = world.account()
    many = [
        CalendarItem(subject=f"Termin {number}", start=at(BERLIN, 2026, 3, 2, 9), end=at(BERLIN, 2026, 3, 2, 10))
        for number in range(1200)
    ]
    made = account.bulk_create(folder=folder, items=many, send_meeting_invitations="SendToNone", chunk_size=100)
    same(len({item.id for item in made}), 1200)
    seen = [(kind, item.id) for kind, item in folder.sync_items(only_fields=["subject"], max_changes_returned=512)]
    same((len(seen), {kind for kind, _ in seen}), (1200, {"create"}))
    same({item for _, item in seen}, {item.id for item in made})
    changed, deleted = folder.get(id=made[7].id), folder.get(id=made[8].id)
    changed.subject = "geändert"
    changed.save(update_fields=["subject"], send_meeting_invitations="SendToNone")
    deleted.delete(send_meeting_cancellations="SendToNone")
    new = appointment(folder, subject="neu")
    changes = {(kind, item.id) for kind, item in folder.sync_items(only_fields=["subject"])}
    same(changes, {("update", made[7].id), ("delete", made[8].id), ("create", new.id)})
    same(list(folder.sync_items()), [])


@step("sync: a series is one change, whatever happens to its occurrences")
def syncs_series(world):
    folder = world.folder()
    master = series(folder)
    same([kind for kind, _ in folder.sync_items(only_fields=["subject"])], ["create"])
    second = master.occurrence(index=2)
    second.refresh()
    second.delete(send_meeting_cancellations="SendToNone")
    same([(kind, item.id) for kind, item in folder.sync_items(only_fields=["subject"])], [("update", master.id)])


@step("sync: a state that the server does not know is refused by name")
def refuses_state(world):
    folder = world.folder()
    with raises(ErrorInvalidSyncStateData):
        list(folder.sync_items(sync_state="bm9uc2Vuc2U=", only_fields=["subject"]))


@step("sync: folders come and go in the hierarchy")
def syncs_folders(world):
    root = world.account(1).root
    list(root.sync_hierarchy())
    folder = world.folder(number=1, name="Neuer Ordner")
    same([(kind, found.name) for kind, found in root.sync_hierarchy() if kind == "create"], [("create", "Neuer Ordner")])
    gone = folder.id
    folder.delete()
    same([found.id for kind, found in root.sync_hierarchy() if kind == "delete"], [gone])


@step("pull: a subscription tells each change once, and nothing after it has ended")
def pulls(world):
    folder = world.folder(name="Abruf")
    subscription, watermark = folder.subscribe_to_pull(event_types=["CreatedEvent", "ModifiedEvent", "DeletedEvent"])
    made = appointment(folder)
    events = []
    for notification in folder.get_events(subscription, watermark):
        events.extend(notification.events)
        watermark = notification.events[-1].watermark or watermark
    created = [event for event in events if isinstance(event, CreatedEvent) and event.item_id]
    same([event.item_id.id for event in created], [made.id])
    later = [event for found in folder.get_events(subscription, watermark) for event in found.events]
    same([event for event in later if isinstance(event, CreatedEvent)], [])
    folder.unsubscribe(subscription)
    with raises(ErrorSubscriptionNotFound, ErrorInvalidSubscription):
        list(folder.get_events(subscription, watermark))


@step("streaming: what happened before the connection opened is told on it")
def streams(world):
    folder = world.folder(name="Strom")
    with folder.streaming_subscription() as subscription:
        made = appointment(folder)
        made.subject = "noch einmal: größer 🚀"
        made.save(update_fields=["subject"], send_meeting_invitations="SendToNone")
        events = []
        for notification in folder.get_streaming_events(subscription, connection_timeout=1, max_notifications_returned=1):
            events.extend(notification.events)
    told = {type(event) for event in events if getattr(event, "item_id", None) and event.item_id.id == made.id}
    assert told & {CreatedEvent, ModifiedEvent}, f"told {events}"


@step("streaming: an unknown subscription is named in the error")
def streams_unknown(world):
    folder = world.folder(name="Strom")
    with raises(ErrorInvalidSubscription, ErrorSubscriptionNotFound):
        list(folder.get_streaming_events("unbekannt", connection_timeout=1, max_notifications_returned=1))


@step("impersonation: a mailbox that the account may not open is denied by name")
def denied(world):
    address = world.mailboxes[3]
    world.control("POST", "/faults", {"kind": "denied", "mailbox": address, "times": None})
    try:
        with raises(ErrorImpersonateUserDenied):
            world.open(address).calendar.all().count()
    finally:
        world.control("DELETE", "/faults")
    world.open(address).calendar.all().count()


@step("impersonation: an address without a mailbox is no mailbox, and never the account's own")
def unknown_mailbox(world):
    with raises(ErrorNonExistentMailbox):
        world.open("niemand@muster-maschinenbau.example").calendar.all().count()


@step("sign-in: a wrong password is refused")
def wrong_password(world):
    person = world.people[2]
    with raises(UnauthorizedError):
        account = world.open(person["address"], Credentials(person["address"], "falsch"), FailFast(), access_type=DELEGATE)
        account.calendar.all().count()


@step("sign-in: a person sees the own mailbox without impersonation")
def own_mailbox(world):
    person = world.people[2]
    credentials = Credentials(person["address"], person["password"])
    account = world.open(person["address"], credentials, access_type=DELEGATE)
    same(account.calendar.all().count(), 0)


@step("names: one hit, several hits and none are told apart")
def resolves_names(world):
    protocol = world.account().protocol
    (found,) = protocol.resolve_names(["anna.becker"])
    same(found.email_address, "anna.becker@muster-maschinenbau.example")
    ((_, contact),) = protocol.resolve_names(["anna.becker"], return_full_contact_data=True)
    same(contact.display_name, "Anna Becker")
    same(len(protocol.resolve_names(["be"])) > 1, True)
    same([name for name in protocol.resolve_names(["zzz-niemand"]) if not isinstance(name, Exception)], [])


@step("free/busy: appointments of another mailbox are seen as busy, tentative and away")
def free_busy(world):
    account = world.account(4)
    for hour, status in (9, "Busy"), (11, "Tentative"), (13, "OOF"), (15, "Free"):
        appointment(account.calendar, start=at(BERLIN, 2026, 3, 3, hour), end=at(BERLIN, 2026, 3, 3, hour + 1), legacy_free_busy_status=status)
    asked = [(account, "Required", False)]
    (view,) = account.protocol.get_free_busy_info(asked, start=at(BERLIN, 2026, 3, 3, 0), end=at(BERLIN, 2026, 3, 4, 0), merged_free_busy_interval=60)
    found = [(event.start.astimezone(BERLIN).hour if event.start.tzinfo else event.start.hour, event.busy_type) for event in view.calendar_events]
    taken = sorted(one for one in found if one[1] != "Free")  # whether free time is named as well is the server's choice
    same(taken, [(9, "Busy"), (11, "Tentative"), (13, "OOF")])


@step("batches: one bad id fails alone, in its own place")
def partial_errors(world):
    folder, account = world.folder(), world.account()
    first, gone, last = (appointment(folder, subject=name) for name in ("eins", "zwei", "drei"))
    gone_id = (gone.id, gone.changekey)
    gone.delete(send_meeting_cancellations="SendToNone")
    answers = list(account.fetch([(first.id, first.changekey), gone_id, (last.id, last.changekey)], folder=folder))
    same([getattr(answer, "subject", type(answer).__name__) for answer in answers], ["eins", "ErrorItemNotFound", "drei"])
    deleted = account.bulk_delete([(first.id, None), gone_id], send_meeting_cancellations="SendToNone")
    same((deleted[0], isinstance(deleted[1], ErrorItemNotFound)), (True, True))


@step("throttling: a client that waits as told gets its answer, after the wait and not before")
def waits(world):
    account = world.reopen(retry_policy=FaultTolerance(max_wait=20))
    folder = account.calendar
    world.control("POST", "/faults", {"kind": "busy", "operation": "FindItem", "backOffMilliseconds": 2000})
    started = time.monotonic()
    same(list(folder.filter(subject="gibt es nicht")), [])
    waited = time.monotonic() - started
    assert 1.9 < waited < 15, f"waited {waited} s"


@step("throttling: a client that does not wait is told how long it should have waited")
def does_not_wait(world):
    account = world.reopen(retry_policy=FailFast())
    folder = account.calendar
    world.control("POST", "/faults", {"kind": "busy", "operation": "FindItem", "backOffMilliseconds": 3000})
    try:
        with raises(ErrorServerBusy) as busy:
            list(folder.filter(subject="gibt es nicht"))
        same(busy.error.back_off, 3)
    finally:
        world.control("DELETE", "/faults")
        world.reopen()


@step("time zones, rooms, ids and out-of-office are answered")
def asks_the_server(world):
    account = world.account()
    zones = {zone.id for zone in account.protocol.get_timezones(return_full_timezone_data=True)}
    assert "W. Europe Standard Time" in zones, f"{len(zones)} zones"
    made = appointment(world.folder())
    own = AlternateId(id=made.id, format="EwsId", mailbox=account.primary_smtp_address)
    (converted,) = account.protocol.convert_ids([own], destination_format="HexEntryId")
    back = AlternateId(id=converted.id, format="HexEntryId", mailbox=account.primary_smtp_address)
    same([one.id for one in account.protocol.convert_ids([back], destination_format="EwsId")], [made.id])
    same(account.oof_settings.state, "Disabled")
    account.protocol.get_roomlists()


@step("user configuration: a category list is written, read and taken away")
def user_configuration(world):
    folder = world.folder(name="Einstellungen")
    folder.create_user_configuration(name="Abgleich", xml_data=b'<categories xmlns="CategoryList.xsd"/>', dictionary={"alt": 3})
    found = folder.get_user_configuration(name="Abgleich")
    same((found.xml_data, found.dictionary), (b'<categories xmlns="CategoryList.xsd"/>', {"alt": 3}))
    folder.update_user_configuration(name="Abgleich", dictionary={"alt": 4})
    same(folder.get_user_configuration(name="Abgleich", properties="Dictionary").dictionary, {"alt": 4})
    folder.delete_user_configuration(name="Abgleich")
    with raises(ErrorItemNotFound):
        folder.get_user_configuration(name="Abgleich")


@step("autodiscover: the SOAP service names the endpoint and the person")
def autodiscover(world):
    person = world.people[0]
    credentials = Credentials(person["address"], person["password"])
    endpoint = world.url.replace("/EWS/Exchange.asmx", "/autodiscover/autodiscover.svc")
    config = Configuration(service_endpoint=endpoint, credentials=credentials, auth_type=BASIC, retry_policy=FailFast())
    found = AutodiscoverProtocol(config=config).get_user_settings(user=person["address"])
    same((found.ews_url, found.autodiscover_smtp_address), (world.url, person["address"]))


@step("mails: nothing of all this has sent one")
def no_mails(world):
    same(world.control("GET", "/mails"), [])
