/* Reads feeds with libical, the reader of Evolution, KDE and many others: libical FEED... Each
 * becomes a line of JSON. What libical calls an error ends it. */

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>

static const char *path;

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", path, what);
    exit(1);
}

/* A string of JSON. */
static void string(const char *name, const char *text, const char *behind)
{
    printf("\"%s\":\"", name);
    for (const unsigned char *at = (const unsigned char *)(text ? text : ""); *at; at++) {
        if (*at == '"' || *at == '\\')
            printf("\\%c", *at);
        else if (*at < 0x20)
            printf("\\u%04x", *at);
        else
            putchar(*at);
    }
    printf("\"%s", behind);
}

/* A day or a time as ISO 8601 has it. */
static void when(const char *name, struct icaltimetype time)
{
    printf("\"%s\":\"%04d-%02d-%02d", name, time.year, time.month, time.day);
    if (!icaltime_is_date(time))
        printf("T%02d:%02d:%02d%s", time.hour, time.minute, time.second, icaltime_is_utc(time) ? "Z" : "");
    printf("\",");
}

static void alarm(icalcomponent *component, struct icaltimetype start)
{
    icalproperty *trigger = icalcomponent_get_first_property(component, ICAL_TRIGGER_PROPERTY);
    if (!trigger)
        fail("an alarm without a trigger");
    struct icaltriggertype ahead = icalproperty_get_trigger(trigger);
    if (icaltriggertype_is_bad_trigger(ahead) || !icaltime_is_null_time(ahead.time))
        fail("a trigger that is no duration");
    /* A day begins at its midnight, and an alarm counts from there. */
    start.is_date = 0;
    putchar('{');
    when("rings", icaltime_add(start, ahead.duration));
    string("text", icalcomponent_get_description(component), "}");
}

static void event(icalcomponent *component)
{
    putchar('{');
    string("uid", icalcomponent_get_uid(component), ",");
    string("summary", icalcomponent_get_summary(component), ",");
    string("description", icalcomponent_get_description(component), ",");
    when("start", icalcomponent_get_dtstart(component));
    when("end", icalcomponent_get_dtend(component));
    icalproperty *found = icalcomponent_get_first_property(component, ICAL_TRANSP_PROPERTY);
    if (!found)
        fail("an event without TRANSP");
    int is_free = icalproperty_get_transp(found) == ICAL_TRANSP_TRANSPARENT;
    string("transparency", is_free ? "TRANSPARENT" : "OPAQUE", ",");
    found = icalcomponent_get_first_property(component, ICAL_URL_PROPERTY);
    string("url", found ? icalproperty_get_url(found) : "", ",");
    found = icalcomponent_get_first_property(component, ICAL_RELATEDTO_PROPERTY);
    string("related", found ? icalproperty_get_relatedto(found) : "", ",");
    found = icalcomponent_get_first_property(component, ICAL_LASTMODIFIED_PROPERTY);
    if (found)
        when("modified", icalproperty_get_lastmodified(found));
    else
        string("modified", "", ",");
    printf("\"sequence\":%d,\"alarms\":[", icalcomponent_get_sequence(component));
    icalcomponent *inner = icalcomponent_get_first_component(component, ICAL_VALARM_COMPONENT);
    for (int first = 1; inner; first = 0) {
        if (!first)
            putchar(',');
        alarm(inner, icalcomponent_get_dtstart(component));
        inner = icalcomponent_get_next_component(component, ICAL_VALARM_COMPONENT);
    }
    printf("]}");
}

static char *whole(void)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END))
        fail("cannot be read");
    long size = ftell(file);
    char *text = malloc((size_t)size + 1);
    rewind(file);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
        fail("cannot be read");
    text[size] = '\0';
    fclose(file);
    return text;
}

int main(int count, char **paths)
{
    for (int index = 1; index < count; index++) {
        path = paths[index];
        char *text = whole();
        icalcomponent *calendar = icalparser_parse_string(text);
        if (!calendar)
            fail("no calendar");
        icalrestriction_check(calendar);
        if (icalcomponent_count_errors(calendar))
            fail(icalcomponent_as_ical_string(calendar));
        putchar('[');
        icalcomponent *inner = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
        for (int first = 1; inner; first = 0) {
            if (!first)
                putchar(',');
            event(inner);
            inner = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT);
        }
        puts("]");
        icalcomponent_free(calendar);
        free(text);
    }
    return fflush(stdout) ? 1 : 0;
}
