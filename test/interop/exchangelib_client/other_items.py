"""Tasks, contacts, attachments and extended properties."""

from exchangelib import CalendarItem, Contact, EWSDate, ExtendedProperty, FileAttachment, Task
from exchangelib.folders import Contacts, Tasks
from exchangelib.indexed_properties import EmailAddress, PhoneNumber, PhysicalAddress
from exchangelib.recurrence import DailyRegeneration, NumberedPattern, TaskRecurrence, WeeklyPattern

from calendars import appointment, fetched
from steps import same, step

PROPERTY_SET = "7c0f3f0b-2a55-4d39-9d9c-0d7b3f0f2a11"


class Mark(ExtendedProperty):
    property_set_id = PROPERTY_SET
    property_name = "Markierung"
    property_type = "String"


class Numbers(ExtendedProperty):
    property_set_id = PROPERTY_SET
    property_name = "Nummern"
    property_type = "IntegerArray"


@step("tasks: completing one sets status, percentage and date together")
def completes(world):
    folder = world.folder(kind=Tasks)
    task = Task(folder=folder, subject="Angebot für Müller", due_date=EWSDate(2026, 3, 31), start_date=EWSDate(2026, 3, 1)).save()
    found = fetched(task)
    same((found.status, found.percent_complete, found.is_complete), ("NotStarted", 0, False))
    same((found.start_date, found.due_date), (EWSDate(2026, 3, 1), EWSDate(2026, 3, 31)))
    found.complete()
    done = fetched(task)
    same((done.status, done.percent_complete, done.is_complete), ("Completed", 100, True))
    assert done.complete_date is not None


@step("tasks: completing a recurring one leaves a done one-off and the next of the series")
def completes_recurring(world):
    folder = world.folder(kind=Tasks)
    weekly = WeeklyPattern(interval=1, weekdays=["Monday"])
    boundary = NumberedPattern(start=EWSDate(2026, 3, 2), number=5)
    task = Task(
        folder=folder,
        subject="Wochenbericht",
        start_date=EWSDate(2026, 3, 2),
        due_date=EWSDate(2026, 3, 2),
        recurrence=TaskRecurrence(pattern=weekly, boundary=boundary),
    ).save()
    fetched(task).complete()
    items = sorted(folder.all(), key=lambda item: item.due_date)
    same([(item.due_date, item.is_complete) for item in items], [(EWSDate(2026, 3, 2), True), (EWSDate(2026, 3, 9), False)])
    same([item.is_recurring for item in items], [False, True])


@step("tasks: a regenerating one comes back with its pattern")
def regenerates(world):
    folder = world.folder(kind=Tasks)
    rule = TaskRecurrence(pattern=DailyRegeneration(interval=3), boundary=NumberedPattern(start=EWSDate(2026, 3, 2), number=4))
    task = Task(folder=folder, subject="Filter wechseln", start_date=EWSDate(2026, 3, 2), due_date=EWSDate(2026, 3, 2), recurrence=rule).save()
    same(fetched(task).recurrence.pattern, rule.pattern)


@step("contacts: every address and number has its own place, and one is changed without the others")
def indexed_fields(world):
    folder = world.folder(kind=Contacts)
    work = PhysicalAddress(label="Business", street="Königstraße 1", city="Köln", country="Deutschland", zipcode="50667")
    home = PhysicalAddress(label="Home", street="Am Wald 5", city="Łódź")
    contact = Contact(
        folder=folder,
        given_name="Jörg",
        surname="Müller-Lüdenscheidt",
        display_name="Jörg Müller-Lüdenscheidt",
        company_name="Weiß & Söhne",
        birthday=EWSDate(1976, 2, 29),
        email_addresses=[EmailAddress(label="EmailAddress1", email="a@weiss.example"), EmailAddress(label="EmailAddress2", email="b@weiss.example")],
        phone_numbers=[PhoneNumber(label="BusinessPhone", phone_number="+49 221 1"), PhoneNumber(label="MobilePhone", phone_number="+49 170 2")],
        physical_addresses=[work, home],
    ).save()
    found = fetched(contact)
    same({mail.label: mail.email for mail in found.email_addresses}, {"EmailAddress1": "a@weiss.example", "EmailAddress2": "b@weiss.example"})
    found.phone_numbers = [PhoneNumber(label="BusinessPhone", phone_number="+49 221 99")]
    found.physical_addresses = [work]
    found.save(update_fields=["phone_numbers", "physical_addresses"])
    again = fetched(contact)
    numbers = {phone.label: phone.phone_number for phone in again.phone_numbers if phone.phone_number}
    same(numbers, {"BusinessPhone": "+49 221 99"})
    streets = {address.label: address.street for address in again.physical_addresses if address.street}
    same(streets, {"Business": "Königstraße 1"})
    same((again.given_name, again.surname, again.company_name), ("Jörg", "Müller-Lüdenscheidt", "Weiß & Söhne"))
    same(again.birthday, EWSDate(1976, 2, 29))


@step("extended properties: text and lists come back, are searched for, and can be taken away")
def extended(world):
    for name, kind in ("mark", Mark), ("numbers", Numbers):
        CalendarItem.register(name, kind)
    try:
        folder = world.folder()
        made = appointment(folder, mark="schlüssel-🔑", numbers=[3, 1, 2])
        appointment(folder, subject="ohne Marke")
        found = fetched(made)
        same((found.mark, list(found.numbers)), ("schlüssel-🔑", [3, 1, 2]))
        same([item.subject for item in folder.filter(mark="schlüssel-🔑")], [made.subject])
        same([item.subject for item in folder.filter(mark__exists=False)], ["ohne Marke"])
        found.mark = None
        found.save(update_fields=["mark"], send_meeting_invitations="SendToNone")
        same(fetched(made).mark, None)
    finally:
        for name in "mark", "numbers":
            CalendarItem.deregister(name)


@step("attachments: a file is attached, read back byte by byte, and detached")
def attachments(world):
    made = appointment(world.folder())
    content = bytes(range(256)) * 40
    made.attach(FileAttachment(name="Größe.bin", content=content))
    found = fetched(made)
    (attached,) = found.attachments
    same((found.has_attachments, attached.name, attached.content), (True, "Größe.bin", content))
    attached.detach()
    same(fetched(made).has_attachments, False)
