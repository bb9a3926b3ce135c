//! The plan that an event becomes, together with the events that belong to it.

use chrono::{NaiveDate, NaiveTime};

use crate::ics::Moment;
use crate::import::alarm::{Alarm, Ring};
use crate::import::automatic::OpenPlan;
use crate::import::clean::{clean_plan, quote};
use crate::import::dates::{CountedFrom, validity_of};
use crate::import::draft::{FieldValue, Fields, Leads, PlanDraft, PlanIds, period_of_days};
use crate::import::event::Event;
use crate::import::groups::EventGroup;
use crate::import::omission::Omissions;
use crate::import::recurrence::next_or_last_date;
use crate::import::related::Related;
use crate::import::rule::{PlanRule, RuleDates};
use crate::import::titles::expiry_name;
use crate::plan::limits::MAX_LEADS;
use crate::plan::value::language::Language;
use crate::text::value_error::quoted;
use crate::time::period::Period;

/// Makes plans of the events of one calendar.
pub(crate) struct PlanMaker<'o> {
    today: NaiveDate,
    is_own_feed: bool,
    ids: PlanIds,
    omissions: &'o mut Omissions,
    pub(crate) alarm_times: Vec<AlarmTime>,
    /// The language of each plan of a feed of ours.
    pub(crate) languages: Vec<Language>,
    /// Whether a feed of ours has an expiry with events that warn of it, and one without any.
    pub(crate) has_notices: bool,
    pub(crate) has_expiry: bool,
}

/// The time of day at which an alarm rings.
#[derive(Debug)]
pub(crate) struct AlarmTime {
    pub(crate) line: usize,
    pub(crate) time: NaiveTime,
    pub(crate) subject: String,
}

/// Dates on which a plan renews by itself, in a form that a plans file has.
struct AutomaticDates {
    fields: Fields,
    /// The day after which it does not, if an expiry follows.
    until: Option<NaiveDate>,
}

impl<'o> PlanMaker<'o> {
    pub(crate) fn new(today: NaiveDate, is_own_feed: bool, omissions: &'o mut Omissions) -> Self {
        Self {
            today,
            is_own_feed,
            ids: PlanIds::default(),
            omissions,
            alarm_times: Vec::new(),
            languages: Vec::new(),
            has_notices: false,
            has_expiry: false,
        }
    }

    /// The plan of an event; `None` if it becomes none.
    pub(crate) fn plan_of_event(&mut self, group: EventGroup) -> Option<PlanDraft> {
        let EventGroup { main, related } = group;
        let line = main.line;
        let start = self.start_of(&main)?;
        let titled = expiry_name(main.title.trim(), start).filter(|_| main.is_single_day());
        let name = titled
            .map_or(main.title.as_str(), |(_, name)| name)
            .to_owned();
        let subject = titled.map_or_else(|| main.subject(), |(_, name)| quoted(name));
        let related = Related::new(&name, start, related);
        let mut fields: Fields = vec![("name", FieldValue::Text(name.clone()))];
        let dates = related.renewal_days();
        let mut until = None;
        if dates.is_empty() {
            let (expires, validity) = self.repeated(&main, start);
            fields.push(("expires", date_value(expires)));
            let validity = validity.map(Period::in_words).map(FieldValue::Plain);
            let extends = validity.as_ref().map(|_| "from-expiry".to_owned());
            fields.extend(validity.map(|validity| ("validity", validity)));
            fields.extend(extends.map(|extends| ("extends", FieldValue::Plain(extends))));
        } else {
            let automatic = self.automatic_dates(&dates, Some(start), line, &subject);
            until = automatic.until;
            fields.extend(automatic.fields);
        }
        if let Some(end) = related.grace_end_day() {
            let grace = period_of_days((end - start).num_days()).map(Period::in_words);
            fields.extend(grace.map(|grace| ("grace", FieldValue::Plain(grace))));
        }
        let language = titled.map(|(language, _)| language);
        let language = language.filter(|_| self.is_own_feed);
        if language.is_some() {
            self.has_expiry = true;
            self.has_notices |= related.has_notices();
            if related.lacks_overdue_day(start) {
                let what = format!(
                    "no event follows its expiry: it was taken for one that was given up on {start}"
                );
                self.omissions.note(line, &subject, what);
                fields.push(("ended", date_value(start)));
            }
        }
        self.languages.extend(language);
        fields.extend(self.notes(&main));
        fields.extend(renewal(until.is_some(), until, main.url.as_deref()));
        let tags = main.tags.iter().map(|tag| FieldValue::Text(tag.clone()));
        fields.push(("tags", FieldValue::List(tags.collect())));
        if !main.unread.is_empty() {
            let what = format!("left out: {}", main.unread.join(", "));
            self.omissions.note(line, &subject, what);
        }
        let mut alarms = alarms_of(&main, &related);
        let of_expiry = alarms.len();
        if until.is_some() {
            alarms.extend(alarms_of_last(&related.renewals));
        }
        let are_own = alarms.len() > of_expiry;
        let mut leads = self.leads(&alarms, &subject);
        if leads.is_empty() {
            leads = leads_of_notices(related.notices(), start);
        }
        related.note_losses(&name, start, &leads, self.omissions);
        if leads.is_empty() && language.is_some() {
            let what = "its expiry has no alarm: it gets the leads of the list";
            self.omissions.note(line, &subject, what);
        }
        let leads = match (until, are_own) {
            (None, _) => some_leads(leads, Leads::Given),
            // A plan that renews by itself is warned of only if it has leads of its own.
            (Some(_), false) => some_leads(leads, Leads::OfList),
            (Some(_), true) => some_leads(leads, Leads::OfPlan),
        };
        self.finish(fields, leads, line, &subject, &name)
    }

    /// The plan of automatic renewals after which no expiry follows.
    pub(crate) fn plan_of_open(&mut self, plan: &OpenPlan) -> Option<PlanDraft> {
        let (first, subject) = (plan.renewals.first()?, quoted(&plan.name));
        let line = plan.line();
        let dates: Vec<NaiveDate> = plan.renewals.iter().filter_map(|event| event.day).collect();
        self.languages
            .extend(self.is_own_feed.then_some(plan.language));
        let mut fields: Fields = vec![("name", FieldValue::Text(plan.name.clone()))];
        let automatic = self.automatic_dates(&dates, None, line, &subject);
        let is_automatic = automatic.fields.len() > 1;
        fields.extend(automatic.fields);
        if let (true, Some(last)) = (is_automatic, dates.last()) {
            let what = format!(
                "its last date in the file is {last}, and it is taken to renew by itself after that: write `until` or `ended` if it does not"
            );
            self.omissions.note(line, &subject, what);
        }
        fields.extend(self.notes(first));
        fields.extend(renewal(is_automatic, None, first.url.as_deref()));
        let alarms: Vec<&Alarm> = alarms_of_last(&plan.renewals).collect();
        let leads = self.leads(&alarms, &subject);
        let leads = match is_automatic {
            false => some_leads(leads, Leads::Given),
            true => some_leads(leads, Leads::OfPlan),
        };
        self.finish(fields, leads, line, &subject, &plan.name)
    }

    fn finish(
        &mut self,
        fields: Fields,
        leads: Leads,
        line: usize,
        subject: &str,
        name: &str,
    ) -> Option<PlanDraft> {
        let mut fields = clean_plan(fields, line, subject, self.omissions)?;
        if let Some((_, FieldValue::Map(way))) =
            fields.iter_mut().find(|(key, _)| *key == "renewal")
            && matches!(&way[..], [("method", FieldValue::Plain(method))] if method == "website")
        {
            // Its link was not a web address.
            fields.retain(|(key, _)| *key != "renewal");
        }
        fields.push(("id", FieldValue::Text(self.ids.make(name))));
        Some(PlanDraft { fields, leads })
    }

    /// The day that counts of an event; `None` if it becomes no plan.
    fn start_of(&mut self, event: &Event) -> Option<NaiveDate> {
        let (line, subject) = (event.line, event.subject());
        if event.is_exception {
            let what = "it moves one date of an event that repeats: left out";
            self.omissions.note(line, &subject, what);
            return None;
        }
        if matches!(event.status.as_str(), "CANCELLED" | "COMPLETED") {
            let what = format!("its status is {}: left out", quoted(&event.status));
            self.omissions.note(line, &subject, what);
            return None;
        }
        let Some(start) = event.day else {
            let what = match event.is_todo {
                true => "a to-do without a due day that can be read: left out",
                false => "it has no day that can be read: left out",
            };
            self.omissions.lose_plan(line, &subject, what);
            return None;
        };
        if event.title.trim().is_empty() {
            let what = "it has no title that can be read: left out";
            self.omissions.lose_plan(line, &subject, what);
            return None;
        }
        if event.is_todo {
            let what = format!("a to-do: its due day, {start}, was taken for the last day");
            self.omissions.note(line, &subject, what);
        }
        if let Some(note) = &event.day_note {
            self.omissions.note(line, &subject, note.clone());
        }
        if event.length > 1 {
            let days = event.length;
            let what = format!("it lasts {days} days: the first, {start}, was taken");
            self.omissions.note(line, &subject, what);
        }
        Some(start)
    }

    /// The fields of a plan that renews by itself on these days and, if `expiry` is given, no more.
    fn automatic_dates(
        &mut self,
        days: &[NaiveDate],
        expiry: Option<NaiveDate>,
        line: usize,
        subject: &str,
    ) -> AutomaticDates {
        let all: Vec<NaiveDate> = days.iter().copied().chain(expiry).collect();
        if let Some((anchor, validity)) = validity_of(&all) {
            let anchor = match anchor {
                CountedFrom::FirstDate(day) => ("expires", date_value(day)),
                CountedFrom::Earlier(day) => ("renewed", date_value(day)),
            };
            let validity = FieldValue::Plain(validity.in_words());
            // Any day from the last renewal to the expiry gives the same dates.
            let until = expiry.and(days.last().copied());
            if let Some(until) = until {
                let what = format!(
                    "the day until which it renews by itself was left out: {until}, its last renewal, was taken"
                );
                self.omissions.note(line, subject, what);
            }
            return AutomaticDates {
                fields: vec![anchor, ("validity", validity)],
                until,
            };
        }
        // Without a period nothing may renew by itself, so that it is warned of at least.
        let next = all.iter().find(|day| **day >= self.today);
        let taken = expiry.as_ref().or(next).or(all.last());
        let taken = taken.copied().unwrap_or(self.today);
        let what = format!(
            "it renews by itself, and its dates do not tell how often: only {taken} was taken"
        );
        self.omissions.note(line, subject, what);
        AutomaticDates {
            fields: vec![("expires", date_value(taken))],
            until: None,
        }
    }

    /// The notes of a plan: the description of its event. That of a feed of ours has dates, which
    /// the next renewal makes wrong.
    fn notes(&self, event: &Event) -> Option<(&'static str, FieldValue)> {
        let text = (!self.is_own_feed).then(|| event.description.clone())?;
        Some(("notes", FieldValue::Text(text)))
    }

    /// The leads of these alarms, the longest first. What cannot be a lead becomes an omission.
    fn leads(&mut self, alarms: &[&Alarm], subject: &str) -> Vec<Period> {
        let mut ahead: Vec<i64> = Vec::new();
        for alarm in alarms {
            self.note_alarm(alarm, subject);
            if let Ring::Ahead(days, _) = alarm.ring {
                ahead.push(i64::from(days));
            }
        }
        let mut leads = leads_of_days(ahead);
        let surplus = leads.len().saturating_sub(MAX_LEADS);
        if surplus > 0 {
            let line = alarms.first().map_or(0, |alarm| alarm.line);
            let what = format!("{surplus} of its alarms were left out: allowed up to {MAX_LEADS}");
            self.omissions.note(line, subject, what);
            leads.truncate(MAX_LEADS);
        }
        leads
    }

    /// Notes what no lead has of an alarm, and when it rings.
    fn note_alarm(&mut self, alarm: &Alarm, subject: &str) {
        if let Some(extra) = &alarm.extra {
            let what = format!("part of its alarm was left out: {extra}");
            self.omissions.note(alarm.line, subject, what);
        }
        let what = match alarm.ring {
            Ring::Ahead(_, time) => {
                self.alarm_times.push(AlarmTime {
                    line: alarm.line,
                    time,
                    subject: subject.to_owned(),
                });
                return;
            }
            Ring::TooLate => {
                "its alarm on the day itself or later was left out: a lead is a day or more"
                    .to_owned()
            }
            Ring::TooFar(at) => {
                let at = at.format("%Y-%m-%d");
                format!("its alarm on {at} was left out: that is more than ten years ahead")
            }
            Ring::Unreadable => "its alarm cannot be read: left out".to_owned(),
        };
        self.omissions.note(alarm.line, subject, what);
    }

    /// The day that counts, and the period by which it repeats.
    fn repeated(&mut self, event: &Event, start: NaiveDate) -> (NaiveDate, Option<Period>) {
        let Some(written) = &event.start else {
            return (start, None);
        };
        let is_rule_alone = event.added_dates.is_empty() && event.excluded_dates.is_empty();
        let rule = event.rule.as_deref().filter(|_| is_rule_alone);
        let kept = rule.and_then(|text| {
            let rule = PlanRule::parse(text, written, start)?;
            Some((rule.dates(written, start, self.today)?, rule, quote(text)))
        });
        let (what, taken) = match kept {
            Some((RuleDates::Next(next), rule, _)) if !rule.ends() => {
                return (next, Some(rule.period));
            }
            Some((RuleDates::Next(next), rule, shown)) => (
                format!(
                    "it repeats by a rule that ends, {shown}: its next date, {next}, was taken, and that it ends was left out"
                ),
                (next, Some(rule.period)),
            ),
            Some((RuleDates::Last(last), _, shown)) => (
                format!(
                    "it repeats by a rule that is over, {shown}: its last date, {last}, was taken"
                ),
                (last, None),
            ),
            None => match one_date(event, written, start, self.today) {
                Some((what, day)) => (what, (day, None)),
                None => return (start, None),
            },
        };
        self.omissions.note(event.line, &event.subject(), what);
        taken
    }
}

/// The day that counts of an event that repeats as no plan does, with what has to be said of it;
/// `None` if it does not repeat.
fn one_date(
    event: &Event,
    written: &Moment,
    start: NaiveDate,
    today: NaiveDate,
) -> Option<(String, NaiveDate)> {
    let rule = event.rule.as_deref();
    let has_added = !event.added_dates.is_empty();
    let has_excluded = !event.excluded_dates.is_empty();
    let why = match (rule.map(quote), has_added, has_excluded) {
        (None, false, false) => return None,
        (None, false, true) => {
            let what = "its EXDATE was left out: there is no rule beside it";
            return Some((what.to_owned(), start));
        }
        (None, true, _) => "it has more dates, those of its RDATE".to_owned(),
        (Some(rule), false, false) => {
            format!("it repeats by a rule that a plan cannot keep, {rule}")
        }
        (Some(rule), true, false) => {
            format!("it repeats by {rule} and on the dates of its RDATE, which a plan cannot keep")
        }
        (Some(rule), false, true) => format!(
            "it repeats by {rule} except on the dates of its EXDATE, which a plan cannot keep"
        ),
        (Some(rule), true, true) => format!(
            "it repeats by {rule} and on the dates of its RDATE, except on those of its EXDATE, which a plan cannot keep"
        ),
    };
    // Counted in another zone than its rule is, a date may be off by a day.
    let dates = (written.day == start)
        .then(|| {
            let (added, excluded) = (&event.added_dates, &event.excluded_dates);
            next_or_last_date(written, rule, added, excluded, today)
        })
        .flatten();
    Some(match dates {
        Some(RuleDates::Next(next)) => (
            format!("{why}: only its next date, {next}, was taken"),
            next,
        ),
        Some(RuleDates::Last(last)) => (
            format!("{why}: it is over, and its last date, {last}, was taken"),
            last,
        ),
        None => (
            format!("{why}: only its first day, {start}, was taken"),
            start,
        ),
    })
}

fn date_value(day: NaiveDate) -> FieldValue {
    FieldValue::Plain(day.to_string())
}

/// The field `renewal`, if there is anything to say.
fn renewal(
    is_automatic: bool,
    until: Option<NaiveDate>,
    url: Option<&str>,
) -> Option<(&'static str, FieldValue)> {
    let method = if is_automatic {
        "auto-debit"
    } else {
        "website"
    };
    let mut way: Fields = vec![("method", FieldValue::Plain(method.to_owned()))];
    way.extend(until.map(|until| ("until", date_value(until))));
    way.extend(url.map(|url| ("url", FieldValue::Text(url.to_owned()))));
    (is_automatic || url.is_some()).then_some(("renewal", FieldValue::Map(way)))
}

/// The alarms of an expiry and of the end of its grace.
fn alarms_of<'e>(main: &'e Event, related: &'e Related) -> Vec<&'e Alarm> {
    let of_grace = related.grace_end.iter().flat_map(|event| &event.alarms);
    main.alarms.iter().chain(of_grace).collect()
}

/// The alarms of the last renewal, which has all leads: none falls before the first date.
fn alarms_of_last(renewals: &[Event]) -> impl Iterator<Item = &Alarm> {
    renewals.last().into_iter().flat_map(|event| &event.alarms)
}

/// The leads of notices, which are all that is left of a calendar whose alarms were removed.
fn leads_of_notices(notices: &[Event], expiry: NaiveDate) -> Vec<Period> {
    let days = notices.iter().filter_map(|event| event.day);
    let mut leads = leads_of_days(days.map(|day| (expiry - day).num_days()).collect());
    leads.truncate(MAX_LEADS);
    leads
}

/// A lead for each number of days, the longest first.
fn leads_of_days(mut ahead: Vec<i64>) -> Vec<Period> {
    ahead.sort_unstable_by_key(|days| std::cmp::Reverse(*days));
    ahead.dedup();
    ahead.into_iter().filter_map(period_of_days).collect()
}

/// The leads of a plan; if there are none, nothing is known of them.
fn some_leads(leads: Vec<Period>, kind: fn(Vec<Period>) -> Leads) -> Leads {
    match leads.is_empty() {
        true => Leads::Unknown,
        false => kind(leads),
    }
}
