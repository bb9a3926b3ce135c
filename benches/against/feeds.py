"""What feeds say, for benches/against/run.sh.

    feeds.py same OURS THEIRS [without-alarms]   ends with 1 unless both have the same events
    feeds.py events FEED                         the events in the shape that yaml2ics reads

Events are the same if their days, titles, descriptions, links and alarms are (when they ring, what
they say). An event without an end lasts one day, and one that ends when it begins does too.
"""

import json
import re
import sys
from datetime import datetime, timedelta


def lines(path):
    """The lines of a feed, unfolded."""
    line = ""
    with open(path, encoding="utf-8", newline="") as file:
        for part in file:
            part = part.rstrip("\r\n")
            if part.startswith((" ", "\t")):
                line += part[1:]
            else:
                yield line
                line = part
    yield line


def text(value):
    """A TEXT without its escapes."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def seconds(trigger):
    """A duration in seconds."""
    sign, *parts = re.fullmatch(
        r"([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", trigger
    ).groups()
    size = sum(int(part or 0) * unit for part, unit in zip(parts, (604_800, 86_400, 3_600, 60, 1)))
    return -size if sign == "-" else size


def day(value):
    return datetime.strptime(value[:8], "%Y%m%d")


def events(path):
    """Each event: its first day, how many, title, description, link, alarms."""
    event = alarm = None
    for line in lines(path):
        name, _, value = line.partition(":")
        name = name.partition(";")[0]
        if line == "BEGIN:VEVENT":
            event = {"alarms": []}
        elif line == "END:VEVENT":
            start = day(event["DTSTART"])
            length = (day(event.get("DTEND", event["DTSTART"])) - start) // timedelta(days=1)
            yield {
                "begin": start.date(),
                "days": max(length, 1),
                "summary": text(event["SUMMARY"]),
                "description": text(event["DESCRIPTION"]),
                "url": event.get("URL", ""),
                "alarms": sorted(event["alarms"]),
            }
            event = None
        elif event is not None and line == "BEGIN:VALARM":
            alarm = {}
        elif event is not None and line == "END:VALARM":
            event["alarms"].append((seconds(alarm["TRIGGER"]), text(alarm["DESCRIPTION"])))
            alarm = None
        elif alarm is not None:
            alarm[name] = value
        elif event is not None:
            event[name] = value


def same(ours, theirs, alarms):
    both = []
    for path in (ours, theirs):
        found = [list(event.values()) for event in events(path)]
        if not alarms:
            found = [event[:-1] for event in found]
        both.append(sorted(found))
    for one, other in zip(*both):
        if one != other:
            sys.exit(f"not the same event:\n{one}\n{other}")
    if len(both[0]) != len(both[1]):
        sys.exit(f"{len(both[0])} events and {len(both[1])}")


def write_events(path):
    """As a person writes it: a block for the description."""
    print("name: Plans\nevents:")
    for event in events(path):
        print(f"  - summary: {json.dumps(event['summary'], ensure_ascii=False)}")
        print(f"    begin: {event['begin']}")
        if event["url"]:
            print(f"    url: {event['url']}")
        print("    description: |")
        for line in event["description"].split("\n"):
            print(f"      {line}")


def main():
    match sys.argv[1:]:
        case ["same", ours, theirs]:
            same(ours, theirs, True)
        case ["same", ours, theirs, "without-alarms"]:
            same(ours, theirs, False)
        case ["events", path]:
            write_events(path)
        case _:
            sys.exit(__doc__)


main()
