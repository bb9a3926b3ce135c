//! The words of the agenda in English.

use crate::plan::Method;
use crate::plan::status::PlanStatus;
use crate::time::period::Period;
use crate::words::agenda::{AgendaLabels, AgendaWords, PlanCounts};
use crate::words::en::English;
use crate::words::feed::FeedWords as _;

impl AgendaWords for English {
    fn agenda_labels(&self) -> &'static AgendaLabels {
        &LABELS
    }

    fn status_sentence(&self, status: PlanStatus) -> String {
        match status {
            PlanStatus::Grace(0) => "Last day to recover".to_owned(),
            PlanStatus::Grace(left) => format!("In grace: {} left to recover", days(left)),
            PlanStatus::Expired(1) => "Expired yesterday".to_owned(),
            PlanStatus::Expired(ago) => format!("Expired {} ago", days(ago)),
            PlanStatus::Lost(1) => "Grace ended yesterday".to_owned(),
            PlanStatus::Lost(ago) => format!("Grace ended {} ago", days(ago)),
            PlanStatus::Ends(0) => "Today is the last day".to_owned(),
            PlanStatus::Ends(1) => "Tomorrow is the last day".to_owned(),
            PlanStatus::Ends(left) => format!("{} left", days(left)),
            PlanStatus::Renews(0) => "Renews automatically today".to_owned(),
            PlanStatus::Renews(1) => "Renews automatically tomorrow".to_owned(),
            PlanStatus::Renews(left) => format!("Renews automatically in {}", days(left)),
            PlanStatus::CancelBy(0) => "Cancel today, or it renews".to_owned(),
            PlanStatus::CancelBy(1) => "Cancel by tomorrow, or it renews".to_owned(),
            PlanStatus::CancelBy(left) => format!("{} left to cancel", days(left)),
            PlanStatus::GivenUp(0) => "Ends today".to_owned(),
            PlanStatus::GivenUp(1) => "Ends tomorrow".to_owned(),
            PlanStatus::GivenUp(left) => format!("Ends in {}", days(left)),
        }
    }

    fn status_cell(&self, status: PlanStatus) -> String {
        match status {
            PlanStatus::Grace(0) => "IN GRACE: last day".to_owned(),
            PlanStatus::Grace(left) => format!("IN GRACE: {} left", days(left)),
            PlanStatus::Expired(ago) => format!("OVERDUE by {}", days(ago)),
            PlanStatus::Lost(ago) => format!("GRACE ENDED {} ago", days(ago)),
            PlanStatus::Ends(0) => "LAST DAY today".to_owned(),
            PlanStatus::Ends(left) => format!("{} left", days(left)),
            PlanStatus::Renews(0) => "renews today".to_owned(),
            PlanStatus::Renews(left) => format!("renews in {}", days(left)),
            PlanStatus::CancelBy(0) => "cancel TODAY".to_owned(),
            PlanStatus::CancelBy(left) => format!("{} to cancel", days(left)),
            PlanStatus::GivenUp(0) => "ends today".to_owned(),
            PlanStatus::GivenUp(left) => format!("ends in {}", days(left)),
        }
    }

    fn method_name(&self, method: Method) -> Option<&'static str> {
        match method {
            Method::Website => Some("Website"),
            Method::App => Some("App"),
            Method::ThirdParty => Some("Third-party service"),
            Method::Shop => Some("Shop"),
            Method::Voucher => Some("Voucher"),
            Method::Sms => Some("Text message"),
            Method::Call => Some("Phone call"),
            Method::Ussd => Some("Dialled code"),
            Method::AutoDebit => Some("Automatic"),
            Method::Other => None,
        }
    }

    fn renewal_count(&self, count: u64) -> String {
        match count {
            1 => "1 renewal".to_owned(),
            _ => format!("{count} renewals"),
        }
    }

    fn method_and_place(&self, means: &str, what: &str) -> String {
        format!("{means}: {what}")
    }

    fn ticket_title(&self, name: &str, status: &str) -> String {
        format!("{name}: {status}")
    }

    fn given_up_on(&self, day: &str) -> String {
        format!("Ended on {day}")
    }

    fn goes_on(&self, period: Period) -> String {
        let mut text = "and so on, each ".to_owned();
        self.period(&mut text, period);
        text + " later"
    }

    fn plan_counts(&self, counts: PlanCounts) -> String {
        let plans = |count| match count {
            1 => "1 plan".to_owned(),
            _ => format!("{count} plans"),
        };
        let mut text = match (counts.shown, counts.all) {
            (shown, all) if shown == all => plans(all),
            (0, all) => format!("none of {}", plans(all)),
            (shown, all) => format!("{shown} of {}", plans(all)),
        };
        text += &format!(", {} due", counts.due);
        match counts.ended {
            0 => {}
            1 => text += "; 1 more has ended",
            many => text += &format!("; {many} more have ended"),
        }
        text
    }

    fn renewal_sum(&self, sum: &str, renewals: u64) -> String {
        format!("{sum} ({})", self.renewal_count(renewals))
    }

    fn yearly_cost(&self, sums: &[String]) -> String {
        format!("A year costs {}", sums.join(", "))
    }
}

static LABELS: AgendaLabels = AgendaLabels {
    plan: "Plan",
    status: "State",
    date: "Date",
    last_warning: "Last warning",
    next_warning: "Next warning",
    price: "Price",
    how_to_renew: "How to renew",
    cycle: "Cycle",
    id: "Id",
    list: "List",
    tags: "Tags",
    event_text: "What the calendar says",
    warnings: "Warnings",
    alarm_time: "Alarms ring at the local time of the device.",
    all_day: "all day",
    no_warnings: "None: it is not in the calendar.",
    cycles: "Cycles",
    if_renewed_today: "if it is renewed today",
    renews_automatically: "renews automatically",
    unknown_day: "unknown",
    record_by_comment: "To record it, write a comment like one of these:",
    record_by_command: "Or run this command:",
};

fn days(count: i64) -> String {
    match count {
        1 => "1 day".to_owned(),
        _ => format!("{count} days"),
    }
}
