/* What a plan says, and the two functions that a writer of events has. */
#include <stddef.h>
#include <stdio.h>

struct list { char **items; size_t count; };
struct sms { char *to, *text; };
struct way { int there; char *method, *action, *url, *app, *dial, *call; struct sms sms; struct list steps; };
struct plan {
    char *id, *name, *provider, *number, *expires, *renewed, *validity, *grace, *price, *notes;
    struct way renewal, check, support;
    struct list remind;
};
struct calendar { char *name, *id, *description, *notices; struct list remind; };

struct day { int year, month, day; };

/* An alarm at nine o'clock, `lead` days before the event. */
struct alarm { int lead; const char *title; };
struct event {
    const struct plan *plan;
    const char *kind;
    /* A part of the UID; 0 if the kind is enough. */
    int lead;
    struct day day;
    const char *title, *description;
    const struct alarm *alarms;
    size_t alarm_count;
};

/* The stamp of every event is noon on this day, UTC. */
#define STAMP ((struct day){2026, 10, 5})

extern struct calendar calendar;
extern FILE *out;

void fail(const char *what);
struct day shifted(struct day day, int days);

/* Of the writer. */
void write_head(void);
void write_event(const struct event *event);
