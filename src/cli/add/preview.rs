//! What a new plan means: its last day, and the days that the calendar will show.

use chrono::{Datelike as _, NaiveDate};

use crate::agenda::warnings;
use crate::cli::terminal::warning;
use crate::plan::schedule::Schedule;
use crate::plan::{Plan, Settings};
use crate::text::plural::pluralize;

/// The number of days that are shown.
const MAX_DAYS: usize = 4;

/// Describes what a new plan means, a line each.
pub(crate) fn lines(plan: &Plan<'_>, settings: &Settings<'_>, today: NaiveDate) -> Vec<String> {
    let name = &plan.name;
    let schedule = Schedule::new(plan, settings, today.year());
    let is_automatic = plan.automatic().is_some();
    let expiry = plan.expiry.day();
    let mut days = warnings(plan, settings, &schedule);
    days.retain(|shown| shown.day >= today && (is_automatic || shown.day <= expiry));
    let next_warning = schedule.next_warning(today);
    let next = match next_warning {
        Some(day) => {
            let in_days = pluralize((day - today).num_days() as usize, "day");
            format!("next warning on {day}, in {in_days}")
        }
        None if is_automatic => {
            "automatic renewals have no warning unless the plan has `remind`".to_owned()
        }
        None => "no warning comes after today".to_owned(),
    };
    let renewal = days.iter().find(|shown| !shown.is_warning);
    let mut lines = vec![match renewal.filter(|_| is_automatic) {
        Some(renewal) => format!("{name}: renews by itself, next on {}; {next}", renewal.day),
        None => format!("{name}: expires on {expiry}{}; {next}", grace(plan, expiry)),
    }];
    let days = days.iter().take(MAX_DAYS);
    lines.extend(days.map(|shown| format!("  {}  {}", shown.day, shown.title)));
    if !is_automatic && expiry < today {
        let message = format!("it expired on {expiry} already: today is {today}");
        lines.push(warning(&message));
    } else if !is_automatic && next_warning.is_none() {
        let other = match expiry == today {
            true => "",
            false => ", or choose a shorter time to warn, such as 1d",
        };
        lines.push(warning(&format!(
            "all its warnings have passed: renew it now{other}"
        )));
    }
    lines
}

/// When it can still be recovered.
fn grace(plan: &Plan<'_>, expiry: NaiveDate) -> String {
    let end = plan.grace.and_then(|grace| grace.after(expiry, 1));
    end.map_or_else(String::new, |end| format!(", can be recovered until {end}"))
}
