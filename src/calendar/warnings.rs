//! The warnings of `check`: what a plans file may contain, but a user may not expect.
//!
//! Unlike the rules, these warnings may depend on the current day and on the feed of the file.

use chrono::NaiveDate;

use crate::calendar::feed::Feed;
use crate::plan::schedule::{Kind, Occurrence, Schedule};
use crate::plan::value::price::Price;
use crate::plan::{Anchor, Diagnostic, Expiry, Path, Plan, PlanList, Step};
use crate::text::escape::{double_quoted, reorders};
use crate::text::fullwidth::between_quotes;
use crate::text::value_error::{ValueError, quoted};
use crate::time::date::FIRST_YEAR;
use crate::time::period::Period;

/// Google Calendar drops a feed with more octets than this.
pub(crate) const GOOGLE_MAX_BYTES: usize = 900_000;
/// Google Calendar has been seen to drop a feed with more events than this.
pub(crate) const GOOGLE_MAX_EVENTS: usize = 1_000;
/// Thunderbird looks for alarms only this many days around an event.
pub(crate) const THUNDERBIRD_ALARM_DAYS: u32 = 30;

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
        .hint("split the list into several files, each a feed of its own"));
    }

    fn check_calendar_leads(&mut self) {
        let list = self.list;
        let uses_default = |plan: &Plan<'_>| plan.remind.is_none() && !is_over(plan, self.today);
        if !list.plans.iter().any(uses_default) {
            return;
        }
        let path = [Step::Key("calendar"), Step::Key("remind")];
        self.check_leads(&path, &list.settings.remind);
    }

    /// Checks leads as they are written, without regard to a plan.
    fn check_leads(&mut self, path: &[Step], leads: &[Period]) {
        let most = |lead: &Period| lead.max_days();
        if !leads.iter().any(|lead| most(lead) >= 7) {
            self.add(
                path,
                Anchor::Value,
                ValueError::new("no lead is as long as a week")
                    .hint("a week leaves time to act when a payment fails: add `7d`"),
            );
        }
        if !self.list.settings.notices
            && leads
                .iter()
                .any(|lead| most(lead) > u64::from(THUNDERBIRD_ALARM_DAYS))
        {
            self.add(path, Anchor::Value, ValueError::new(format!(
                "a lead of more than {THUNDERBIRD_ALARM_DAYS} days without notices: Thunderbird never rings it"
            ))
            .hint("set `notices: true`, so that the day is seen"));
        }
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
            && renewed > expires
        {
            self.add(
                &at("expires"),
                Anchor::Value,
                ValueError::new(format!(
                    "it was renewed on {renewed}, after this expiry: is there a new one?"
                )),
            );
        }
        let newest = plan.history.iter().map(|entry| entry.on).max();
        if let (Expiry::FromRenewal { renewed, .. }, Some(newest)) = (plan.expiry, newest)
            && newest > renewed
            // A renewal before `until` may be an automatic payment that was recorded late.
            && (plan.automatic().is_none() || plan.auto_renewal_end().is_some_and(|l| l.until < newest))
        {
            self.add(
                &at("renewed"),
                Anchor::Value,
                ValueError::new(format!("`history` has a later renewal, on {newest}"))
                    .hint(format!("if it counted, write `renewed: {newest}`")),
            );
        }
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
        if renews && plan.price.is_none() {
            self.add(
                &at("renewal"),
                Anchor::Key,
                ValueError::new(
                    "it renews by itself and has no `price`: a changed charge goes unnoticed",
                )
                .hint("add a line such as `price: 49 NOK`"),
            );
        }
        if let Some(leads) = &plan.remind {
            self.check_leads(&at("remind"), leads);
        }
        let schedule = Schedule::new(plan, &self.list.settings, chrono::Datelike::year(&today));
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
                    "renew it and write down when, or give it up: `ended: YYYY-MM-DD`".to_owned()
                }
                Some(ended) => {
                    format!("renew it and write down when; otherwise it is given up on {ended}")
                }
            };
            self.add(&at(date_key), Anchor::Value, what.hint(hint));
        }
        self.check_grace(&schedule, &at("grace"));
        self.check_week(plan, &schedule, &at(date_key));
    }

    /// Warns of prices with more decimals than their currency has: `1.299 EUR` may be 1299 or 1.30.
    fn check_decimals(&mut self, plan: &Plan<'_>, index: usize) {
        let plan_path = [Step::Key("plans"), Step::Item(index)];
        let too_many = |price: &Price| price.has_too_many_decimals();
        if let Some(price) = plan.price.filter(too_many) {
            let mut error = price.too_many_decimals();
            error.message += ": it is left out of the yearly cost";
            self.add(
                &[&plan_path[..], &[Step::Key("price")]].concat(),
                Anchor::Value,
                error,
            );
        }
        for (item, record) in plan.history.iter().enumerate() {
            if let Some(price) = record.paid.filter(too_many) {
                let place = [Step::Key("history"), Step::Item(item), Step::Key("paid")];
                let path = [&plan_path[..], &place].concat();
                self.add(&path, Anchor::Value, price.too_many_decimals());
            }
        }
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
    fn check_grace(&mut self, schedule: &Schedule, path: &[Step]) {
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
                ValueError::new("no warning before the last day to recover it: the grace is shorter than every lead")
                    .hint("add a shorter lead, such as `1d` in `remind`"),
            );
        }
    }

    /// Warns if a plan lasts for less than a week. It then has no warning a week ahead, whatever
    /// its leads are.
    fn check_week(&mut self, plan: &Plan<'_>, schedule: &Schedule, path: &[Step]) {
        let leads = plan.remind.as_ref().unwrap_or(&self.list.settings.remind);
        let of_expiry = schedule.occurrences.iter().find(|o| o.kind == Kind::Expiry);
        let Some(expiry) = of_expiry else { return };
        let has_week = |days: u64| days >= 7;
        if leads.iter().any(|lead| has_week(lead.max_days()))
            && !expiry
                .alarms
                .iter()
                .any(|lead| has_week(u64::from(lead.days)))
        {
            let (why, shorter) = match plan.expiry.cycle_start() {
                Some(_) => ("it lasts for less than its lead".to_owned(), "[2d, 1d]"),
                None => (
                    format!("its lead begins before the year {FIRST_YEAR}"),
                    "[7d, 1d]",
                ),
            };
            self.add(
                path,
                Anchor::Value,
                ValueError::new(format!("no warning a week ahead: {why}"))
                    .hint(format!("add a shorter lead, such as `remind: {shorter}`")),
            );
        }
    }
}

/// Whether a plan was given up.
fn is_over(plan: &Plan<'_>, today: NaiveDate) -> bool {
    plan.ended.is_some_and(|ended| ended <= today)
}

fn days_of(days: i64) -> String {
    let plural = if days == 1 { "day" } else { "days" };
    format!("{days} {plural}")
}
