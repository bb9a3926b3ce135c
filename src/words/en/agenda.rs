//! English.

use crate::plan::Method;
use crate::plan::status::PlanStatus;
use crate::words::agenda::Words;

pub(crate) static WORDS: Words = Words {
    standing: |standing| match standing {
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
        PlanStatus::GivenUp(0) => "Given up today".to_owned(),
        PlanStatus::GivenUp(1) => "Given up tomorrow".to_owned(),
        PlanStatus::GivenUp(left) => format!("Given up in {}", days(left)),
    },
    method: |method| match method {
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
    },
    renewals,

    state: |standing| match standing {
        PlanStatus::Grace(0) => "IN GRACE: last day".to_owned(),
        PlanStatus::Grace(left) => format!("IN GRACE: {} left", days(left)),
        PlanStatus::Expired(ago) => format!("OVERDUE by {}", days(ago)),
        PlanStatus::Lost(ago) => format!("GRACE ENDED {} ago", days(ago)),
        PlanStatus::Ends(0) => "LAST DAY today".to_owned(),
        PlanStatus::Ends(left) => format!("{} left", days(left)),
        PlanStatus::Renews(0) => "renews today".to_owned(),
        PlanStatus::Renews(left) => format!("renews in {}", days(left)),
        PlanStatus::GivenUp(0) => "given up today".to_owned(),
        PlanStatus::GivenUp(left) => format!("given up in {}", days(left)),
    },
    way_to: |means, what| format!("{means}: {what}"),
    sum: |sum, renewals| format!("{sum} ({})", self::renewals(renewals)),
    given_up: |day| format!("Given up on {day}"),
    plan: "Plan",
    standing_of: "State",
    date: "Date",
    last_warning: "Last warning",
    next_warning: "Next warning",
    price: "Price",
    way: "How to renew",
    cycle: "Cycle",
    counts: |counts| {
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
            1 => text += "; 1 more was given up",
            many => text += &format!("; {many} more were given up"),
        }
        text
    },
    costs: |sums| format!("A year costs {}", sums.join(", ")),
    id: "Id",
    list: "List",
    tags: "Tags",
    events: "What the calendar says",
    warnings: "Warnings",
    rings: "Alarms ring at the local time of the device.",
    all_day: "all day",
    no_warnings: "None: nothing of it is in the calendar.",
    cycles: "Cycles",
    if_renewed: "if it is renewed today",
    renews: "renews automatically",
    unknown: "unknown",
};

fn days(count: i64) -> String {
    match count {
        1 => "1 day".to_owned(),
        _ => format!("{count} days"),
    }
}

fn renewals(count: u64) -> String {
    match count {
        1 => "1 renewal".to_owned(),
        _ => format!("{count} renewals"),
    }
}
