/* The same job in C: libyaml's events into plain structs, libical's components to text.
 *
 *     cc -O2 libical.c -o libical -lical -lyaml && ./libical PLANS FEED
 *
 * It takes the straight way of someone who wants it fast: a plan is turned into events as soon as it
 * is read, each event is printed and freed, and no list of plans, no tree and no calendar is ever
 * held. It is let off what the afternoon version is let off (build/afternoon.rs), and besides: keys
 * that it does not know are passed over, a file with a problem ends it with one line, and the head of
 * the calendar must stand before the plans.
 */
#include <libical/ical.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* Noon on 5 October 2026, UTC. */
static const time_t STAMP = 1791201600;
enum { DAY = 86400, LEADS = 16 };

struct list { char **items; size_t count; };
struct sms { char *to, *text; };
struct way { int there; char *method, *action, *url, *app, *dial, *call; struct sms sms; struct list steps; };
struct plan {
    char *id, *name, *provider, *number, *expires, *renewed, *validity, *grace, *price, *notes;
    struct way renewal, check, support;
    struct list remind;
};
struct calendar { char *name, *id, *description; struct list remind; };

static FILE *out;
static struct calendar calendar;
static struct icaltimetype stamp;

static void fail(const char *what) {
    fprintf(stderr, "libical: %s\n", what);
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

static void add_day(struct text *text, struct icaltimetype day, int short_month) {
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

static void describe(struct text *text, const struct plan *plan, enum when when, struct icaltimetype expiry,
                     struct icaltimetype grace_end) {
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
    add_day(text, stamp, 0);
    add(text, ".");
    if (plan->renewal.url) add(text, "\n%s", plan->renewal.url);
}

/* Days. */

static struct icaltimetype date(const char *text) {
    struct icaltimetype day = icaltime_null_date();
    if (sscanf(text, "%4d-%2d-%2d", &day.year, &day.month, &day.day) != 3) fail("a date was wanted");
    return day;
}

static struct icaltimetype shifted(struct icaltimetype day, int days) {
    icaltime_adjust(&day, days, 0, 0, 0);
    return day;
}

static struct icaltimetype after(struct icaltimetype day, const char *period) {
    char *unit;
    long count = strtol(period, &unit, 10);
    if (!strncmp(unit, " day", 4)) return shifted(day, count);
    if (!strncmp(unit, " year", 5)) count *= 12;
    else if (strncmp(unit, " month", 6)) fail("a length of time was wanted");
    int months = day.month - 1 + count;
    day.year += months / 12;
    day.month = months % 12 + 1;
    int last = icaltime_days_in_month(day.month, day.year);
    if (day.day > last) day.day = last;
    return day;
}

/* Events. */

static icalcomponent *event(const struct plan *plan, const char *kind, int lead, struct icaltimetype day,
                            const char *title, const char *description) {
    char uid[256];
    if (lead) snprintf(uid, sizeof uid, "%s-%s-%s-%d@weekahead", calendar.id, plan->id, kind, lead);
    else snprintf(uid, sizeof uid, "%s-%s-%s@weekahead", calendar.id, plan->id, kind);
    icalcomponent *made = icalcomponent_vanew(
        ICAL_VEVENT_COMPONENT, icalproperty_new_uid(uid), icalproperty_new_dtstamp(stamp),
        icalproperty_new_dtstart(day), icalproperty_new_dtend(shifted(day, 1)),
        icalproperty_new_summary(title), icalproperty_new_description(description), (void *)0);
    if (plan->renewal.url) icalcomponent_add_property(made, icalproperty_new_url(plan->renewal.url));
    return made;
}

/* Nine o'clock so many days ahead. */
static void ring(icalcomponent *made, int lead, const char *title) {
    icalcomponent_add_component(
        made, icalcomponent_vanew(ICAL_VALARM_COMPONENT, icalproperty_new_action(ICAL_ACTION_DISPLAY),
                                  icalproperty_new_trigger(icaltriggertype_from_int(9 * 3600 - lead * DAY)),
                                  icalproperty_new_description(title), (void *)0));
}

static void print(icalcomponent *made) {
    char *text = icalcomponent_as_ical_string_r(made);
    fputs(text, out);
    free(text);
    icalcomponent_free(made);
}

static void add_plan(void *read) {
    static struct text ahead, past, late, title;
    const struct plan *plan = read;
    struct icaltimetype renewed = plan->renewed ? date(plan->renewed) : icaltime_null_date();
    if (!plan->expires && (!plan->renewed || !plan->validity)) fail("a plan without a date");
    struct icaltimetype expiry = plan->expires ? date(plan->expires) : after(renewed, plan->validity);
    struct icaltimetype end = plan->grace ? after(expiry, plan->grace) : expiry;
    describe(&ahead, plan, BEFORE, expiry, end);
    describe(&past, plan, AFTER, expiry, end);
    const struct list *remind = plan->remind.count ? &plan->remind : &calendar.remind;

    title.length = 0;
    add(&title, "%s expires on ", plan->name);
    add_day(&title, expiry, 1);
    icalcomponent *on_expiry = event(plan, "expiry", 0, expiry, title.bytes, ahead.bytes);
    for (size_t index = 0; index < remind->count; index++) {
        int lead = atoi(remind->items[index]);
        struct icaltimetype day = shifted(expiry, -lead);
        if (plan->renewed && icaltime_compare_date_only(day, renewed) < 0) continue;
        title.length = 0;
        add(&title, "%s: %d day%s left (expires ", plan->name, lead, lead == 1 ? "" : "s");
        add_day(&title, expiry, 1);
        add(&title, ")");
        print(event(plan, "notice", lead, day, title.bytes, ahead.bytes));
        ring(on_expiry, lead, title.bytes);
    }
    print(on_expiry);
    struct icaltimetype grace_begins = end;
    for (size_t index = 0; index < remind->count; index++) {
        struct icaltimetype day = shifted(end, -atoi(remind->items[index]));
        if (icaltime_compare_date_only(day, expiry) > 0 && icaltime_compare_date_only(day, grace_begins) < 0)
            grace_begins = day;
    }
    static const struct { int days; const char *ago; } OVERDUE[] = {
        {1, "yesterday"}, {7, "7 days ago"}, {28, "28 days ago"}};
    for (size_t index = 0; index < sizeof OVERDUE / sizeof *OVERDUE; index++) {
        struct icaltimetype day = shifted(expiry, OVERDUE[index].days);
        if (plan->grace && icaltime_compare_date_only(day, grace_begins) >= 0) continue;
        title.length = 0;
        add(&title, "%s expired %s: no renewal recorded", plan->name, OVERDUE[index].ago);
        print(event(plan, "overdue", OVERDUE[index].days, day, title.bytes, past.bytes));
    }
    if (!plan->grace) return;
    title.length = 0;
    add(&title, "%s: last day to recover is ", plan->name);
    add_day(&title, end, 1);
    icalcomponent *on_end = event(plan, "grace-end", 0, end, title.bytes, past.bytes);
    for (size_t index = 0; index < remind->count; index++) {
        int lead = atoi(remind->items[index]);
        struct icaltimetype day = shifted(end, -lead);
        if (icaltime_compare_date_only(day, expiry) <= 0) continue;
        title.length = 0;
        add(&title, "%s: recover it within %d day%s (by ", plan->name, lead, lead == 1 ? "" : "s");
        add_day(&title, end, 1);
        add(&title, ")");
        print(event(plan, "grace-notice", lead, day, title.bytes, past.bytes));
        ring(on_end, lead, title.bytes);
    }
    print(on_end);
    describe(&late, plan, AFTER_GRACE, expiry, end);
    title.length = 0;
    add(&title, "%s: grace ended yesterday, no renewal recorded", plan->name);
    print(event(plan, "after-grace", 0, shifted(end, 1), title.bytes, late.bytes));
}

static void print_property(icalproperty *property) {
    char *text = icalproperty_as_ical_string_r(property);
    fputs(text, out);
    free(text);
    icalproperty_free(property);
}

/* The texts of the calendar stay for good. */
static void begin_calendar(void *read) {
    (void)read;
    kept_count = 0;
    fputs("BEGIN:VCALENDAR\r\n", out);
    print_property(icalproperty_new_version("2.0"));
    print_property(icalproperty_new_prodid("-//libical//EN"));
    icalproperty *name = icalproperty_new_x(calendar.name);
    icalproperty_set_x_name(name, "X-WR-CALNAME");
    print_property(name);
    if (calendar.description) print_property(icalproperty_new_description(calendar.description));
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
    CALENDAR(name), CALENDAR(id), CALENDAR(description),
    {"remind", LIST, offsetof(struct calendar, remind), 0, 0}, {0}};
static const struct field FILES[] = {
    {"calendar", MAPPING, 0, CALENDARS, begin_calendar}, {"plans", EACH, 0, PLANS, add_plan}, {0}};

int main(int count, char **arguments) {
    if (count != 3) fail("wanted: PLANS FEED");
    FILE *in = fopen(arguments[1], "rb");
    out = fopen(arguments[2], "wb");
    if (!in || !out) fail("a file cannot be opened");
    stamp = icaltime_from_timet_with_zone(STAMP, 0, icaltimezone_get_utc_timezone());
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_file(&parser, in);
    wanted(YAML_STREAM_START_EVENT);
    wanted(YAML_DOCUMENT_START_EVENT);
    wanted(YAML_MAPPING_START_EVENT);
    read_fields(FILES, (char *)&calendar);
    fputs("END:VCALENDAR\r\n", out);
    yaml_parser_delete(&parser);
    return fclose(out) ? (fail("the feed cannot be written"), 1) : 0;
}
