"""Reads feeds with Python's icalendar: python_icalendar.py FEED... Each becomes a line of JSON."""

import datetime as dt
import json
import sys
from pathlib import Path

import icalendar


def when(value):
    """A day or a time as ISO 8601 has it."""
    return value.isoformat().replace("+00:00", "Z")


def rings(value):
    """An alarm at the midnight of a day is that day to it."""
    if type(value) is dt.date:
        value = dt.datetime.combine(value, dt.time())
    return when(value)


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
            "start": when(event.start),
            "end": when(event.end),
            "transparency": str(event["TRANSP"]),
            "url": str(event.get("URL", "")),
            "related": str(event.get("RELATED-TO", "")),
            "modified": when(event["LAST-MODIFIED"].dt) if "LAST-MODIFIED" in event else "",
            "sequence": int(event.get("SEQUENCE", 0)),
            "alarms": [
                {"rings": rings(time.trigger), "text": str(time.alarm["DESCRIPTION"])}
                for time in event.alarms.times
            ],
        })
    return events


for feed in sys.argv[1:]:
    print(json.dumps(read(feed)))
