//! The plan that an event becomes, together with the events that belong to it.

use chrono::{Datelike, NaiveDate, NaiveTime};

use crate::ics::Moment;
use crate::import::alarm::{Alarm, Ring};
use crate::import::automatic::{OpenPlan, has_own_uid};
use crate::import::clean::{clean_plan, quote};
use crate::import::dates::{CountedFrom, validity_of};
use crate::import::description::{Remainder, Topic, stated_until, without_own_sentences};
use crate::import::draft::{
    FieldValue, Fields, Leads, PlanDraft, PlanIds, period_in_words, period_of_days,
};
use crate::import::event::Event;
use crate::import::groups::EventGroup;
use crate::import::omission::Omissions;
use crate::import::recurrence::next_or_last_date;
use crate::import::related::Related;
use crate::import::rule::{PlanRule, RuleDates};
use crate::import::titles::{Titled, WarningOf, expiry_name, lead_of};
use crate::plan::limits::MAX_LEADS;
use crate::plan::value::language::Language;
use crate::text::value_error::quoted;
use crate::time::period::Period;
use crate::words;

/// Days that are tried for the end of an automatism.
const MAX_UNTIL_CANDIDATES: usize = 400;

/// Makes plans of the events of one calendar.
pub(crate) struct PlanMaker<'o> {
    today: NaiveDate,
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
    pub(crate) fn new(today: NaiveDate, omissions: &'o mut Omissions) -> Self {
        Self {
            today,
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
            let validity = validity.map(period_in_words).map(FieldValue::Plain);
            let extends = validity.as_ref().map(|_| "from-expiry".to_owned());
            fields.extend(validity.map(|validity| ("validity", validity)));
            fields.extend(extends.map(|extends| ("extends", FieldValue::Plain(extends))));
        } else {
            let automatic = {
                let own = titled.map(|(language, _)| language);
                self.automatic_dates(&dates, Some(start), (&main, own), &subject)
            };
            until = automatic.until;
            fields.extend(automatic.fields);
        }
        if let Some(end) = related.grace_end_day() {
            let grace = period_of_days((end - start).num_days()).map(period_in_words);
            fields.extend(grace.map(|grace| ("grace", FieldValue::Plain(grace))));
        }
        let language = titled.map(|(language, _)| language);
        let language = language.filter(|_| has_own_uid(&main));
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
        let topic = Topic::Expiry {
            expiry: start,
            grace_end: related.grace_end_day(),
            until,
        };
        let notes = self.notes(&main, language.map(|language| (language, topic)), &subject);
        fields.push(("notes", FieldValue::Text(notes)));
        let way = renewal(until.is_some(), until, main.url.as_deref());
        fields.extend(way);
        let tags = main.tags.iter().map(|tag| FieldValue::Text(tag.clone()));
        fields.push(("tags", FieldValue::List(tags.collect())));
        if !main.unread.is_empty() {
            let what = format!("left out: {}", main.unread.join(", "));
            self.omissions.note(line, &subject, what);
        }
        let own = language.map(|language| (language, name.as_str()));
        let mut warnings = warnings_of(&main, &related);
        let of_expiry = warnings.len();
        if until.is_some() {
            warnings.extend(warnings_of_last(&related.renewals));
        }
        let are_own = warnings.len() > of_expiry;
        let mut leads = self.leads(&warnings, own, &subject);
        if leads.is_empty() {
            leads = leads_of_notices(related.notices(), start, own);
        }
        related.note_losses(&name, start, &leads, self.omissions);
        if leads.is_empty() && own.is_some() {
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

    /// The plan of events of a feed of ours of which no expiry is in the feed.
    pub(crate) fn plan_of_open(&mut self, plan: &OpenPlan) -> Option<PlanDraft> {
        let (line, subject) = (plan.line(), quoted(&plan.name));
        let dates: Vec<NaiveDate> = plan.renewals.iter().filter_map(|event| event.day).collect();
        let told = plan.renewals.first().or(plan.notices.first())?;
        self.languages.push(plan.language);
        self.has_notices |= !plan.notices.is_empty();
        let mut fields: Fields = vec![("name", FieldValue::Text(plan.name.clone()))];
        let (mut until, mut is_automatic) = (None, false);
        if dates.is_empty() {
            fields.push(("expires", date_value(plan.expiry?)));
        } else {
            let automatic = {
                let own = (told, Some(plan.language));
                self.automatic_dates(&dates, plan.expiry, own, &subject)
            };
            is_automatic = automatic.fields.len() > 1;
            until = automatic.until;
            fields.extend(automatic.fields);
        }
        let last = plan.notices.last().or(plan.renewals.last());
        let last_day = last.and_then(|event| event.day)?;
        if plan.expiry.is_some() {
            let what = format!(
                "the day on which it was given up is in no feed: {last_day}, the day of its last event, was taken"
            );
            self.omissions.note(line, &subject, what);
            fields.push(("ended", date_value(last_day)));
        } else if is_automatic && last_day.year() <= self.today.year() + 1 {
            let what = format!(
                "its last date in the feed is {last_day}: write `ended` if it was given up, since it is taken to renew by itself after that"
            );
            self.omissions.note(line, &subject, what);
        }
        let topic = match (
            plan.renewals.first().and_then(|event| event.day),
            plan.expiry,
        ) {
            (Some(day), _) => Topic::Renewal { day, until },
            (None, expiry) => Topic::Expiry {
                expiry: expiry?,
                grace_end: None,
                until: None,
            },
        };
        let notes = self.notes(told, Some((plan.language, topic)), &subject);
        fields.push(("notes", FieldValue::Text(notes)));
        fields.extend(renewal(is_automatic, until, told.url.as_deref()));
        let own = Some((plan.language, plan.name.as_str()));
        let of_renewals: Vec<Warning<'_>> = warnings_of_last(&plan.renewals).collect();
        let mut leads = self.leads(&of_renewals, own, &subject);
        let are_own = !leads.is_empty();
        if let (Some(expiry), false) = (plan.expiry, are_own) {
            leads = leads_of_notices(&plan.notices, expiry, own);
        }
        let leads = match (is_automatic, are_own) {
            (false, _) => some_leads(leads, Leads::Given),
            (true, false) => some_leads(leads, Leads::OfList),
            (true, true) => some_leads(leads, Leads::OfPlan),
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
    /// `told` is an event that describes it.
    fn automatic_dates(
        &mut self,
        days: &[NaiveDate],
        expiry: Option<NaiveDate>,
        (told, own): (&Event, Option<Language>),
        subject: &str,
    ) -> AutomaticDates {
        let all: Vec<NaiveDate> = days.iter().copied().chain(expiry).collect();
        if let Some((anchor, validity)) = validity_of(&all) {
            let anchor = match anchor {
                CountedFrom::FirstDate(day) => ("expires", date_value(day)),
                CountedFrom::Earlier(day) => ("renewed", date_value(day)),
            };
            let validity = FieldValue::Plain(period_in_words(validity));
            let last = days.last().copied();
            let until = expiry.and(last).map(|last| {
                // Any day from the last renewal to the expiry gives the same dates.
                let candidates = last.iter_days().take_while(|day| Some(*day) < expiry);
                let candidates = candidates.take(MAX_UNTIL_CANDIDATES);
                let stated = own.and_then(|language| {
                    stated_until(&told.description, words::in_language(language), candidates)
                });
                stated.unwrap_or(last)
            });
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
        self.omissions.note(told.line, subject, what);
        AutomaticDates {
            fields: vec![("expires", date_value(taken))],
            until: None,
        }
    }

    /// The notes of a plan: the description of its event, without what a feed of ours writes again.
    fn notes(&mut self, event: &Event, own: Option<(Language, Topic)>, subject: &str) -> String {
        let Some((language, topic)) = own else {
            return event.description.clone();
        };
        let Remainder { of_dates, notes } =
            without_own_sentences(event, words::in_language(language), topic);
        if let Some(lost) = of_dates {
            let what = format!("part of its description was left out: {}", quote(&lost));
            self.omissions.note(event.line, subject, what);
        }
        if !notes.trim().is_empty() {
            let what = "the rest of its description is in its `notes` now: the number, the price and the ways of renewing are no fields any more";
            self.omissions.note(event.line, subject, what);
        }
        notes
    }

    /// The leads of these alarms, the longest first. What cannot be a lead becomes an omission.
    fn leads(
        &mut self,
        warnings: &[Warning<'_>],
        own: Option<Titled<'_>>,
        subject: &str,
    ) -> Vec<Period> {
        let mut leads: Vec<Period> = Vec::new();
        for warning in warnings {
            let alarm = warning.alarm;
            self.note_alarm(alarm, subject);
            let Ring::Ahead(ahead, _) = alarm.ring else {
                continue;
            };
            let lead = match own {
                Some(own) => lead_of(warning.of, own, &alarm.text, ahead, warning.day),
                None => period_of_days(i64::from(ahead)),
            };
            leads.extend(lead.filter(|lead| !leads.contains(lead)));
        }
        let reference = warnings.first().map(|warning| warning.day);
        leads.sort_by_key(|lead| reference.and_then(|day| lead.before(day)));
        let surplus = leads.len().saturating_sub(MAX_LEADS);
        if surplus > 0 {
            let line = warnings.first().map_or(0, |warning| warning.alarm.line);
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

/// An alarm with the day that it warns of.
struct Warning<'e> {
    alarm: &'e Alarm,
    of: WarningOf,
    day: NaiveDate,
}

/// The alarms of one event.
fn warnings(event: &Event, of: WarningOf) -> impl Iterator<Item = Warning<'_>> {
    let alarms = event
        .day
        .into_iter()
        .flat_map(|day| event.alarms.iter().map(move |alarm| (day, alarm)));
    alarms.map(move |(day, alarm)| Warning { alarm, of, day })
}

/// The alarms of an expiry and of the end of its grace.
fn warnings_of<'e>(main: &'e Event, related: &'e Related) -> Vec<Warning<'e>> {
    let of_grace = related.grace_end.iter();
    let of_grace = of_grace.flat_map(|event| warnings(event, WarningOf::GraceEnd));
    warnings(main, WarningOf::Expiry).chain(of_grace).collect()
}

/// The alarms of the last renewal, which has all leads: none falls before the first date.
fn warnings_of_last(renewals: &[Event]) -> impl Iterator<Item = Warning<'_>> {
    let last = renewals.last().into_iter();
    last.flat_map(|event| warnings(event, WarningOf::Renewal))
}

/// The leads of notices, which are all that is left of a calendar whose alarms were removed.
fn leads_of_notices(notices: &[Event], expiry: NaiveDate, own: Option<Titled<'_>>) -> Vec<Period> {
    let mut leads: Vec<Period> = Vec::new();
    for event in notices {
        let Some(ahead) = event.day.map(|day| (expiry - day).num_days()) else {
            continue;
        };
        let lead = match (own, u32::try_from(ahead)) {
            (Some(own), Ok(ahead)) => {
                lead_of(WarningOf::Expiry, own, event.title.trim(), ahead, expiry)
            }
            _ => period_of_days(ahead),
        };
        leads.extend(lead.filter(|lead| !leads.contains(lead)));
    }
    leads.sort_by_key(|lead| lead.before(expiry));
    leads.truncate(MAX_LEADS);
    leads
}

/// The leads of a plan; if there are none, nothing is known of them.
fn some_leads(leads: Vec<Period>, kind: fn(Vec<Period>) -> Leads) -> Leads {
    match leads.is_empty() {
        true => Leads::Unknown,
        false => kind(leads),
    }
}
