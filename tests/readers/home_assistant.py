"""Reads feeds with ical, the reader of Home Assistant: home_assistant.py FEED... Each becomes a line
of JSON."""

import datetime as dt
import json
import sys
from pathlib import Path

from ical.calendar_stream import IcsCalendarStream


def when(value):
    """A day or a time as ISO 8601 has it."""
    return value.isoformat().replace("+00:00", "Z")


def rings(start, alarm):
    """It reads an alarm and rings none; a day begins at its midnight."""
    if type(start) is dt.date:
        start = dt.datetime.combine(start, dt.time())
    return when(start + alarm.trigger)


def read(path):
    calendar = IcsCalendarStream.calendar_from_ics(Path(path).read_bytes().decode())
    return [
        {
            "uid": event.uid,
            "summary": event.summary,
            "description": event.description or "",
            "start": when(event.dtstart),
            "end": when(event.dtend),
            "transparency": event.transparency,
            "url": str(event.url or ""),
            "related": event.related_to[0].uid if event.related_to else "",
            "modified": when(event.last_modified) if event.last_modified else "",
            "sequence": event.sequence or 0,
            "alarms": [
                {"rings": rings(event.dtstart, alarm), "text": alarm.description}
                for alarm in event.alarm
            ],
        }
        for event in calendar.events
    ]


for feed in sys.argv[1:]:
    print(json.dumps(read(feed)))
