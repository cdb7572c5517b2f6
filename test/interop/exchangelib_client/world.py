"""What the steps work on: accounts of the fake Exchange, and its control address."""

import json
import urllib.request

from exchangelib import IMPERSONATION, Account, Configuration, Credentials, EWSDateTime, EWSTimeZone, FaultTolerance
from exchangelib.folders import Calendar
from exchangelib.protocol import CachingProtocol

BERLIN = EWSTimeZone("Europe/Berlin")
NEW_YORK = EWSTimeZone("America/New_York")


class World:
    def __init__(self, first_line):
        """first_line: the JSON that the simulator prints when it has started."""
        self.url, self.control_url = first_line["url"], first_line["control"]
        self.mailboxes = first_line["mailboxes"]
        service = next(user for user in first_line["users"] if user["role"] == "service")
        self.people = [user for user in first_line["users"] if user["role"] == "mailbox"]
        self.credentials = Credentials(service["address"], service["password"])
        self.accounts = {}

    def account(self, number=0):
        """The account of that mailbox, by impersonation; opened once."""
        if number not in self.accounts:
            self.accounts[number] = self.open(self.mailboxes[number])
        return self.accounts[number]

    def open(self, address, credentials=None, retry_policy=None, **more):
        config = self.configuration(credentials or self.credentials, retry_policy)
        more = {"access_type": IMPERSONATION, "default_timezone": BERLIN, **more}
        return Account(address, config=config, autodiscover=False, **more)

    def configuration(self, credentials, retry_policy=None):
        """How to sign in is not said: the client asks the server first what it offers."""
        policy = retry_policy or FaultTolerance(max_wait=20)
        return Configuration(service_endpoint=self.url, credentials=credentials, retry_policy=policy)

    def reopen(self, **more):
        """The first mailbox with other settings: protocols are kept by address and credentials."""
        CachingProtocol.clear_cache()
        self.accounts.clear()
        return self.open(self.mailboxes[0], **more)

    def folder(self, number=0, name="Nebenkalender", kind=Calendar):
        """A fresh folder, so that steps do not see each other's items."""
        account = self.account(number)
        parent = {"Calendar": account.calendar, "Contacts": account.contacts, "Tasks": account.tasks}[kind.__name__]
        for old in parent.children:
            if old.name == name:
                old.delete()
        return kind(parent=parent, name=name).save()

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control_url + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def at(zone, *parts):
    """A time on the zone's own clock."""
    return EWSDateTime(*parts, tzinfo=zone)
