"""What evolution-data-server, which GNOME's calendars are made of, sees of a feed.

evolution.py URL TEXT: subscribes, or fetches again where it did before (its cache is under HOME),
until an event has TEXT in its title, and writes its events as JSON: day, day of the end, title, and
the seconds from midnight to its alarms; then the title that the reminder of each alarm shows. Then it
tries to change an event, and says whether it could.
Needs a session bus and the system's Python with GObject introspection.
"""

import json
import sys

import gi

gi.require_version("ECal", "2.0")
gi.require_version("EDataServer", "1.2")
from gi.repository import ECal, EDataServer, GLib  # noqa: E402

UID = "weekahead"
# Do not wait for the backend to say that it is connected.
AT_ONCE = 2**32 - 1


def subscription(registry, url):
    """The source of the feed, made where there is none yet."""
    source = registry.ref_source(UID)
    if source is None:
        source = EDataServer.Source.new_with_uid(UID, None)
        source.set_parent("webcal-stub")
        source.set_display_name("A feed")
        kind = source.get_extension(EDataServer.SOURCE_EXTENSION_CALENDAR)
        kind.set_backend_name("webcal")
        place = source.get_extension(EDataServer.SOURCE_EXTENSION_WEBDAV_BACKEND)
        place.set_uri(GLib.Uri.parse(url, GLib.UriFlags.NONE))
        registry.commit_source_sync(source, None)
        source = registry.ref_source(UID)
    return source


def day(moment):
    time = moment.get_value()
    assert time.is_date(), time.as_ical_string()
    return f"{time.get_year():04}-{time.get_month():02}-{time.get_day():02}"


def alarms(component):
    all_of_it = (component.get_alarm(uid) for uid in component.get_alarm_uids())
    return [alarm.get_trigger().get_duration().as_int() for alarm in all_of_it]


def reminders(watcher, component):
    """The title of each alarm's reminder, from the text that GNOME shows when it rings."""
    start = component.get_dtstart().get_value().as_timet()
    titles = []
    for uid, offset in zip(component.get_alarm_uids(), alarms(component), strict=True):
        instance = ECal.ComponentAlarmInstance.new(uid, start + offset, start, start + 86400)
        reminder = ECal.ReminderData.new(UID, component, instance)
        titles.append(watcher.describe_data(reminder, ECal.ReminderWatcherDescribeFlags.NONE).split("\n")[0])
    return titles


def fetch(client, text):
    """Its events, once one has the text in its title."""
    loop = GLib.MainLoop()
    found = []

    def look(*_):
        _, components = client.get_object_list_as_comps_sync("#t", None)
        if not found and any(text in component.get_summary().get_value() for component in components):
            found.extend(components)
            loop.quit()

    _, view = client.get_view_sync("#t", None)
    for signal in ("objects-added", "objects-modified", "complete"):
        view.connect(signal, look)
    view.start()
    GLib.timeout_add_seconds(60, loop.quit)
    loop.run()
    if not found:
        sys.exit(f"no event with {text!r} after a minute")
    return found


def main(url, text):
    registry = EDataServer.SourceRegistry.new_sync(None)
    source = subscription(registry, url)
    client = ECal.Client.connect_sync(source, ECal.ClientSourceType.EVENTS, AT_ONCE, None)
    client.refresh_sync(None)
    components = fetch(client, text)
    events = [
        [day(one.get_dtstart()), day(one.get_dtend()), one.get_summary().get_value(), alarms(one)]
        for one in components
    ]
    watcher = ECal.ReminderWatcher.new(registry)
    titles = [title for one in components for title in reminders(watcher, one)]
    try:
        one = components[0].get_icalcomponent()
        client.modify_object_sync(one, ECal.ObjModType.THIS, ECal.OperationFlags.NONE, None)
        is_refused = False
    except GLib.Error:
        is_refused = True
    seen = {"events": events, "reminders": titles}
    seen |= {"readonly": client.is_readonly(), "refused": is_refused}
    json.dump(seen, sys.stdout)


main(*sys.argv[1:])
