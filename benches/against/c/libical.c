/* Events as components of libical, each printed and freed at once. */
#include "writer.h"
#include <libical/ical.h>
#include <stdlib.h>

static struct icaltimetype date_of(struct day day) {
    struct icaltimetype date = icaltime_null_date();
    date.year = day.year, date.month = day.month, date.day = day.day;
    return date;
}

static void print_property(icalproperty *property) {
    char *text = icalproperty_as_ical_string_r(property);
    fputs(text, out);
    free(text);
    icalproperty_free(property);
}

void write_head(void) {
    fputs("BEGIN:VCALENDAR\r\n", out);
    print_property(icalproperty_new_version("2.0"));
    print_property(icalproperty_new_prodid("-//libical//EN"));
    icalproperty *name = icalproperty_new_x(calendar.name);
    icalproperty_set_x_name(name, "X-WR-CALNAME");
    print_property(name);
    if (calendar.description) print_property(icalproperty_new_description(calendar.description));
}

static void add_alarm(icalcomponent *component, const struct alarm *alarm) {
    int seconds = 9 * 3600 - alarm->lead * 86400;
    icalcomponent_add_component(
        component,
        icalcomponent_vanew(ICAL_VALARM_COMPONENT, icalproperty_new_action(ICAL_ACTION_DISPLAY),
                            icalproperty_new_trigger(icaltriggertype_from_int(seconds)),
                            icalproperty_new_description(alarm->title), (void *)0));
}

void write_event(const struct event *event) {
    const struct plan *plan = event->plan;
    struct icaltimetype stamp = date_of(STAMP);
    stamp.hour = 12, stamp.minute = stamp.second = stamp.is_date = 0, stamp.zone = icaltimezone_get_utc_timezone();
    char uid[256];
    if (event->lead)
        snprintf(uid, sizeof uid, "%s-%s-%s-%d@weekahead", calendar.id, plan->id, event->kind, event->lead);
    else snprintf(uid, sizeof uid, "%s-%s-%s@weekahead", calendar.id, plan->id, event->kind);
    icalcomponent *component = icalcomponent_vanew(
        ICAL_VEVENT_COMPONENT, icalproperty_new_uid(uid), icalproperty_new_dtstamp(stamp),
        icalproperty_new_dtstart(date_of(event->day)), icalproperty_new_dtend(date_of(shifted(event->day, 1))),
        icalproperty_new_summary(event->title), icalproperty_new_description(event->description), (void *)0);
    if (plan->renewal.url) icalcomponent_add_property(component, icalproperty_new_url(plan->renewal.url));
    for (size_t index = 0; index < event->alarm_count; index++) add_alarm(component, &event->alarms[index]);
    char *text = icalcomponent_as_ical_string_r(component);
    fputs(text, out);
    free(text);
    icalcomponent_free(component);
}
