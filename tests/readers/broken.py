"""What `check` says of broken feeds: broken.py PATH-OF-WEEKAHEAD FOLDER

Each feed has one fault. Whatever ical, the reader of Home Assistant, refuses as Home Assistant runs
it, has to be an error of `check`; what real programs write, and ical reads, must not be one.
"""

import json
import logging
import subprocess
import sys
from pathlib import Path

from ical.calendar_stream import IcsCalendarStream
from ical.compat import enable_compat_mode

PROGRAM, FOLDER = sys.argv[1], Path(sys.argv[2]) / "broken"

CALENDAR = ["VERSION:2.0", "PRODID:-//a//b//EN", "NAME:A", "X-WR-CALNAME:A"]
PARTS = {
    "VEVENT": ["UID:1", "DTSTAMP:20261005T120000Z", "SEQUENCE:1", "DTSTART;VALUE=DATE:20270105",
               "DTEND;VALUE=DATE:20270106", "SUMMARY:A", "TRANSP:TRANSPARENT",
               "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
    "VALARM": ["ACTION:DISPLAY", "TRIGGER:-P6DT15H", "DESCRIPTION:A"],
    "VTODO": ["UID:2", "DTSTAMP:20261005T120000Z"],
    "VJOURNAL": ["UID:3", "DTSTAMP:20261005T120000Z"],
    "VFREEBUSY": ["UID:4", "DTSTAMP:20261005T120000Z"],
    "VTIMEZONE": ["TZID:Here"],
    "STANDARD": ["DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100"],
}
TIMES = ["", "x", "20261005", "20261005T120000", "20261005T120000Z", "20261005t120000z",
         "20261305T120000Z", "20261005T250000Z", "2026-10-05T12:00:00Z", "20261005T120060Z",
         " 20261005T120000Z", "20261005T1200Z", "00000101T000000Z", "TZID=UTC:20261005T120000"]
DAYS = ["20270230", "2027-01-05", "20270105T", "20270105Z", "VALUE=DATE:20270105", "5 Jan 2027"]
LENGTHS = ["", "x", "P1H", "P1DT", "-P1D", "1D", "-1D", "P-1D", "PT1D", "P1M", "P1W", "+P1D", "PT1H30M",
           "p1d", "P1D1W", "P1.5D", "P1DT0H", "VALUE=DURATION:PT1H", "PT1S1M", " P1D"]
NUMBERS = ["", "x", "-1", "10", "1.5", "0x1", "1 2", "99999999999999", "+3", " 4", "101"]
RULES = ["", "x", "FREQ=YEARLY;", "FREQ=NEVER", "INTERVAL=2", "FREQ=YEARLY;INTERVAL=0", "freq=yearly",
         "FREQ=YEARLY;COUNT=0", "FREQ=YEARLY;COUNT=x", "FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;UNTIL=x",
         "FREQ=YEARLY;BYDAY=XX", "FREQ=YEARLY;BYDAY=0MO", "FREQ=YEARLY;BYDAY=MO,1TU,-1SU",
         "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=DAILY;BYHOUR=24",
         "FREQ=YEARLY;WKST=ZZ", "FREQ=YEARLY;X-A=1", "FREQ=YEARLY;BYSETPOS=0", "FREQ=YEARLY;FREQ",
         "FREQ=YEARLY;UNTIL=20300101", "FREQ=YEARLY;UNTIL=20300101T000000Z", "FREQ=YEARLY;BYWEEKNO=54",
         "FREQ=YEARLY;COUNT=2;UNTIL=20300101", "FREQ=YEARLY;BYYEARDAY=400", "FREQ=A=B"]
PLACES = ["", "x", "59.9", "59.9,10.7", "59.9;10.7", "59.9;10.7;3", "99;10", "59.9\\;10.7", "a;b"]
OFFSETS = ["", "x", "+1", "0100", "+01:00", "+0100", "-0330", "+9900", "Z", "+010000"]
LINKS = ["", "x", "example.org", "http://[x", "http://[x]/", "http://[::1]:80/", "https://a@b/",
         "javascript:alert(1)", "mailto:a@b", "a b"]
CODES = ["", "x", "2.0", "2.0;Success", "2.0;Success;a;b", "3.1.2;x", "x;y"]
PERIODS = ["", "x", "20270105T090000Z", "20270105T090000Z/PT1H", "20270105T090000/PT1H",
           "20270105T090000Z/x", "20270105T090000Z/20270105T100000Z", "20270105/20270106"]
WORDS = ["", "x", "confirmed", "CONFIRMED", "DRAFT", "COMPLETED", " CONFIRMED", "NEEDS-ACTION"]
# Each property with the values to try, and the components to try it in.
VALUES = {
    "DTSTAMP": (TIMES + DAYS, "VEVENT VTODO VJOURNAL VFREEBUSY"),
    "DTSTART": (TIMES + DAYS, "VEVENT VTODO VJOURNAL VFREEBUSY STANDARD"),
    "DTEND": (TIMES + DAYS, "VEVENT VFREEBUSY"),
    "DUE": (TIMES + DAYS, "VTODO"),
    "COMPLETED": (TIMES + DAYS, "VTODO"),
    "CREATED": (TIMES + DAYS, "VEVENT VTODO VJOURNAL"),
    "LAST-MODIFIED": (TIMES + DAYS, "VEVENT VTODO VJOURNAL VTIMEZONE VCALENDAR"),
    "RECURRENCE-ID": (TIMES + DAYS, "VEVENT"),
    "EXDATE": (TIMES + DAYS + ["20270105,x"], "VEVENT VTODO VJOURNAL"),
    "RDATE": (TIMES + DAYS + PERIODS, "VEVENT VTODO VJOURNAL STANDARD"),
    "FREEBUSY": (PERIODS, "VFREEBUSY"),
    "DURATION": (LENGTHS, "VEVENT VTODO VALARM"),
    "TRIGGER": (LENGTHS + TIMES, "VALARM"),
    "REFRESH-INTERVAL": (LENGTHS, "VCALENDAR"),
    "REPEAT": (NUMBERS, "VALARM"),
    "SEQUENCE": (NUMBERS, "VEVENT VTODO VJOURNAL VFREEBUSY"),
    "PRIORITY": (NUMBERS, "VEVENT VTODO"),
    "PERCENT-COMPLETE": (NUMBERS, "VTODO"),
    "RRULE": (RULES, "VEVENT VTODO VJOURNAL STANDARD"),
    "GEO": (PLACES, "VEVENT VTODO"),
    "TZOFFSETFROM": (OFFSETS, "STANDARD"),
    "TZOFFSETTO": (OFFSETS, "STANDARD"),
    "URL": (LINKS, "VEVENT VTODO VJOURNAL VFREEBUSY VCALENDAR"),
    "ATTACH": (LINKS, "VEVENT VALARM"),
    "SOURCE": (LINKS, "VCALENDAR"),
    "IMAGE": (LINKS, "VCALENDAR VEVENT"),
    "CONFERENCE": (LINKS, "VEVENT"),
    "TZURL": (LINKS, "VTIMEZONE"),
    "ATTENDEE": (LINKS, "VEVENT VALARM"),
    "ORGANIZER": (LINKS, "VEVENT"),
    "REQUEST-STATUS": (CODES, "VEVENT"),
    "STATUS": (WORDS, "VEVENT VTODO VJOURNAL"),
    "CLASS": (WORDS, "VEVENT"),
    "TRANSP": (WORDS, "VEVENT"),
    "ACTION": (["", "x", "AUDIO", "EMAIL", "display"], "VALARM"),
    "METHOD": (WORDS, "VCALENDAR"),
    "CALSCALE": (WORDS, "VCALENDAR"),
    "COLOR": (WORDS, "VEVENT"),
}
ONCE = {
    "VEVENT": "UID DTSTAMP DTSTART DTEND SUMMARY SEQUENCE TRANSP DESCRIPTION LOCATION CLASS STATUS "
              "PRIORITY GEO URL CREATED LAST-MODIFIED ORGANIZER RRULE COMMENT CONTACT CATEGORIES "
              "ATTENDEE RELATED-TO RESOURCES COLOR RECURRENCE-ID",
    "VALARM": "ACTION TRIGGER DESCRIPTION SUMMARY DURATION REPEAT ATTENDEE",
    "VTODO": "DUE COMPLETED PERCENT-COMPLETE RESOURCES DESCRIPTION STATUS",
    "VJOURNAL": "DESCRIPTION SUMMARY STATUS",
    "VFREEBUSY": "CONTACT COMMENT ORGANIZER URL",
    "VTIMEZONE": "TZID TZURL LAST-MODIFIED",
    "STANDARD": "DTSTART TZOFFSETFROM TZOFFSETTO TZNAME RRULE",
    "VCALENDAR": "VERSION PRODID CALSCALE METHOD NAME DESCRIPTION UID URL COLOR SOURCE X-WR-TIMEZONE "
                 "X-WR-CALNAME REFRESH-INTERVAL LAST-MODIFIED",
}
GOOD = {
    "CLASS": "PUBLIC", "STATUS": "CANCELLED", "PRIORITY": "1", "GEO": "1;2", "URL": "https://a.example/",
    "CREATED": "20261005T120000Z", "LAST-MODIFIED": "20261005T120000Z", "RRULE": "FREQ=YEARLY",
    "ORGANIZER": "mailto:a@b.example", "ATTENDEE": "mailto:a@b.example", "COLOR": "teal",
    "RECURRENCE-ID": "20270105", "DURATION": "PT5M", "REPEAT": "1", "DUE": "20270105T090000Z",
    "COMPLETED": "20261005T120000Z", "PERCENT-COMPLETE": "50", "TZURL": "https://a.example/",
    "VERSION": "2.0", "CALSCALE": "GREGORIAN", "METHOD": "PUBLISH", "SOURCE": "https://a.example/",
    "X-WR-TIMEZONE": "UTC", "REFRESH-INTERVAL": "PT6H", "ACTION": "DISPLAY", "TRIGGER": "-P1D",
    "SEQUENCE": "1", "TRANSP": "TRANSPARENT", "DTSTAMP": "20261005T120000Z",
}
# Whole lines, and those that a component loses for them.
LINES = [
    ("VEVENT", ["summary;language=nb:A"], "SUMMARY"),
    ("VEVENT", ["DTSTART;VALUE:20270105"], "DTSTART"),
    ("VEVENT", ["DTSTART;TZID=Nowhere:20270105T090000"], "DTSTART DTEND"),
    ("VEVENT", ["DTSTART:20270105T090000", "DTEND:20270105T100000Z"], "DTSTART DTEND"),
    ("VEVENT", ["DURATION:PT9H"], "DTEND"),
    ("VEVENT", ["DTSTART:20270105T090000Z", "RRULE:FREQ=YEARLY;UNTIL=20300101"], "DTSTART DTEND"),
    ("VEVENT", ["DTSTART:20270105T090000", "RRULE:FREQ=YEARLY;UNTIL=20300101T000000Z"], "DTSTART DTEND"),
    ("VEVENT", ["ATTENDEE;CN=Doe, Kim:mailto:kim@a.example"], ""),
    ("VEVENT", ["ATTENDEE;RSVP=MAYBE:mailto:kim@a.example"], ""),
    ("VEVENT", ["X_LINK:a"], ""),
    ("VEVENT", ["X-LINK;A=\"b:c"], ""),
    ("VEVENT", ["X-LINK;A=b\"c\":d"], ""),
    ("VEVENT", ["ATTACH;VALUE=BINARY;ENCODING=BASE64:QUJDR"], ""),
    ("VALARM", ["ACTION:EMAIL"], "ACTION"),
    ("VALARM", ["REPEAT:2"], ""),
    ("VALARM", ["DURATION:PT5M"], ""),
    ("VTODO", ["DUE:20270105T090000Z", "DTSTART:20270104T090000Z", "DURATION:PT1H"], ""),
    ("VTODO", ["DURATION:PT1H"], ""),
    ("VFREEBUSY", ["FREEBUSY;FBTYPE=MAYBE:20270105T090000Z/PT1H"], ""),
]
# What real programs write, and no program refuses.
REAL = [
    ("VCALENDAR", ["X-WR-TIMEZONE:Europe/Oslo", "X-WR-CALDESC:A, b", "X-APPLE-CALENDAR-COLOR:#1E88E5",
                   "X-PUBLISHED-TTL:PT6H", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "CALSCALE:GREGORIAN"]),
    ("VEVENT", ["ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;"
                "CN=\"Doe, Kim\";X-NUM-GUESTS=0;MEMBER=\"mailto:a@b.example\",\"mailto:c@d.example\":"
                "mailto:kim@a.example"]),
    ("VEVENT", ["ORGANIZER;CN=Kim;SENT-BY=\"mailto:a@b.example\":MAILTO:kim@a.example"]),
    ("VEVENT", ["RDATE;VALUE=PERIOD:20270105T090000Z/PT1H,20270106T090000Z/20270106T100000Z"]),
    ("VEVENT", ["EXDATE;VALUE=DATE:20270105,20280105", "RRULE:FREQ=YEARLY;WKST=MO;BYMONTH=1;BYMONTHDAY=5"]),
    ("VEVENT", ["EXDATE;TZID=Europe/Oslo:20270105T090000,20280105T090000"]),
    ("VEVENT", ["X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS=\"A\\nB\";X-TITLE=A:geo:59.9,10.7"]),
    ("VEVENT", ["CATEGORIES:A,B", "GEO:59.913868;10.752245", "PRIORITY:5", "CLASS:PUBLIC", "LOCATION:A\\, B",
                "STATUS:CONFIRMED", "URL;VALUE=URI:https://a.example/", "COMMENT;LANGUAGE=en:a"]),
    ("VEVENT", ["ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:QUJD",
                "IMAGE;VALUE=URI;DISPLAY=BADGE;FMTTYPE=image/png:https://a.example/a.png",
                "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join:https://a.example/"]),
    ("VEVENT", ["CREATED:19000101T120000Z", "RELATED-TO;RELTYPE=SIBLING:x", "REQUEST-STATUS:2.0;Success"]),
    ("VALARM", ["UID:A", "X-WR-ALARMUID:A", "ACKNOWLEDGED:20261005T120000Z", "X-APPLE-DEFAULT-ALARM:TRUE"]),
    ("VALARM", ["TRIGGER;RELATED=END:-PT1H"]),
    ("VALARM", ["TRIGGER;VALUE=DATE-TIME:20261229T080000Z"]),
    ("VALARM", ["TRIGGER;VALUE=DURATION:-P1W"]),
    ("VALARM", ["REPEAT:2", "DURATION:PT5M"]),
    ("VTIMEZONE", ["X-LIC-LOCATION:Europe/Oslo", "LAST-MODIFIED:20260101T000000Z"]),
    ("STANDARD", ["TZNAME:CET", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"]),
]
SINGLE = ["TRIGGER"]


def feed(part, lines, without=()):
    """A feed in which one component has these lines, and lacks some of its own."""
    def own(name):
        kept = PARTS.get(name, CALENDAR)
        if name == part:
            kept = [line for line in kept if line.split(":")[0].split(";")[0] not in without] + lines
        return kept

    def nested(name, *inner):
        return [f"BEGIN:{name}", *own(name), *(line for one in inner for line in one), f"END:{name}"]

    parts = [nested("VEVENT", nested("VALARM"))]
    if part in ("VTIMEZONE", "STANDARD"):
        parts.insert(0, nested("VTIMEZONE", nested("STANDARD")))
    elif part in ("VTODO", "VJOURNAL", "VFREEBUSY"):
        parts.append(nested(part))
    return "".join(f"{line}\r\n" for line in nested("VCALENDAR", *parts))


def broken():
    for name, (values, parts) in VALUES.items():
        for part in parts.split():
            for value in values:
                without = [name, "DTEND"] if name == "DURATION" else [name]
                yield f"{part} {name}:{value}", feed(part, [f"{name}:{value}"], without)
            if name.startswith(("DT", "EX", "RD", "DUE")) and name != "DTSTAMP":
                for value in TIMES + DAYS:
                    line = f"{name};VALUE=DATE:{value}"
                    yield f"{part} {line}", feed(part, [line], [name])
    for part, names in ONCE.items():
        for name in names.split():
            lines = [f"{name}:{GOOD.get(name, 'a')}"]
            has = any(line.startswith(f"{name}:") for line in PARTS.get(part, CALENDAR))
            own = [line for line in PARTS.get(part, CALENDAR) if line.split(":")[0].split(";")[0] == name]
            yield f"{part} two {name}", feed(part, (own or lines) * 2, [name])
            if has or own:
                yield f"{part} no {name}", feed(part, [], [name])
    for part, lines, without in LINES:
        yield f"{part} {lines}", feed(part, lines, without.split())


def refuses(text):
    """Why Home Assistant refuses a feed, if it does."""
    try:
        with enable_compat_mode(text) as compatible:
            IcsCalendarStream.calendar_from_ics(compatible)
    except Exception as error:  # whatever it is, the feed is not shown
        return str(error).replace("\n", " ")[:200]
    return None


def main():
    logging.disable(logging.CRITICAL)
    FOLDER.mkdir()
    feeds = [(what, text, False) for what, text in broken()]
    for part, lines in REAL:
        without = [name for name in SINGLE if lines[0].startswith(name)]
        feeds.append((f"{part} {lines}", feed(part, lines, without), True))
    paths = []
    for number, (_, text, _) in enumerate(feeds):
        paths.append(FOLDER / f"{number:04}.ics")
        paths[-1].write_text(text, newline="")
    done = subprocess.run([PROGRAM, "check", "--json", *paths], capture_output=True, text=True)
    failures, refused, agreed = [], 0, 0
    for (what, text, is_real), report in zip(feeds, json.loads(done.stdout), strict=True):
        errors = [each["message"] for each in report["problems"] if each["severity"] == "error"]
        why = refuses(text)
        refused += why is not None
        if is_real and (errors or why):
            failures.append(f"{what}: {why or errors}")
        elif why and not errors:
            failures.append(f"{what}: Home Assistant refuses it, and `check` has no error: {why}")
        named = [each for each in report["problems"] if each["severity"] == "error"
                 and "Home Assistant refuses" in (each["hint"] or "")]
        if named and not why:
            failures.append(f"{what}: `check` says that Home Assistant refuses it: {named[0]['message']}")
        agreed += bool(errors) == bool(why)
    for failure in failures[:20]:
        print(f"FAILED: {failure}", file=sys.stderr)
    if failures:
        sys.exit(f"FAILED: {len(failures)} of {len(feeds)} broken feeds")
    print(f"ok: `check` has an error for each of {refused} feeds that Home Assistant refuses, of {len(feeds)}")


if __name__ == "__main__":
    main()
