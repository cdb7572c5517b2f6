"""Checks the documents that test/schema/record.ts kept against Microsoft's schemas.

usage: check_schemas.py RECORDED SCHEMAS EXCEPTIONS

RECORDED holds exchanges.jsonl and the documents it names, SCHEMAS the folders exchange-se and autodiscover, EXCEPTIONS is
the list of what may be invalid and why. The last line is JSON; exit 1 if anything else is invalid.
"""

import collections
import json
import pathlib
import re
import sys

from lxml import etree

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
AUTODISCOVER = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
END_OF_ENVELOPE = re.compile(rb"</(?:[\w.-]+:)?Envelope\s*>")


def main(recorded, schema_folder, exceptions_file):
    documents = Documents(pathlib.Path(recorded), Schemas(pathlib.Path(schema_folder)))
    exceptions = [Exception_(row) for row in json.loads(pathlib.Path(exceptions_file).read_text("utf-8"))]
    lines = (pathlib.Path(recorded) / "exchanges.jsonl").read_text("utf-8").splitlines()
    exchanges = collections.Counter(lines)
    totals = collections.Counter()
    invalid = collections.OrderedDict()
    for line, count in exchanges.items():
        for flaw in flaws_of(json.loads(line), documents, totals, count):
            if not any([exception.fits(flaw) for exception in exceptions]):
                invalid.setdefault((flaw["side"], flaw["operation"], flaw["message"]), []).append(flaw)
    report(invalid, exceptions, totals)
    return 1 if invalid else 0


class Schemas:
    """Which schema speaks about a document; None where Microsoft gives none (POX Autodiscover)."""

    def __init__(self, folder):
        self.ews = load(folder / "exchange-se" / "ews-envelope.xsd")
        self.autodiscover = load(folder / "autodiscover" / "autodiscover-envelope.xsd")

    def speaking_about(self, root):
        if root.tag != SOAP + "Envelope":
            return None
        body = root.find(SOAP + "Body")
        first = body[0] if body is not None and len(body) else None
        spaces = {*root.nsmap.values(), *(() if first is None else first.nsmap.values())}
        return self.autodiscover if AUTODISCOVER in spaces else self.ews


def load(path):
    return etree.XMLSchema(etree.parse(str(path)))


class Documents:
    """The kept documents, each read and judged once: (operation, response codes, errors) per envelope."""

    def __init__(self, folder, schemas):
        self.folder, self.schemas, self.judged = folder, schemas, {}

    def judge(self, name, is_whole=True):
        if (name, is_whole) not in self.judged:
            envelopes = split_envelopes((self.folder / name).read_bytes(), is_whole)
            self.judged[name, is_whole] = [self.judge_envelope(envelope) for envelope in envelopes]
        return self.judged[name, is_whole]

    def judge_envelope(self, text):
        try:
            root = etree.fromstring(text, etree.XMLParser(huge_tree=True, resolve_entities=False))
        except etree.XMLSyntaxError as error:
            return "?", [], [f"not well-formed: {error.msg}"]
        schema = self.schemas.speaking_about(root)
        errors = [] if schema is None or schema.validate(root) else [worded(schema.error_log[0])]
        codes = [element.text for element in root.iter(etree.Element) if etree.QName(element).localname == "ResponseCode"]
        return operation_of(root), codes, errors


def split_envelopes(text, is_whole):
    """A stream of notifications is one envelope after the other; what breaks off is no document."""
    ends = [match.end() for match in END_OF_ENVELOPE.finditer(text)]
    pieces = [text[start:end].lstrip() for start, end in zip([0, *ends], ends)]
    rest = text[ends[-1] if ends else 0 :].strip()
    return [*pieces, rest] if rest and is_whole else pieces


def operation_of(root):
    request = root.find(SOAP + "Body/*")  # a comment may stand before it
    return etree.QName(root if request is None else request).localname


def worded(error):
    """The first error without the namespaces that make it unreadable."""
    return re.sub(r"\{[^}]*\}", "", error.message)[:300]


def flaws_of(exchange, documents, totals, count):
    """What is wrong in one request and its answer; counts both."""
    request = documents.judge(exchange["request"])
    answers = [] if exchange["response"] is None else documents.judge(exchange["response"], exchange["isWhole"])
    totals["requests"] += count
    totals["responses"] += count * len(answers)
    answered = " ".join(sorted({code for _, codes, _ in answers for code in codes if code}))
    about = {"client": exchange["client"], "answered": answered}
    for side, envelopes in ("request", request), ("response", answers):
        for operation, _, errors in envelopes:
            for message in errors:
                yield {**about, "side": side, "operation": operation, "message": message, "file": exchange[side]}


class Exception_:
    """One row of the list: regular expressions that must all fit, and the reason."""

    KEYS = {"side", "client", "operation", "answered", "message"}

    def __init__(self, row):
        self.reason = row["reason"]
        self.patterns = {key: re.compile(pattern) for key, pattern in row.items() if key != "reason"}
        assert self.patterns.keys() <= self.KEYS, f"unknown key in {row}"
        self.hits = 0

    def fits(self, flaw):
        is_fit = all(pattern.search(flaw[key]) for key, pattern in self.patterns.items())
        self.hits += is_fit
        return is_fit


def report(invalid, exceptions, totals):
    for (side, operation, message), flaws in invalid.items():
        clients = sorted({flaw["client"] or "-" for flaw in flaws})
        print(f"{side} {operation}: {message}\n    {flaws[0]['file']} ({', '.join(clients)}; answered: {flaws[0]['answered']})")
    for exception in exceptions:
        note = f"hit {exception.hits} times" if exception.hits else "NOT HIT any more: take it away"
        print(f"exception {note}: {exception.reason}")
    figures = {"requests": totals["requests"], "responses": totals["responses"], "invalid": len(invalid)}
    print(json.dumps({**figures, "exceptions": sum(1 for exception in exceptions if exception.hits)}))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
