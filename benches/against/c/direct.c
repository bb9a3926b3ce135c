/* Events as lines that are formatted here: escaped, folded at 75 octets, and given to stdio. */
#include "writer.h"
#include <stdlib.h>
#include <string.h>

static void write_folded(const char *line, size_t length) {
    size_t width = 75;
    while (length > width) {
        size_t cut = width;
        while ((line[cut] & 0xc0) == 0x80) cut--;
        fwrite(line, 1, cut, out);
        fputs("\r\n ", out);
        line += cut, length -= cut;
        /* The space at the beginning of a line counts. */
        width = 74;
    }
    fwrite(line, 1, length, out);
    fputs("\r\n", out);
}

/* A property, whose value is escaped where it is a text. */
static void write_line(const char *name, const char *text, int is_text) {
    static char *line;
    static size_t room;
    size_t most = strlen(name) + 1 + 2 * strlen(text);
    if (most > room) {
        room = 2 * most;
        line = realloc(line, room);
        if (!line) fail("out of memory");
    }
    char *end = line + strlen(strcpy(line, name));
    *end++ = ':';
    for (; *text; text++) {
        char c = *text;
        if (is_text && c == '\n') *end++ = '\\', c = 'n';
        else if (is_text && (c == '\\' || c == ';' || c == ',')) *end++ = '\\';
        *end++ = c;
    }
    write_folded(line, end - line);
}

void write_head(void) {
    fputs("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//direct//EN\r\n", out);
    write_line("X-WR-CALNAME", calendar.name, 1);
    if (calendar.description) write_line("DESCRIPTION", calendar.description, 1);
}

void write_event(const struct event *event) {
    const struct plan *plan = event->plan;
    struct day next = shifted(event->day, 1);
    char uid[256];
    if (event->lead)
        snprintf(uid, sizeof uid, "%s-%s-%s-%d@weekahead", calendar.id, plan->id, event->kind, event->lead);
    else snprintf(uid, sizeof uid, "%s-%s-%s@weekahead", calendar.id, plan->id, event->kind);
    fputs("BEGIN:VEVENT\r\n", out);
    write_line("UID", uid, 1);
    fprintf(out,
            "DTSTAMP:%04d%02d%02dT120000Z\r\nDTSTART;VALUE=DATE:%04d%02d%02d\r\nDTEND;VALUE=DATE:%04d%02d%02d\r\n",
            STAMP.year, STAMP.month, STAMP.day, event->day.year, event->day.month, event->day.day, next.year,
            next.month, next.day);
    write_line("SUMMARY", event->title, 1);
    write_line("DESCRIPTION", event->description, 1);
    if (plan->renewal.url) write_line("URL", plan->renewal.url, 0);
    for (size_t index = 0; index < event->alarm_count; index++) {
        const struct alarm *alarm = &event->alarms[index];
        fprintf(out, "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-P%dDT15H\r\n", alarm->lead - 1);
        write_line("DESCRIPTION", alarm->title, 1);
        fputs("END:VALARM\r\n", out);
    }
    fputs("END:VEVENT\r\n", out);
}
