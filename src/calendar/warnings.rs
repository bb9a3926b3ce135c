//! The warnings of `check`: what a plans file may contain, but a user may not expect.
//!
//! Unlike the rules, these warnings may depend on the current day and on the feed of the file.

#[cfg(test)]
mod tests;

use chrono::{Datelike as _, Months, NaiveDate};

use crate::calendar::feed::Feed;
use crate::plan::schedule::{Kind, Occurrence, Schedule};
use crate::plan::value::price::Price;
use crate::plan::{Anchor, Diagnostic, Expiry, Path, Plan, PlanList, Step};
use crate::text::escape::{double_quoted, reorders};
use crate::text::fullwidth::between_quotes;
use crate::text::plural::pluralize;
use crate::text::value_error::{ValueError, quoted};
use crate::time::date::FIRST_YEAR;
use crate::time::period::Period;

/// Google Calendar drops a feed with more octets than this.
pub(crate) const GOOGLE_MAX_BYTES: usize = 900_000;
/// Google Calendar has been seen to drop a feed with more events than this.
pub(crate) const GOOGLE_MAX_EVENTS: usize = 1_000;
/// Thunderbird looks for alarms only this many days around an event.
pub(crate) const THUNDERBIRD_ALARM_DAYS: u32 = 30;
/// The days of a week.
const WEEK: i64 = 7;

/// Returns everything in a list that a user may not expect on the day `today`.
#[must_use]
pub fn review(list: &PlanList<'_>, feed: &Feed, today: NaiveDate) -> Vec<Diagnostic> {
    let mut review = Review {
        list,
        today,
        diagnostics: Vec::new(),
    };
    review.check_size(feed);
    review.check_calendar_leads();
    review.check_derived_ids();
    for (index, plan) in list.plans.iter().enumerate() {
        review.check_plan(plan, index);
    }
    review.diagnostics
}

struct Review<'a> {
    list: &'a PlanList<'a>,
    today: NaiveDate,
    diagnostics: Vec<Diagnostic>,
}

impl Review<'_> {
    fn add(&mut self, path: &[Step], aim: Anchor, what: ValueError) {
        self.diagnostics.push(Diagnostic {
            path: Path(path.to_vec()),
            anchor: aim,
            what,
            related: None,
        });
    }

    fn check_size(&mut self, feed: &Feed) {
        if feed.text.len() <= GOOGLE_MAX_BYTES && feed.events <= GOOGLE_MAX_EVENTS {
            return;
        }
        let (bytes, events) = (feed.text.len() / 1000, feed.events);
        self.add(&[], Anchor::Value, ValueError::new(format!(
            "the feed has {bytes} kB and {events} events: Google Calendar drops feeds of about 1 MB or 1,000 events"
        ))
        .hint("split the list into several files: each becomes its own feed"));
    }

    /// Checks the leads of the calendar once, for all plans that use them.
    fn check_calendar_leads(&mut self) {
        let list = self.list;
        let uses_default = |plan: &&Plan<'_>| plan.remind.is_none() && !is_over(plan, self.today);
        let leads = &list.settings.remind;
        let path = [Step::Key("calendar"), Step::Key("remind")];
        let mut users = list.plans.iter().filter(uses_default).peekable();
        if users.peek().is_none() {
            return;
        }
        if !has_week(leads) && users.any(|plan| self.has_room_for_week(plan)) {
            self.add_no_week(&path, leads);
        }
        self.check_thunderbird(&path, leads);
    }

    /// Checks the leads that a plan itself has, as they are written.
    fn check_own_leads(&mut self, plan: &Plan<'_>, path: &[Step]) {
        let Some(leads) = &plan.remind else { return };
        if !has_week(leads) && self.has_room_for_week(plan) {
            self.add_no_week(path, leads);
        }
        self.check_thunderbird(path, leads);
    }

    /// Whether a warning a week ahead is possible and expected: the plan expires a week or more
    /// after it was renewed; or it renews by itself, with leads of its own, less than once a week.
    fn has_room_for_week(&self, plan: &Plan<'_>) -> bool {
        let schedule = self.schedule(plan);
        match schedule.occurrences.iter().find(|o| o.kind == Kind::Expiry) {
            Some(expiry) => days_of_cycle(plan, expiry.day) >= WEEK,
            None => {
                let own = plan.remind.as_ref().is_some_and(|leads| !leads.is_empty());
                let validity = plan.expiry.validity();
                let is_long = validity.is_some_and(|validity| validity.min_days() > 7);
                plan.automatic().is_some() && own && is_long
            }
        }
    }

    fn add_no_week(&mut self, path: &[Step], leads: &[Period]) {
        let leads = with_lead(leads, 7);
        self.add(
            path,
            Anchor::Value,
            ValueError::new("no warning comes a week ahead").hint(format!(
                "a week leaves time to act when a payment fails: write `remind: {leads}`"
            )),
        );
    }

    fn check_thunderbird(&mut self, path: &[Step], leads: &[Period]) {
        let is_long = |lead: &Period| lead.max_days() > u64::from(THUNDERBIRD_ALARM_DAYS);
        if !self.list.settings.notices && leads.iter().any(is_long) {
            self.add(path, Anchor::Value, ValueError::new(format!(
                "Thunderbird never rings an alarm more than {THUNDERBIRD_ALARM_DAYS} days ahead, \
                 and `notices` is off"
            ))
            .hint("set `notices: true`: then an event shows on that day"));
        }
    }

    fn leads<'l>(&'l self, plan: &'l Plan<'_>) -> &'l [Period] {
        plan.remind.as_deref().unwrap_or(&self.list.settings.remind)
    }

    fn schedule(&self, plan: &Plan<'_>) -> Schedule {
        Schedule::new(plan, &self.list.settings, self.today.year())
    }

    fn check_derived_ids(&mut self) {
        let plans = &self.list.plans;
        let Some(first) = plans.iter().position(|plan| !plan.has_own_id) else {
            return;
        };
        let count = plans.iter().filter(|plan| !plan.has_own_id).count();
        let message = match count {
            1 => "1 plan has no `id`: if it is renamed, calendars will show a new plan".to_owned(),
            _ => format!(
                "{count} plans have no `id`, this one first: if one is renamed, calendars will show a new plan"
            ),
        };
        let path = [Step::Key("plans"), Step::Item(first), Step::Key("name")];
        self.add(
            &path,
            Anchor::Value,
            ValueError::new(message).hint("give each an `id` that stays, such as a short word"),
        );
    }

    fn check_plan(&mut self, plan: &Plan<'_>, index: usize) {
        let at = |key| [Step::Key("plans"), Step::Item(index), Step::Key(key)];
        let today = self.today;
        let date_key = match plan.expiry {
            Expiry::Explicit { .. } => "expires",
            Expiry::FromRenewal { .. } => "renewed",
        };
        if let Some(renewed) = plan.expiry.renewed().filter(|day| *day > today) {
            self.add(
                &at("renewed"),
                Anchor::Value,
                ValueError::new(format!(
                    "the last renewal, {renewed}, is in the future: today is {today}"
                )),
            );
        }
        if let Expiry::Explicit {
            expires,
            renewed: Some(renewed),
            ..
        } = plan.expiry
            && renewed >= expires.day()
        {
            let place = match renewed > expires.day() {
                true => "after this expiry",
                false => "the day of this expiry",
            };
            self.add(
                &at("expires"),
                Anchor::Value,
                ValueError::new(format!(
                    "it was renewed on {renewed}, {place}: is there a new expiry?"
                )),
            );
        }
        self.check_history(plan, index);
        for (item, entry) in plan.history.iter().enumerate() {
            // A future `renewed` has already been reported.
            if entry.on > today && plan.expiry.renewed() != Some(entry.on) {
                let place = [Step::Key("history"), Step::Item(item), Step::Key("on")];
                self.add(
                    &[&at("history")[..2], &place].concat(),
                    Anchor::Value,
                    ValueError::new(format!(
                        "a renewal, on {}, is in the future: today is {today}",
                        entry.on
                    )),
                );
            }
        }
        self.check_decimals(plan, index);
        self.check_quotes(plan, index);
        if is_over(plan, today) {
            return;
        }
        let renews = plan.automatic().is_some() && plan.auto_renewal_ended_before(today).is_none();
        if renews && plan.automatic_price().is_none() {
            self.add(
                &at("renewal"),
                Anchor::Key,
                ValueError::new(
                    "it renews by itself and has no `price`: a changed charge goes unnoticed",
                )
                .hint("add a line such as `price: 49 NOK`"),
            );
        }
        self.check_own_leads(plan, &at("remind"));
        let schedule = self.schedule(plan);
        if let Some(expiry) = schedule.expiry.filter(|day| *day < today) {
            let days = (today - expiry).num_days();
            let what = match schedule.grace_end {
                Some(end) if end >= today => ValueError::new(format!(
                    "expired {} ago, on {expiry}; it can be recovered until {end}",
                    days_of(days)
                )),
                _ => ValueError::new(format!("expired {} ago, on {expiry}", days_of(days))),
            };
            let hint = match plan.ended {
                None => {
                    "renew it and write down when, or end it with `ended: YYYY-MM-DD`".to_owned()
                }
                Some(ended) => {
                    format!("renew it and write down when; otherwise it ends on {ended}")
                }
            };
            self.add(&at(date_key), Anchor::Value, what.hint(hint));
        }
        self.check_terms(plan, index);
        self.check_automatic_leads(plan, &at("remind"));
        self.check_grace(plan, &schedule, &at("grace"));
        self.check_expiry_warnings(plan, &schedule, &at(date_key));
        if let (Some(ended), Some(expiry)) = (plan.ended, schedule.expiry)
            && ended < expiry
            && !renews
        {
            self.add(
                &at("ended"),
                Anchor::Value,
                ValueError::new(format!(
                    "it ends on {ended}, so no warning comes before its expiry on {expiry}"
                ))
                .hint(format!(
                    "remove `ended` if you keep it; otherwise write `expires: {ended}` as its \
                     only date"
                )),
            );
        }
    }

    /// Warns of a renewal in the history that is newer than the dates of the plan.
    fn check_history(&mut self, plan: &Plan<'_>, index: usize) {
        let at = |key| [Step::Key("plans"), Step::Item(index), Step::Key(key)];
        // A renewal in the future is reported as that.
        let days = plan.history.iter().map(|entry| entry.on);
        let Some(newest) = days.filter(|day| *day <= self.today).max() else {
            return;
        };
        // A renewal before `until` may be an automatic payment that was recorded late.
        let end = plan.auto_renewal_end();
        if plan.automatic().is_some() && end.is_none_or(|end| newest <= end.until) {
            return;
        }
        let expiry = end.map_or_else(|| plan.expiry.day(), |end| end.expiry);
        let renewed = plan.expiry.renewed();
        if renewed.is_some_and(|renewed| newest > renewed) {
            let hint = match plan.expiry {
                Expiry::FromRenewal { .. } => format!(
                    "if that renewal counted, write `renewed: \
                                                       {newest}`"
                ),
                Expiry::Explicit { .. } => {
                    format!(
                        "if that renewal counted, write `renewed: {newest}` and the new \
                             expiry"
                    )
                }
            };
            self.add(
                &at("renewed"),
                Anchor::Value,
                ValueError::new(format!("`history` has a later renewal, on {newest}")).hint(hint),
            );
        } else if renewed.is_none() && newest > expiry {
            self.add(
                &at("expires"),
                Anchor::Value,
                ValueError::new(format!(
                    "`history` has a renewal on {newest}, after this expiry: is there a new \
                     expiry?"
                )),
            );
        }
    }

    /// Warns of prices with more decimals than their currency has: `1.299 EUR` may be 1299 or 1.30.
    fn check_decimals(&mut self, plan: &Plan<'_>, index: usize) {
        let plan_path = [Step::Key("plans"), Step::Item(index)];
        let too_many = |price: &Price| price.has_too_many_decimals();
        let own = plan.price.map(|price| (price, vec![Step::Key("price")]));
        let of_ways = plan.renewal.iter().enumerate().filter_map(|(item, way)| {
            let place = vec![Step::Key("renewal"), Step::Item(item), Step::Key("price")];
            Some((way.price?, place))
        });
        for (price, place) in own.into_iter().chain(of_ways) {
            if too_many(&price) {
                let mut error = price.too_many_decimals();
                error.message += ": it is left out of the yearly cost";
                let path = [&plan_path[..], &place].concat();
                self.add(&path, Anchor::Value, error);
            }
        }
        for (item, record) in plan.history.iter().enumerate() {
            if let Some(price) = record.paid.filter(too_many) {
                let place = [Step::Key("history"), Step::Item(item), Step::Key("paid")];
                let path = [&plan_path[..], &place].concat();
                self.add(&path, Anchor::Value, price.too_many_decimals());
            }
        }
    }

    /// Warns if the user has not read the rules of a plan for more than a year.
    fn check_terms(&mut self, plan: &Plan<'_>, index: usize) {
        let checked = plan.terms.as_ref().and_then(|terms| terms.checked);
        let Some(checked) = checked else { return };
        let path = [
            Step::Key("plans"),
            Step::Item(index),
            Step::Key("terms"),
            Step::Key("checked"),
        ];
        if checked.checked_add_months(Months::new(12)) < Some(self.today) {
            let what = format!("the terms were last read on {checked}, more than a year ago");
            let hint = "read them again, and write today's date: operators change their rules";
            self.add(&path, Anchor::Value, ValueError::new(what).hint(hint));
        }
    }

    /// Warns of leads of an automatic renewal that are as long as the time between two renewals, and
    /// so are left out. If the automatic renewal ends, its last expiry may still have these leads.
    fn check_automatic_leads(&mut self, plan: &Plan<'_>, path: &[Step]) {
        let has_notice = plan
            .cancel
            .as_ref()
            .is_some_and(|cancel| cancel.notice.is_some());
        let validity = plan
            .expiry
            .validity()
            .filter(|_| plan.automatic().is_some());
        let Some(validity) = validity.filter(|_| !has_notice && plan.auto_renewal_end().is_none())
        else {
            return;
        };
        let leads = plan.remind.as_deref().unwrap_or_default();
        let is_kept = |lead: &&Period| lead.max_days() < validity.min_days();
        let Some(lead) = leads.iter().find(|lead| !is_kept(lead)) else {
            return;
        };
        let what = format!(
            "the warning {} ahead may fall on or before the previous automatic renewal, {} \
             earlier, and is then left out",
            lead.in_words(),
            validity.in_words()
        );
        let mut kept: Vec<Period> = leads.iter().filter(is_kept).copied().collect();
        if kept.is_empty() {
            let week_or_day = [Period::WEEK, Period::DAY].into_iter();
            kept.extend(week_or_day.filter(|lead| is_kept(&lead)).take(1));
        }
        let kept: Vec<String> = kept.into_iter().map(Period::in_words).collect();
        let hint = format!("write `remind: [{}]`", kept.join(", "));
        self.add(path, Anchor::Value, ValueError::new(what).hint(hint));
    }

    /// Warns of a text between the quotes of print, such as `“telenor”`. YAML does not know them, so
    /// they are part of the text.
    fn check_quotes(&mut self, plan: &Plan<'_>, index: usize) {
        let texts = [
            ("id", Some(&plan.id).filter(|_| plan.has_own_id)),
            ("name", Some(&plan.name)),
            ("provider", plan.provider.as_ref()),
            ("number", plan.number.as_ref()),
        ];
        for (key, text) in texts {
            let Some(text) = text else { continue };
            if let Some(inside) = between_quotes(text) {
                let meant = double_quoted(inside, |c| c.is_control() || reorders(c));
                let message = format!("the quotes of {} are part of the text", quoted(text));
                let path = [Step::Key("plans"), Step::Item(index), Step::Key(key)];
                let error = ValueError::new(message);
                let hint = format!("the quotes of YAML are `\"`: write `{key}: {meant}`");
                self.add(&path, Anchor::Value, error.hint(hint));
            }
        }
    }

    /// Warns if the grace is shorter than every lead, because it then ends without a warning.
    fn check_grace(&mut self, plan: &Plan<'_>, schedule: &Schedule, path: &[Step]) {
        let ends = |o: &&Occurrence| o.kind == Kind::GraceEnd;
        let Some(end) = schedule.occurrences.iter().find(ends) else {
            return;
        };
        // There must be at least one day between the expiry and the end of grace for a lead to fit.
        let has_room = schedule
            .expiry
            .is_some_and(|expiry| (end.day - expiry).num_days() > 1);
        if has_room && end.alarms.is_empty() {
            self.add(
                path,
                Anchor::Value,
                ValueError::new(
                    "no warning before the last day to recover it: the grace period \
                                 is too short for its `remind` times",
                )
                .hint(format!(
                    "write `remind: {}`",
                    with_lead(self.leads(plan), 1)
                )),
            );
        }
    }

    /// Warns if no warning of the expiry comes at all, none comes a week ahead, or none is left. The
    /// hint gives leads with which the warning goes away.
    fn check_expiry_warnings(&mut self, plan: &Plan<'_>, schedule: &Schedule, path: &[Step]) {
        let leads = self.leads(plan);
        let of_expiry = schedule.occurrences.iter().find(|o| o.kind == Kind::Expiry);
        let Some(expiry) = of_expiry else { return };
        let days = days_of_cycle(plan, expiry.day);
        let left = (expiry.day - self.today).num_days();
        let has_week_alarm = expiry
            .alarms
            .iter()
            .any(|lead| i64::from(lead.days) >= WEEK);
        let write = |lead| format!("write `remind: {}`", with_lead(leads, lead));
        let what = if days >= WEEK && has_week(leads) && !has_week_alarm {
            let why = match plan.expiry.cycle_start() {
                Some(_) => format!(
                    "it lasts only {}, so its longer `remind` times are left out",
                    days_of(days)
                ),
                None => format!("its earlier warnings would come before the year {FIRST_YEAR}"),
            };
            ValueError::new(format!("no warning a week ahead: {why}")).hint(write(7))
        } else if (1..WEEK).contains(&days) && expiry.alarms.is_empty() {
            let why = match leads.is_empty() {
                true => "`remind` is empty".to_owned(),
                false => format!(
                    "it lasts only {}, so every `remind` time is left out",
                    days_of(days)
                ),
            };
            ValueError::new(format!("no warning before it expires: {why}")).hint(write(days.min(2)))
        } else if left >= 0
            && !expiry.alarms.is_empty()
            && expiry.alarm_days().all(|day| day < self.today)
        {
            let when = match left {
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                _ => format!("in {}", days_of(left)),
            };
            let hint = match left {
                0 => "renew it and write down when".to_owned(),
                _ => format!(
                    "renew it and write down when; to be warned again, {}",
                    write(1)
                ),
            };
            let day = expiry.day;
            ValueError::new(format!(
                "expires {when}, on {day}: all its warnings have passed"
            ))
            .hint(hint)
        } else {
            return;
        };
        self.add(path, Anchor::Value, what);
    }
}

/// The days from the first on which a plan may warn of its expiry to the expiry: since its last
/// renewal if that is known.
fn days_of_cycle(plan: &Plan<'_>, expiry: NaiveDate) -> i64 {
    let first_day = || NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1);
    let start = plan.expiry.cycle_start().or_else(first_day);
    start.map_or(0, |start| (expiry - start).num_days())
}

/// Whether a lead may be as long as a week.
fn has_week(leads: &[Period]) -> bool {
    leads.iter().any(|lead| lead.max_days() >= 7)
}

/// Leads and one more of some days, as a plans file writes them, the longest first.
fn with_lead(leads: &[Period], days: i64) -> String {
    let added = u64::try_from(days).unwrap_or(0);
    let mut texts: Vec<(u64, String)> = leads
        .iter()
        .map(|lead| (lead.max_days(), lead.in_words()))
        .chain([(added, days_of(days))])
        .collect();
    texts.sort_by_key(|(days, _)| std::cmp::Reverse(*days));
    texts.dedup();
    let texts: Vec<String> = texts.into_iter().map(|(_, text)| text).collect();
    format!("[{}]", texts.join(", "))
}

/// Whether a plan was given up.
fn is_over(plan: &Plan<'_>, today: NaiveDate) -> bool {
    plan.ended.is_some_and(|ended| ended <= today)
}

fn days_of(days: i64) -> String {
    pluralize(days as usize, "day")
}
