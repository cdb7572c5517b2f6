"""Appointments and series."""

from exchangelib import CalendarItem, EWSDate, UTC
from exchangelib.errors import ErrorIrresolvableConflict, ErrorItemNotFound
from exchangelib.recurrence import (
    AbsoluteMonthlyPattern,
    AbsoluteYearlyPattern,
    DailyPattern,
    EndDatePattern,
    NoEndPattern,
    NumberedPattern,
    Recurrence,
    RelativeMonthlyPattern,
    RelativeYearlyPattern,
    WeeklyPattern,
)
from steps import same, step
from world import BERLIN, NEW_YORK, at

SUBJECT = "Prüfung „Größe“ <3 & Söhne 🚀 (Łódź)"


def appointment(folder, **more):
    times = {"start": at(BERLIN, 2026, 3, 2, 9), "end": at(BERLIN, 2026, 3, 2, 10)}
    item = CalendarItem(folder=folder, **{"subject": SUBJECT, **times, **more})
    return item.save(send_meeting_invitations="SendToNone")


def fetched(item):
    return item.folder.get(id=item.id)


def weekly(start, number, weekdays=("Monday",)):
    boundary = NumberedPattern(start=start, number=number)
    return Recurrence(pattern=WeeklyPattern(interval=1, weekdays=list(weekdays)), boundary=boundary)


def series(folder, **more):
    """Six Mondays at nine in Berlin, from before the clock change of 29 March 2026 to after it."""
    times = {"start": at(BERLIN, 2026, 3, 16, 9), "end": at(BERLIN, 2026, 3, 16, 10)}
    return appointment(folder, **{**times, "recurrence": weekly(EWSDate(2026, 3, 16), 6), **more})


def april(folder, zone=BERLIN):
    view = folder.view(start=at(zone, 2026, 3, 1), end=at(zone, 2026, 5, 30))
    return sorted(view, key=lambda item: item.start)


@step("calendar: an appointment with umlauts, an emoji and XML's own characters comes back as written")
def keeps_text(world):
    made = appointment(
        world.folder(),
        body="Grüße\naus Köln 🚀 <b>kein Fett</b> & mehr",
        location="Saal „Süd“ <2. OG>",
        categories=["Intern", "Größe & Maß"],
        is_response_requested=False,
        legacy_free_busy_status="OOF",
        sensitivity="Private",
        importance="High",
        reminder_is_set=True,
        reminder_minutes_before_start=25,
    )
    found = fetched(made)
    same(found.subject, SUBJECT)
    same((found.text_body or "").replace("\r\n", "\n").strip(), "Grüße\naus Köln 🚀 <b>kein Fett</b> & mehr")
    same(found.location, "Saal „Süd“ <2. OG>")
    same(sorted(found.categories), ["Größe & Maß", "Intern"])
    same((found.legacy_free_busy_status, found.sensitivity, found.importance), ("OOF", "Private", "High"))
    same((found.reminder_is_set, found.reminder_minutes_before_start), (True, 25))
    same((found.start, found.end), (made.start, made.end))


@step("calendar: a changed appointment has its new values, another change key and the same id")
def updates(world):
    made = appointment(world.folder(), location="alt", categories=["eins"])
    before = (made.id, made.changekey)
    made.subject, made.location, made.categories = "neu", None, ["zwei", "drei"]
    made.start, made.end = at(BERLIN, 2026, 3, 3, 14), at(BERLIN, 2026, 3, 3, 15, 30)
    made.save(send_meeting_invitations="SendToNone")
    found = fetched(made)
    same((found.subject, found.location, sorted(found.categories)), ("neu", None, ["drei", "zwei"]))
    same((found.start, found.end), (made.start, made.end))
    same((found.id, found.changekey != before[1]), (before[0], True))


@step("calendar: an update with an outdated change key that must not overwrite is a conflict")
def refuses_stale_key(world):
    made = appointment(world.folder())
    stale = fetched(made)
    made.subject = "zuerst"
    made.save(update_fields=["subject"], send_meeting_invitations="SendToNone")
    stale.subject = "zu spät"
    try:
        stale.save(update_fields=["subject"], conflict_resolution="NeverOverwrite", send_meeting_invitations="SendToNone")
    except ErrorIrresolvableConflict:
        same(fetched(made).subject, "zuerst")
    else:
        raise AssertionError("the outdated update was taken")


@step("calendar: all-day appointments are whole days by their own zone")
def all_day(world):
    made = appointment(world.folder(), start=EWSDate(2026, 3, 28), end=EWSDate(2026, 3, 30), is_all_day=True)
    found = fetched(made)
    same((found.is_all_day, found.start, found.end), (True, EWSDate(2026, 3, 28), EWSDate(2026, 3, 30)))


@step("calendar: zones of the start and of the end are kept apart")
def two_zones(world):
    made = appointment(world.folder(), start=at(BERLIN, 2026, 3, 9, 10), end=at(NEW_YORK, 2026, 3, 9, 13))
    found = fetched(made)
    same((found.start, found.end), (at(UTC, 2026, 3, 9, 9), at(UTC, 2026, 3, 9, 17)))
    same((found._start_timezone.key, found._end_timezone.key), ("Europe/Berlin", "America/New_York"))


@step("series: six Mondays stay at nine o'clock across the clock change in Berlin")
def across_dst(world):
    folder = world.folder()
    series(folder)
    starts = [item.start.astimezone(BERLIN) for item in april(folder)]
    same([(one.day, one.hour) for one in starts], [(16, 9), (23, 9), (30, 9), (6, 9), (13, 9), (20, 9)])


@step("series: three days stay at nine o'clock across the clock change in New York")
def across_dst_in_new_york(world):
    folder = world.folder()
    daily = Recurrence(pattern=DailyPattern(interval=1), boundary=NumberedPattern(start=EWSDate(2026, 3, 7), number=3))
    series(folder, start=at(NEW_YORK, 2026, 3, 7, 9), end=at(NEW_YORK, 2026, 3, 7, 10), recurrence=daily)
    starts = [item.start.astimezone(UTC) for item in april(folder)]
    same([(one.day, one.hour) for one in starts], [(7, 14), (8, 13), (9, 13)])


PATTERNS = {
    "daily": DailyPattern(interval=3),
    "weekly on two days": WeeklyPattern(interval=2, weekdays=["Tuesday", "Friday"]),
    "monthly by date": AbsoluteMonthlyPattern(interval=1, day_of_month=31),
    "monthly by weekday": RelativeMonthlyPattern(interval=2, weekday="Thursday", week_number="Last"),
    "yearly by date": AbsoluteYearlyPattern(day_of_month=29, month="February"),
    "yearly by weekday": RelativeYearlyPattern(weekday="Weekday", week_number="First", month="June"),
}


@step("series: every pattern with every kind of end comes back as written")
def every_pattern(world):
    folder, first = world.folder(), EWSDate(2026, 3, 16)
    for name, pattern in PATTERNS.items():
        for kind, boundary in ends_of(first):
            made = series(folder, subject=name, recurrence=Recurrence(pattern=pattern, boundary=boundary))
            found = fetched(made).recurrence
            same((name, kind, found.pattern), (name, kind, pattern))
            same((name, type(found.boundary)), (name, type(boundary)))


def ends_of(first):
    yield "by number", NumberedPattern(start=first, number=5)
    yield "by date", EndDatePattern(start=first, end=EWSDate(2029, 12, 31))
    yield "without end", NoEndPattern(start=first)


@step("series: a changed occurrence differs from the others and is named by its master")
def modified_occurrence(world):
    folder = world.folder()
    master = series(folder)
    second = master.occurrence(index=2)
    second.refresh()
    second.subject, second.location = "verlegt", "Halle 3"
    second.start, second.end = at(BERLIN, 2026, 3, 24, 11), at(BERLIN, 2026, 3, 24, 12)
    second.save(send_meeting_invitations="SendToNone", update_fields=["subject", "location", "start", "end"])
    same([item.subject for item in april(folder)].count("verlegt"), 1)
    (named,) = fetched(master).modified_occurrences
    same((named.original_start, named.start), (at(BERLIN, 2026, 3, 23, 9), at(BERLIN, 2026, 3, 24, 11)))
    occurrence = master.occurrence(index=2)
    occurrence.refresh()
    same((occurrence.type, occurrence.subject, occurrence.location), ("Exception", "verlegt", "Halle 3"))
    found = occurrence.recurring_master()
    found.refresh()
    same((found.type, found.id), ("RecurringMaster", master.id))


@step("series: a deleted occurrence is gone, named by its master, and cannot be read")
def deleted_occurrence(world):
    folder = world.folder()
    master = series(folder)
    third = master.occurrence(index=3)
    third.refresh()
    third.delete(send_meeting_cancellations="SendToNone")
    same([item.start.astimezone(BERLIN).day for item in april(folder)], [16, 23, 6, 13, 20])
    (named,) = fetched(master).deleted_occurrences
    same(named.start, at(BERLIN, 2026, 3, 30, 9))
    same((master.refresh() or master).last_occurrence.start, at(BERLIN, 2026, 4, 20, 9))
    try:
        master.occurrence(index=3).refresh()
    except Exception as error:
        same(type(error).__name__, "ErrorCalendarOccurrenceIsDeletedFromRecurrence")
    else:
        raise AssertionError("the deleted occurrence could be read")


@step("series: a new subject of the master keeps its exceptions")
def master_keeps_exceptions(world):
    folder = world.folder()
    master = series(folder)
    second = master.occurrence(index=2)
    second.refresh()
    second.location = "woanders"
    second.save(send_meeting_invitations="SendToNone", update_fields=["location"])
    master = fetched(master)
    master.subject = "umbenannt"
    master.save(send_meeting_invitations="SendToNone", update_fields=["subject"])
    same([item.location for item in april(folder)], [None, "woanders", None, None, None, None])


@step("calendar: items are found by subject, by time, sorted and in pages")
def finds(world):
    folder = world.folder()
    for hour in range(8, 18):
        appointment(folder, subject=f"Termin {hour:02}", start=at(BERLIN, 2026, 3, 2, hour), end=at(BERLIN, 2026, 3, 2, hour + 1))
    same([item.subject for item in folder.filter(subject__contains="1").order_by("-subject")[:3]], ["Termin 17", "Termin 16", "Termin 15"])
    same(folder.filter(start__gte=at(BERLIN, 2026, 3, 2, 16)).count(), 2)
    same(folder.filter(subject="Termin 09").exclude(location="x").count(), 1)
    same(folder.filter(subject__startswith="Termin 0").count(), 2)
    query = folder.all().order_by("subject")
    query.page_size = 3
    same([item.subject for item in query], [f"Termin {hour:02}" for hour in range(8, 18)])
    same([item.subject for item in folder.all().order_by("subject").only("subject")[4:6]], ["Termin 12", "Termin 13"])


@step("calendar: copying, moving and deleting: a copy has its own id, a moved item another, a deleted one none")
def moves(world):
    folder, other = world.folder(), world.folder(name="Ziel")
    made = appointment(folder)
    copy_id, _ = made.copy(to_folder=other)
    same((copy_id == made.id, folder.all().count(), other.all().count()), (False, 1, 1))
    old = made.id
    made.move(to_folder=other)
    same((made.id == old, folder.all().count(), other.all().count()), (False, 0, 2))
    made.move_to_trash(send_meeting_cancellations="SendToNone")
    same(other.all().count(), 1)
    (found,) = world.account().fetch([(old, None)])
    same(type(found), ErrorItemNotFound)
