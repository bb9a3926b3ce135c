"""Reads feeds with ical, the reader of Home Assistant: home_assistant.py FEED... Each becomes a line
of JSON."""

import datetime as dt
import json
import sys
from pathlib import Path

from ical.calendar_stream import IcsCalendarStream


def day(value):
    if type(value) is not dt.date:
        sys.exit(f"{value!r} is no whole day")
    return value.isoformat()


def read(path):
    calendar = IcsCalendarStream.calendar_from_ics(Path(path).read_bytes().decode())
    return [
        {
            "uid": event.uid,
            "summary": event.summary,
            "description": event.description or "",
            "start": day(event.dtstart),
            "end": day(event.dtend),
            "transparency": event.transparency,
            "url": str(event.url or ""),
            "related": event.related_to[0].uid if event.related_to else "",
            "modified": event.last_modified.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "sequence": event.sequence,
            # It reads an alarm and rings none; a day begins at its midnight.
            "alarms": [
                {
                    "rings": (dt.datetime.combine(event.dtstart, dt.time()) + alarm.trigger).isoformat(),
                    "text": alarm.description,
                }
                for alarm in event.alarm
            ],
        }
        for event in calendar.events
    ]


for feed in sys.argv[1:]:
    print(json.dumps(read(feed)))
