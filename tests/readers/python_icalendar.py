"""Reads feeds with Python's icalendar: python_icalendar.py FEED... Each becomes a line of JSON."""

import datetime as dt
import json
import sys
from pathlib import Path

import icalendar


def day(value):
    if type(value) is not dt.date:
        sys.exit(f"{value!r} is no whole day")
    return value.isoformat()


def moment(value):
    """An alarm at the midnight of a day is that day to it."""
    if type(value) is dt.date:
        value = dt.datetime.combine(value, dt.time())
    return value.isoformat()


def read(path):
    calendar = icalendar.Calendar.from_ical(Path(path).read_bytes())
    if calendar.errors:
        sys.exit(f"{path}: {calendar.errors}")
    events = []
    for event in calendar.walk("VEVENT"):
        for part in [event, *event.walk("VALARM")]:
            if part.errors:
                sys.exit(f"{path}: {part.errors}")
        events.append({
            "uid": str(event["UID"]),
            "summary": str(event["SUMMARY"]),
            "description": str(event.get("DESCRIPTION", "")),
            "start": day(event.start),
            "end": day(event.end),
            "transparency": str(event["TRANSP"]),
            "url": str(event.get("URL", "")),
            "related": str(event.get("RELATED-TO", "")),
            "modified": event["LAST-MODIFIED"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sequence": int(event["SEQUENCE"]),
            "alarms": [
                {"rings": moment(time.trigger), "text": str(time.alarm["DESCRIPTION"])}
                for time in event.alarms.times
            ],
        })
    return events


for feed in sys.argv[1:]:
    print(json.dumps(read(feed)))
