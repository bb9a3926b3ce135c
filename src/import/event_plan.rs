//! The plan that an event becomes, together with the events that belong to it.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};

use crate::ics::Moment;
use crate::import::alarm::{Alarm, Ring};
use crate::import::automatic::OpenPlan;
use crate::import::clean::{clean_plan, quote};
use crate::import::dates::{CountedFrom, length_of, validity_of};
use crate::import::draft::{
    FieldValue, Fields, Leads, PlanDraft, PlanIds, lead_in_words, period_of_days,
};
use crate::import::event::Event;
use crate::import::groups::EventGroup;
use crate::import::html::html_text;
use crate::import::omission::Omissions;
use crate::import::options::ImportOptions;
use crate::import::recurrence::next_or_last_date;
use crate::import::related::{Related, days_ahead};
use crate::import::rule::{PlanRule, RuleDates};
use crate::import::titles::{OwnDay, own_title};
use crate::plan::limits::MAX_LEADS;
use crate::plan::value::language::Language;
use crate::text::value_error::quoted;
use crate::time::period::Period;

/// Makes plans of the events of one calendar.
pub(crate) struct PlanMaker<'o> {
    options: &'o ImportOptions,
    today: NaiveDate,
    is_own_feed: bool,
    ids: PlanIds,
    omissions: &'o mut Omissions,
    pub(crate) alarm_times: Vec<AlarmTime>,
    /// The language of each plan of a feed of ours.
    pub(crate) languages: Vec<Language>,
    /// Whether a feed of ours has days that notices may warn of, and such notices.
    pub(crate) has_warned_day: bool,
    pub(crate) has_notices: bool,
    /// The line of the first event that is long past, and how many there are.
    pub(crate) past: Option<(usize, usize)>,
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
    /// How often it does; `None` if that is not known.
    validity: Option<Period>,
    /// The day after which it does not, if an expiry follows.
    until: Option<NaiveDate>,
}

impl<'o> PlanMaker<'o> {
    pub(crate) fn new(
        options: &'o ImportOptions,
        is_own_feed: bool,
        omissions: &'o mut Omissions,
    ) -> Self {
        Self {
            options,
            today: options.today,
            is_own_feed,
            ids: PlanIds::default(),
            omissions,
            alarm_times: Vec::new(),
            languages: Vec::new(),
            has_warned_day: false,
            has_notices: false,
            past: None,
        }
    }

    /// The plan of an event; `None` if it becomes none.
    pub(crate) fn plan_of_event(&mut self, group: EventGroup) -> Option<PlanDraft> {
        let EventGroup { main, related } = group;
        let line = main.line;
        if self.is_long_past(&main) {
            let (first, count) = self.past.unwrap_or((line, 0));
            self.past = Some((first, count + 1));
            return None;
        }
        let start = self.start_of(&main)?;
        let titled = own_title(main.title.trim(), start)
            .filter(|own| own.of == OwnDay::Expiry && main.is_single_day());
        let name = titled
            .map_or(main.title.as_str(), |own| own.name)
            .to_owned();
        let subject = titled.map_or_else(|| main.subject(), |own| quoted(own.name));
        let related = Related::new(&name, Some(start), related);
        let mut fields: Fields = vec![("name", FieldValue::Text(name.clone()))];
        let days = related.renewal_days();
        let automatic =
            (!days.is_empty()).then(|| self.automatic_dates(&days, Some(start), line, &subject));
        match &automatic {
            Some(automatic) => fields.extend(automatic.fields.clone()),
            None => {
                let (expires, validity) = self.repeated(&main, start);
                fields.push(("expires", date_value(expires)));
                let validity = validity.map(Period::in_words).map(FieldValue::Plain);
                let extends = validity.as_ref().map(|_| "from-expiry".to_owned());
                fields.extend(validity.map(|validity| ("validity", validity)));
                fields.extend(extends.map(|extends| ("extends", FieldValue::Plain(extends))));
            }
        }
        if let Some(end) = related.grace_end_day() {
            let grace = period_of_days((end - start).num_days()).map(Period::in_words);
            fields.extend(grace.map(|grace| ("grace", FieldValue::Plain(grace))));
        }
        let language = titled.map(|own| own.language);
        let language = language.filter(|_| self.is_own_feed);
        self.languages.extend(language);
        fields.extend(self.notes(&main));
        fields.extend(self.other_days(&related, automatic.as_ref(), line, &subject));
        fields.extend(renewal(automatic.as_ref(), main.url.as_deref()));
        let tags = main.tags.iter().map(|tag| FieldValue::Text(tag.clone()));
        fields.push(("tags", FieldValue::List(tags.collect())));
        if !main.unread.is_empty() {
            let what = format!("left out: {}", main.unread.join(", "));
            self.omissions.note(line, &subject, what);
        }
        let (leads, is_of_renewals) = self.leads(Some(&main), &related, line, &subject);
        let place = (line, name.as_str(), titled.is_some());
        related.note_losses(place, Some(&main), &leads, self.omissions);
        if language.is_some() {
            self.has_warned_day = true;
            self.has_notices |= related.has_notices();
            if leads.is_empty() {
                let what = "its expiry has no alarm: it gets the `remind` of the list";
                self.omissions.note(line, &subject, what);
            }
        }
        let leads = kind_of_leads(leads, automatic.as_ref(), is_of_renewals);
        self.finish(fields, leads, line, &subject, &name)
    }

    /// Whether an event is over, long ago. A feed of ours is a list of plans, and loses none.
    fn is_long_past(&self, event: &Event) -> bool {
        let repeats = event.rule.is_some() || !event.added_dates.is_empty();
        let is_kept = self.is_own_feed || repeats || event.is_exception || event.is_todo;
        let day = event
            .day
            .filter(|_| !is_kept && !event.title.trim().is_empty());
        let is_void = matches!(event.status.as_str(), "CANCELLED" | "COMPLETED");
        day.is_some_and(|day| !is_void && self.options.is_long_past(day))
    }

    /// The plan of events of which no expiry is in the file.
    pub(crate) fn plan_of_open(&mut self, plan: &OpenPlan) -> Option<PlanDraft> {
        let (line, subject, related) = (plan.line, quoted(&plan.name), &plan.related);
        let mut fields: Fields = vec![("name", FieldValue::Text(plan.name.clone()))];
        let days = &plan.renewal_days;
        let automatic =
            (!days.is_empty()).then(|| self.automatic_dates(days, plan.expiry, line, &subject));
        match (&automatic, plan.expiry) {
            (Some(automatic), _) => fields.extend(automatic.fields.clone()),
            (None, Some(expiry)) => fields.push(("expires", date_value(expiry))),
            (None, None) => {
                let what = match related.ended_day() {
                    Some(ended) => {
                        format!("it ends on {ended}, and no event has its expiry: left out")
                    }
                    None => "no event has its expiry: left out".to_owned(),
                };
                self.omissions.lose_plan(line, &subject, what);
                return None;
            }
        }
        let is_automatic = automatic
            .as_ref()
            .is_some_and(|dates| dates.validity.is_some());
        if let (true, None, None, Some(last)) =
            (is_automatic, plan.expiry, related.ended_day(), days.last())
        {
            let what = format!(
                "its last date in the file is {last}; after that it is assumed to renew by \
                 itself: if not, write `until` or `ended`"
            );
            self.omissions.note(line, &subject, what);
        }
        self.languages
            .extend(self.is_own_feed.then_some(plan.language));
        if let Some(first) = related.renewals.iter().chain(related.told()).next() {
            fields.extend(self.notes(first));
            fields.extend(self.other_days(related, automatic.as_ref(), line, &subject));
            fields.extend(renewal(automatic.as_ref(), first.url.as_deref()));
        }
        let (leads, is_of_renewals) = self.leads(None, related, line, &subject);
        let place = (line, plan.name.as_str(), true);
        related.note_losses(place, None, &leads, self.omissions);
        if self.is_own_feed && !leads.is_empty() {
            self.has_warned_day = true;
            self.has_notices |= related.has_notices();
        }
        let leads = kind_of_leads(leads, automatic.as_ref(), is_of_renewals);
        self.finish(fields, leads, line, &subject, &plan.name)
    }

    /// The fields `ended` and `cancel`.
    fn other_days(
        &mut self,
        related: &Related,
        automatic: Option<&AutomaticDates>,
        line: usize,
        subject: &str,
    ) -> Fields {
        let ended = related.ended_day().map(|day| ("ended", date_value(day)));
        let mut fields: Fields = ended.into_iter().collect();
        if related.cancels.is_empty() {
            return fields;
        }
        // A notice is no longer than the time between two renewals.
        let notice = automatic
            .and_then(|dates| dates.validity)
            .and_then(|validity| {
                let notice = length_of(&related.cancel_pairs())?;
                (notice.max_days() <= validity.max_days()).then_some(notice)
            });
        match notice {
            Some(notice) => {
                let notice = FieldValue::Plain(notice.in_words());
                fields.push(("cancel", FieldValue::Map(vec![("notice", notice)])));
            }
            None => {
                let what = "its last days to cancel were left out: they are not always the same \
                            time before a renewal";
                self.omissions.note(line, subject, what);
            }
        }
        fields
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
                false if event.is_before_1900() => {
                    "its day is before the year 1900, and it does not repeat each year: left out"
                }
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
            let what = format!("a to-do: its due day, {start}, became the last day");
            self.omissions.note(line, &subject, what);
        }
        if let Some(note) = &event.day_note {
            self.omissions.note(line, &subject, note.clone());
        }
        if event.length > 1 {
            let days = event.length;
            let what = format!("it lasts {days} days: the first day, {start}, was used");
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
            let words = FieldValue::Plain(validity.in_words());
            // Any day from the last renewal to the expiry gives the same dates.
            let until = expiry.and(days.last().copied());
            if let Some(until) = until {
                let what = format!(
                    "the last day on which it renews by itself was left out: {until}, its last \
                     renewal, was used"
                );
                self.omissions.note(line, subject, what);
            }
            return AutomaticDates {
                fields: vec![anchor, ("validity", words)],
                validity: Some(validity),
                until,
            };
        }
        // Without a period nothing may renew by itself, so that it is warned of at least.
        let next = all.iter().find(|day| **day >= self.today);
        let taken = expiry.as_ref().or(next).or(all.last());
        let taken = taken.copied().unwrap_or(self.today);
        let what = format!(
            "it renews by itself, and its dates do not show how often: only {taken} was used"
        );
        self.omissions.note(line, subject, what);
        AutomaticDates {
            fields: vec![("expires", date_value(taken))],
            validity: None,
            until: None,
        }
    }

    /// The notes of a plan: the description of its event. That of a feed of ours has dates, which
    /// the next renewal makes wrong.
    fn notes(&self, event: &Event) -> Option<(&'static str, FieldValue)> {
        let text = (!self.is_own_feed).then(|| event.description.clone())?;
        let text = html_text(&text).into_owned();
        Some(("notes", FieldValue::Text(text)))
    }

    /// The leads of a plan, the longest first, and whether its automatic renewals have them. What
    /// cannot be a lead becomes an omission.
    fn leads(
        &mut self,
        main: Option<&Event>,
        related: &Related,
        line: usize,
        subject: &str,
    ) -> (Vec<Period>, bool) {
        for alarm in main
            .into_iter()
            .chain(related.told())
            .flat_map(|event| &event.alarms)
        {
            self.note_alarm(alarm, subject);
        }
        let has_alarm = |event: &Event| days_ahead(event).next().is_some();
        let mut is_of_renewals = related.renewals.iter().any(has_alarm);
        let alarms = main.into_iter().chain(related.warned()).map(days_ahead);
        let mut dates: Vec<Vec<i64>> = alarms.map(longest_first).collect();
        dates.retain(|ahead| !ahead.is_empty());
        // Notices are all that is left of a calendar whose alarms were removed, and of an expiry that
        // is not in the file.
        if dates.is_empty() || main.is_none() {
            let notices = related.ahead_by_notices();
            let mut renewals = related.renewals.iter().filter_map(|event| event.day);
            is_of_renewals |= renewals.any(|day| notices.contains_key(&day));
            dates.extend(notices.into_values().map(longest_first));
        }
        let leads = most_common(&dates);
        let mut all = dates.iter().flatten();
        let differ = all.any(|days| !leads.contains(days));
        let mut leads: Vec<Period> = leads.into_iter().filter_map(period_of_days).collect();
        if differ {
            let taken: Vec<String> = leads.iter().map(|lead| lead_in_words(*lead)).collect();
            let what = format!(
                "its warnings are not always the same time ahead, as with months or `workdays`: \
                 {} was used for all",
                taken.join(", ")
            );
            self.omissions.note(line, subject, what);
        }
        let surplus = leads.len().saturating_sub(MAX_LEADS);
        if surplus > 0 {
            let what = format!("{surplus} of its alarms were left out: allowed up to {MAX_LEADS}");
            self.omissions.note(line, subject, what);
            leads.truncate(MAX_LEADS);
        }
        (leads, is_of_renewals)
    }

    /// Notes what no lead has of an alarm, and when it rings.
    fn note_alarm(&mut self, alarm: &Alarm, subject: &str) {
        if let Some(extra) = &alarm.extra {
            let what = format!("part of its alarm was left out: {extra}");
            self.omissions.note(alarm.line, subject, what);
        }
        let what = match alarm.ring {
            // An e-mail does not ring: when it is sent says nothing of the hour of the alarms.
            Ring::Ahead(..) if alarm.is_email => return,
            Ring::Ahead(_, time) => {
                self.alarm_times.push(AlarmTime {
                    line: alarm.line,
                    time,
                    subject: subject.to_owned(),
                });
                return;
            }
            Ring::TooLate => {
                "its alarm on the day itself or later was left out: `remind` is a day or more"
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
                    "it repeats by a rule that ends, {shown}: its next date, {next}, was used, \
                     and the end was left out"
                ),
                (next, Some(rule.period)),
            ),
            Some((RuleDates::Last(last), _, shown)) => (
                format!(
                    "it repeats by a rule that has ended, {shown}: its last date, {last}, was \
                     used"
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
            let what = "its EXDATE was left out: it has no rule";
            return Some((what.to_owned(), start));
        }
        (None, true, _) => "its RDATE gives it more dates".to_owned(),
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
        Some(RuleDates::Next(next)) => {
            (format!("{why}: only its next date, {next}, was used"), next)
        }
        Some(RuleDates::Last(last)) => (
            format!("{why}: it has ended, and its last date, {last}, was used"),
            last,
        ),
        None => (
            format!("{why}: only its first day, {start}, was used"),
            start,
        ),
    })
}

fn date_value(day: NaiveDate) -> FieldValue {
    FieldValue::Plain(day.to_string())
}

/// The field `renewal`, if there is anything to say.
fn renewal(
    automatic: Option<&AutomaticDates>,
    url: Option<&str>,
) -> Option<(&'static str, FieldValue)> {
    let automatic = automatic.filter(|dates| dates.validity.is_some());
    let method = match automatic {
        Some(_) => "auto-debit",
        None => "website",
    };
    let mut way: Fields = vec![("method", FieldValue::Plain(method.to_owned()))];
    let until = automatic.and_then(|dates| dates.until);
    way.extend(until.map(|until| ("until", date_value(until))));
    way.extend(url.map(|url| ("url", FieldValue::Text(url.to_owned()))));
    (automatic.is_some() || url.is_some()).then_some(("renewal", FieldValue::Map(way)))
}

/// Numbers of days, the longest first, each once.
fn longest_first(ahead: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut ahead: Vec<i64> = ahead.into_iter().collect();
    ahead.sort_unstable_by_key(|days| std::cmp::Reverse(*days));
    ahead.dedup();
    ahead
}

/// The leads that most dates have, of those with the most leads: a date has fewer if one would fall
/// before the date before it. Of equal ones the longest, which warn of nothing later.
fn most_common(dates: &[Vec<i64>]) -> Vec<i64> {
    let mut counts: HashMap<&[i64], usize> = HashMap::new();
    for ahead in dates {
        *counts.entry(ahead).or_default() += 1;
    }
    let most = counts
        .into_iter()
        .max_by_key(|(ahead, count)| (ahead.len(), *count, *ahead));
    most.map_or_else(Vec::new, |(ahead, _)| ahead.to_vec())
}

/// Who has to name the leads of a plan; if there are none, nothing is known of them.
fn kind_of_leads(
    leads: Vec<Period>,
    automatic: Option<&AutomaticDates>,
    is_of_renewals: bool,
) -> Leads {
    let is_automatic = automatic.is_some_and(|dates| dates.validity.is_some());
    match (is_automatic, is_of_renewals) {
        _ if leads.is_empty() => Leads::Unknown,
        (false, _) => Leads::Given(leads),
        // A plan that renews by itself is warned of its renewals only if it has leads of its own.
        (true, false) => Leads::OfList(leads),
        (true, true) => Leads::OfPlan(leads),
    }
}
