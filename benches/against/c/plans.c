/* What both C programs share: the reading with libyaml, the days, the texts, and which events a plan
 * has. A program is this file with one of the two writers (writer.h):
 *
 *     cc -O2 plans.c direct.c -o direct -lyaml
 *     cc -O2 plans.c libical.c -o libical -lical -lyaml
 *     ./direct PLANS... FEED
 *
 * Each takes the fast way: the events of a plan are written as soon as it is read, and no list of
 * plans, no tree and no calendar is ever held. Both leave out what the afternoon version leaves out
 * (build/afternoon.rs). Besides, they skip unknown keys, stop at the first problem with one line,
 * and need the settings of the calendar before the plans.
 */
#include "writer.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { LEADS = 16 };

struct calendar calendar;
FILE *out;
static int is_begun;

void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* Texts of the plan that is read, freed with it. */

static void **kept;
static size_t kept_count, kept_room;

static void *keep(void *memory) {
    if (kept_count == kept_room) {
        kept_room = kept_room ? kept_room * 2 : 64;
        kept = realloc(kept, kept_room * sizeof *kept);
    }
    if (!kept || !memory) fail("out of memory");
    return kept[kept_count++] = memory;
}

static void forget(void) {
    while (kept_count) free(kept[--kept_count]);
}

/* Reading: tables of fields, so that each key is looked up once. */

enum kind { TEXT, LIST, MAPPING, EACH };
struct field {
    const char *key;
    enum kind kind;
    size_t at;
    const struct field *fields;
    void (*then)(void *);
};

static yaml_parser_t parser;

static yaml_event_t next(void) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) fail(parser.problem ? parser.problem : "no YAML");
    return event;
}

static char *taken(yaml_event_t *event) {
    if (event->type != YAML_SCALAR_EVENT) fail("a text was wanted");
    char *text = keep(event->data.scalar.value);
    event->data.scalar.value = NULL;
    yaml_event_delete(event);
    return text;
}

static void wanted(yaml_event_type_t type) {
    yaml_event_t event = next();
    if (event.type != type) fail("another shape was wanted");
    yaml_event_delete(&event);
}

static void pass_over(void) {
    int depth = 0;
    do {
        yaml_event_t event = next();
        if (event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT) depth++;
        if (event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT) depth--;
        yaml_event_delete(&event);
    } while (depth > 0);
}

static void read_list(struct list *list) {
    char *items[256];
    wanted(YAML_SEQUENCE_START_EVENT);
    list->count = 0;
    for (;;) {
        yaml_event_t event = next();
        if (event.type == YAML_SEQUENCE_END_EVENT) break;
        if (list->count == 256) fail("a list is too long");
        items[list->count++] = taken(&event);
    }
    list->items = keep(malloc((list->count + 1) * sizeof *items));
    memcpy(list->items, items, list->count * sizeof *items);
}

/* The keys of a mapping whose start has been read. */
static void read_fields(const struct field *fields, char *into) {
    for (;;) {
        yaml_event_t event = next();
        if (event.type == YAML_MAPPING_END_EVENT) break;
        if (event.type != YAML_SCALAR_EVENT) fail("a key was wanted");
        const struct field *field = fields;
        while (field->key && strcmp(field->key, (char *)event.data.scalar.value) != 0) field++;
        yaml_event_delete(&event);
        if (!field->key) {
            pass_over();
        } else if (field->kind == TEXT) {
            event = next();
            *(char **)(into + field->at) = taken(&event);
        } else if (field->kind == LIST) {
            read_list((struct list *)(into + field->at));
        } else if (field->kind == MAPPING) {
            wanted(YAML_MAPPING_START_EVENT);
            read_fields(field->fields, into + field->at);
            if (field->then) field->then(into + field->at);
        } else {
            wanted(YAML_SEQUENCE_START_EVENT);
            for (;;) {
                event = next();
                if (event.type == YAML_SEQUENCE_END_EVENT) break;
                if (event.type != YAML_MAPPING_START_EVENT) fail("a plan was wanted");
                struct plan plan = {0};
                read_fields(field->fields, (char *)&plan);
                field->then(&plan);
                forget();
            }
        }
    }
}

/* Days of the Gregorian calendar. */

static int days_of_month(int year, int month) {
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return DAYS[month - 1] + (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

static struct day date(const char *text) {
    struct day day;
    if (sscanf(text, "%4d-%2d-%2d", &day.year, &day.month, &day.day) != 3) fail("a date was wanted");
    return day;
}

struct day shifted(struct day day, int days) {
    day.day += days;
    while (day.day < 1) {
        if (--day.month < 1) day.year--, day.month = 12;
        day.day += days_of_month(day.year, day.month);
    }
    while (day.day > days_of_month(day.year, day.month)) {
        day.day -= days_of_month(day.year, day.month);
        if (++day.month > 12) day.year++, day.month = 1;
    }
    return day;
}

static int compare(struct day one, struct day other) {
    if (one.year != other.year) return one.year - other.year;
    return one.month != other.month ? one.month - other.month : one.day - other.day;
}

static struct day after(struct day day, const char *period) {
    char *unit;
    long count = strtol(period, &unit, 10);
    if (!strncmp(unit, " day", 4)) return shifted(day, count);
    if (!strncmp(unit, " year", 5)) count *= 12;
    else if (strncmp(unit, " month", 6)) fail("a length of time was wanted");
    int months = day.month - 1 + count;
    day.year += months / 12;
    day.month = months % 12 + 1;
    int last = days_of_month(day.year, day.month);
    if (day.day > last) day.day = last;
    return day;
}

/* Writing texts: one buffer, used again. */

struct text { char *bytes; size_t length, room; };

static void add(struct text *text, const char *format, ...) {
    for (;;) {
        va_list arguments;
        va_start(arguments, format);
        int length = vsnprintf(text->bytes + text->length, text->room - text->length, format, arguments);
        va_end(arguments);
        if (length < 0) fail("a text cannot be written");
        if (text->length + length < text->room) {
            text->length += length;
            return;
        }
        text->room = (text->length + length + 1) * 2;
        text->bytes = realloc(text->bytes, text->room);
        if (!text->bytes) fail("out of memory");
    }
}

static const char *MONTHS[] = {"January", "February", "March", "April", "May", "June", "July",
                               "August", "September", "October", "November", "December"};

static void add_day(struct text *text, struct day day, int short_month) {
    add(text, "%d %.*s %d", day.day, short_month ? 3 : 9, MONTHS[day.month - 1], day.year);
}

static void add_place(struct text *text, int *places, const char *between) {
    if ((*places)++) add(text, "%s", between);
}

static void add_sms(struct text *text, const char *verb, const char *bare, const struct sms *sms) {
    if (sms->text) add(text, "%s%s to %s", verb, sms->text, sms->to);
    else add(text, "%s%s", bare, sms->to);
}

static void add_renewal(struct text *text, const struct way *way, const char *price) {
    add(text, "Renew");
    if (price) add(text, " (%s)", price);
    if (way->action) add(text, ": %s", way->action);
    const char *before = " ";
    if (!strcmp(way->method, "third-party")) add(text, " through a third-party service"), before = ", ";
    if (!strcmp(way->method, "shop")) add(text, " in a shop"), before = "; details ";
    if (!strcmp(way->method, "voucher")) before = ". Redeem it ";
    int places = 0;
    if (way->url || way->app || way->dial || way->sms.to || way->call) add(text, "%s", before);
    if (way->url) add_place(text, &places, ""), add(text, "on the website below");
    if (way->app) add_place(text, &places, ", or "), add(text, "in the %s app", way->app);
    if (way->dial) add_place(text, &places, ", or "), add(text, "by dialling %s", way->dial);
    if (way->sms.to) add_place(text, &places, ", or "), add_sms(text, "by texting ", "by SMS to ", &way->sms);
    if (way->call) add_place(text, &places, ", or "), add(text, "by calling %s", way->call);
    add(text, ".");
    for (size_t step = 0; step < way->steps.count; step++)
        add(text, "\n%zu. %s", step + 1, way->steps.items[step]);
}

static void add_check(struct text *text, const struct way *way) {
    int places = 0;
    add(text, "\nCheck: ");
    if (way->app) add_place(text, &places, ""), add(text, "open the %s app", way->app);
    if (way->dial) add_place(text, &places, " or "), add(text, "dial %s", way->dial);
    if (way->sms.to) add_place(text, &places, " or "), add_sms(text, "text ", "text ", &way->sms);
    if (way->call) add_place(text, &places, " or "), add(text, "call %s", way->call);
    if (way->url) add_place(text, &places, " or "), add(text, "go to %s", way->url);
    add(text, "%sthe new date should show.", way->url ? " – " : "; ");
}

/* Where support is found, and what ends the sentence. */
static void add_support(struct text *text, const struct plan *plan, const char *colon) {
    const struct way *support = &plan->support;
    if (support->there) add(text, "%s", colon);
    if (support->call) add(text, "%s", support->call);
    if (support->call && support->url) add(text, " or ");
    add(text, "%s", support->url ? support->url : ".");
}

/* Each plan of the benchmark has a way. */
static void add_how(struct text *text, const struct plan *plan) {
    const struct way *way = &plan->renewal;
    const char *method = way->there ? way->method : "";
    int third = !strcmp(method, "third-party");
    int online = third || !strcmp(method, "website") || !strcmp(method, "app");
    int paid = plan->price || third || !strcmp(method, "shop") || !strcmp(method, "voucher");
    int helped = plan->support.there;
    if (way->there) add(text, "\n"), add_renewal(text, way, plan->price);
    if (plan->check.there) add_check(text, &plan->check);
    else if (plan->number)
        add(text, "\nCheck: look at the balance or the new date in your account, wait for the provider's "
                  "text message, or make a test call.");
    else add(text, "\nCheck that the new date shows.");
    add(text, "\n%s: weekahead renew %s", paid ? "Keep the receipt, then record it" : "Then record it", plan->id);
    add(text, "\nFailed? %s%s ", paid ? "Check your card and balance, then " : "",
        paid ? (helped ? "contact" : "ask") : (helped ? "Contact" : "Ask"));
    add(text, "%s", plan->provider ? plan->provider : helped ? "support" : "the provider");
    add_support(text, plan, ": ");
    if (online && paid)
        add(text, "\nPay only on %s, never over open Wi-Fi.",
            third ? "a site or app that you know" : "the provider's own site or app");
}

enum when { BEFORE, AFTER, AFTER_GRACE };

static void describe(struct text *text, const struct plan *plan, enum when when, struct day expiry,
                     struct day grace_end) {
    text->length = 0;
    add(text, "%s ", when == BEFORE ? "Expires" : "Expired");
    add_day(text, expiry, 0);
    add(text, ".");
    if (plan->grace) {
        add(text, " %s until ", when == AFTER_GRACE ? "Could be recovered" : "Recoverable");
        add_day(text, grace_end, 0);
        add(text, ".");
    }
    if (plan->number) {
        char ending[4] = "";
        int digits = 3;
        for (size_t at = strlen(plan->number); at-- && digits;)
            if (plan->number[at] >= '0' && plan->number[at] <= '9') ending[--digits] = plan->number[at];
        add(text, "\n");
        if (plan->provider) add(text, "%s, ", plan->provider);
        add(text, "number ending in %s.", ending + digits);
    } else if (plan->provider) {
        add(text, "\nProvider: %s.", plan->provider);
    }
    if (when == AFTER_GRACE) {
        add(text, "\nIf it was renewed in time, record it: weekahead renew %s", plan->id);
        add(text, "\nIf not, ask %s whether it can still be recovered",
            plan->provider ? plan->provider : "the provider");
        add_support(text, plan, ": ");
    } else {
        add_how(text, plan);
    }
    if (plan->notes) {
        size_t length = strlen(plan->notes);
        while (length && strchr(" \t\r\n", plan->notes[length - 1])) length--;
        add(text, "\n%.*s", (int)length, plan->notes);
    }
    add(text, "\nList as of ");
    add_day(text, STAMP, 0);
    add(text, ".");
    if (plan->renewal.url) add(text, "\n%s", plan->renewal.url);
}

/* Events. */

static void write_one(const struct plan *plan, const char *kind, int lead, struct day day, const char *title,
                      const char *description) {
    struct event event = {plan, kind, lead, day, title, description, NULL, 0};
    write_event(&event);
}

static void add_plan(void *read) {
    static struct text ahead, past, late, title, titles[LEADS];
    struct alarm alarms[LEADS];
    const struct plan *plan = read;
    int has_notices = !calendar.notices || strcmp(calendar.notices, "false");
    struct day renewed = plan->renewed ? date(plan->renewed) : (struct day){0, 0, 0};
    if (!plan->expires && (!plan->renewed || !plan->validity)) fail("a plan without a date");
    struct day expiry = plan->expires ? date(plan->expires) : after(renewed, plan->validity);
    struct day end = plan->grace ? after(expiry, plan->grace) : expiry;
    describe(&ahead, plan, BEFORE, expiry, end);
    if (has_notices || plan->grace) describe(&past, plan, AFTER, expiry, end);
    const struct list *remind = plan->remind.count ? &plan->remind : &calendar.remind;
    if (remind->count > LEADS) fail("too many leads");

    struct event on_expiry = {plan, "expiry", 0, expiry, NULL, ahead.bytes, alarms, 0};
    for (size_t index = 0; index < remind->count; index++) {
        int lead = atoi(remind->items[index]);
        struct day day = shifted(expiry, -lead);
        if (plan->renewed && compare(day, renewed) < 0) continue;
        struct text *left = &titles[on_expiry.alarm_count];
        left->length = 0;
        add(left, "%s: %d day%s left (expires ", plan->name, lead, lead == 1 ? "" : "s");
        add_day(left, expiry, 1);
        add(left, ")");
        if (has_notices) write_one(plan, "notice", lead, day, left->bytes, ahead.bytes);
        alarms[on_expiry.alarm_count++] = (struct alarm){lead, left->bytes};
    }
    title.length = 0;
    add(&title, "%s expires on ", plan->name);
    add_day(&title, expiry, 1);
    on_expiry.title = title.bytes;
    write_event(&on_expiry);
    struct day grace_begins = end;
    for (size_t index = 0; index < remind->count; index++) {
        struct day day = shifted(end, -atoi(remind->items[index]));
        if (compare(day, expiry) > 0 && compare(day, grace_begins) < 0) grace_begins = day;
    }
    static const struct { int days; const char *ago; } OVERDUE[] = {
        {1, "yesterday"}, {7, "7 days ago"}, {28, "28 days ago"}};
    for (size_t index = 0; has_notices && index < sizeof OVERDUE / sizeof *OVERDUE; index++) {
        struct day day = shifted(expiry, OVERDUE[index].days);
        if (plan->grace && compare(day, grace_begins) >= 0) continue;
        title.length = 0;
        add(&title, "%s expired %s: no renewal recorded", plan->name, OVERDUE[index].ago);
        write_one(plan, "overdue", OVERDUE[index].days, day, title.bytes, past.bytes);
    }
    if (!plan->grace) return;
    struct event on_end = {plan, "grace-end", 0, end, NULL, past.bytes, alarms, 0};
    for (size_t index = 0; index < remind->count; index++) {
        int lead = atoi(remind->items[index]);
        struct day day = shifted(end, -lead);
        if (compare(day, expiry) <= 0) continue;
        struct text *left = &titles[on_end.alarm_count];
        left->length = 0;
        add(left, "%s: recover it within %d day%s (by ", plan->name, lead, lead == 1 ? "" : "s");
        add_day(left, end, 1);
        add(left, ")");
        if (has_notices) write_one(plan, "grace-notice", lead, day, left->bytes, past.bytes);
        alarms[on_end.alarm_count++] = (struct alarm){lead, left->bytes};
    }
    title.length = 0;
    add(&title, "%s: last day to recover is ", plan->name);
    add_day(&title, end, 1);
    on_end.title = title.bytes;
    write_event(&on_end);
    if (!has_notices) return;
    describe(&late, plan, AFTER_GRACE, expiry, end);
    title.length = 0;
    add(&title, "%s: grace ended yesterday, no renewal recorded", plan->name);
    write_one(plan, "after-grace", 0, shifted(end, 1), title.bytes, late.bytes);
}

/* The texts of the calendar stay until the end. */
static void begin_calendar(void *read) {
    (void)read;
    kept_count = 0;
    if (!is_begun) write_head();
    is_begun = 1;
}

static const struct field SMS[] = {
    {"to", TEXT, offsetof(struct sms, to), 0, 0}, {"text", TEXT, offsetof(struct sms, text), 0, 0}, {0}};
#define WAY(name) {#name, TEXT, offsetof(struct way, name), 0, 0}
static const struct field WAYS[] = {
    WAY(method), WAY(action), WAY(url), WAY(app), WAY(dial), WAY(call),
    {"sms", MAPPING, offsetof(struct way, sms), SMS, 0}, {"steps", LIST, offsetof(struct way, steps), 0, 0}, {0}};
static void is_there(void *way) { ((struct way *)way)->there = 1; }
#define PLAN(name) {#name, TEXT, offsetof(struct plan, name), 0, 0}
#define CONTACT(name) {#name, MAPPING, offsetof(struct plan, name), WAYS, is_there}
static const struct field PLANS[] = {
    PLAN(id), PLAN(name), PLAN(provider), PLAN(number), PLAN(expires), PLAN(renewed), PLAN(validity),
    PLAN(grace), PLAN(price), PLAN(notes), CONTACT(renewal), CONTACT(check), CONTACT(support),
    {"remind", LIST, offsetof(struct plan, remind), 0, 0}, {0}};
#define CALENDAR(name) {#name, TEXT, offsetof(struct calendar, name), 0, 0}
static const struct field CALENDARS[] = {
    CALENDAR(name), CALENDAR(id), CALENDAR(description), CALENDAR(notices),
    {"remind", LIST, offsetof(struct calendar, remind), 0, 0}, {0}};
static const struct field FILES[] = {
    {"calendar", MAPPING, 0, CALENDARS, begin_calendar}, {"plans", EACH, 0, PLANS, add_plan}, {0}};

static void read_file(const char *path) {
    FILE *in = fopen(path, "rb");
    if (!in) fail("a plans file cannot be opened");
    memset(&calendar, 0, sizeof calendar);
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, in);
    wanted(YAML_STREAM_START_EVENT);
    wanted(YAML_DOCUMENT_START_EVENT);
    wanted(YAML_MAPPING_START_EVENT);
    read_fields(FILES, (char *)&calendar);
    yaml_parser_delete(&parser);
    fclose(in);
}

int main(int count, char **arguments) {
    if (count < 3) fail("wanted: PLANS... FEED");
    out = fopen(arguments[count - 1], "wb");
    if (!out) fail("the feed cannot be opened");
    setvbuf(out, NULL, _IOFBF, 1 << 16);
    for (int file = 1; file < count - 1; file++) read_file(arguments[file]);
    fputs("END:VCALENDAR\r\n", out);
    if (fclose(out)) fail("the feed cannot be written");
    return 0;
}
