//! The description of an event, as [`super`] writes it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Contact, Plan, Sms, Way};

pub(super) fn short(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

fn long(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// When an event is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum When {
    Before,
    After,
    AfterGrace,
}

pub(super) fn describe(
    plan: &Plan,
    when: When,
    expiry: NaiveDate,
    grace_end: Option<NaiveDate>,
    stamp: DateTime<Utc>,
) -> String {
    let expires = if when == When::Before {
        "Expires"
    } else {
        "Expired"
    };
    let mut first = format!("{expires} {}.", long(expiry));
    if let Some(end) = grace_end {
        let recoverable = if when == When::AfterGrace {
            "Could be recovered"
        } else {
            "Recoverable"
        };
        first += &format!(" {recoverable} until {}.", long(end));
    }
    let mut lines = vec![first];
    match (&plan.number, &plan.provider) {
        (Some(number), provider) => {
            let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
            let ending: String = digits[digits.len().saturating_sub(3)..].iter().collect();
            let ending = format!("number ending in {ending}.");
            lines.push(match provider {
                Some(provider) => format!("{provider}, {ending}"),
                None => ending,
            });
        }
        (None, Some(provider)) => lines.push(format!("Provider: {provider}.")),
        (None, None) => {}
    }
    if when == When::AfterGrace {
        let id = &plan.id;
        lines.push(format!(
            "If it was renewed in time, record it: weekahead renew {id}"
        ));
        let provider = plan.provider.as_deref().unwrap_or("the provider");
        let (places, stop) = support(plan);
        let colon = if places.is_empty() { "" } else { ": " };
        lines.push(format!(
            "If not, ask {provider} whether it can still be recovered{colon}{places}{stop}"
        ));
    } else {
        how_to_renew(plan, &mut lines);
    }
    if let Some(notes) = &plan.notes {
        lines.push(notes.trim_end().to_owned());
    }
    lines.push(format!("List as of {}.", long(stamp.date_naive())));
    if let Some(link) = plan.renewal.as_ref().and_then(|way| way.url.as_ref()) {
        lines.push(link.clone());
    }
    lines.join("\n")
}

/// Each plan of the benchmark has a way.
fn how_to_renew(plan: &Plan, lines: &mut Vec<String>) {
    if let Some(way) = &plan.renewal {
        lines.push(renewal(way, plan.price.as_deref()));
        for (index, step) in way.steps.iter().enumerate() {
            lines.push(format!("{}. {step}", index + 1));
        }
    }
    let check = plan.check.as_ref().map(check_line);
    lines.push(check.unwrap_or_else(|| {
        if plan.number.is_some() {
            "Check: look at the balance or the new date in your account, wait for the provider's \
             text message, or make a test call."
        } else {
            "Check that the new date shows."
        }
        .to_owned()
    }));
    let id = &plan.id;
    let method = plan.renewal.as_ref().map(|way| way.method.as_str());
    let online = matches!(method, Some("website" | "app" | "third-party"));
    let is_paid =
        plan.price.is_some() || matches!(method, Some("third-party" | "shop" | "voucher"));
    let record = if is_paid {
        "Keep the receipt, then record it"
    } else {
        "Then record it"
    };
    lines.push(format!("{record}: weekahead renew {id}"));
    let first = if is_paid {
        "Check your card and balance, then "
    } else {
        ""
    };
    let verb = match (is_paid, plan.support.is_some()) {
        (true, true) => "contact",
        (true, false) => "ask",
        (false, true) => "Contact",
        (false, false) => "Ask",
    };
    let (places, stop) = support(plan);
    let (nobody, colon) = if plan.support.is_some() {
        ("support", ": ")
    } else {
        ("the provider", "")
    };
    let provider = plan.provider.as_deref().unwrap_or(nobody);
    lines.push(format!(
        "Failed? {first}{verb} {provider}{colon}{places}{stop}"
    ));
    if online && is_paid {
        let place = if method == Some("third-party") {
            "a site or app that you know"
        } else {
            "the provider's own site or app"
        };
        lines.push(format!("Pay only on {place}, never over open Wi-Fi."));
    }
}

/// Where support is found, and the full stop behind it.
fn support(plan: &Plan) -> (String, &'static str) {
    let Some(support) = &plan.support else {
        return (String::new(), ".");
    };
    let places: Vec<&str> = [&support.call, &support.url]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let stop = if support.url.is_some() { "" } else { "." };
    (places.join(" or "), stop)
}

fn renewal(way: &Way, price: Option<&str>) -> String {
    let mut line = "Renew".to_owned();
    if let Some(price) = price {
        line += &format!(" ({price})");
    }
    if let Some(action) = &way.action {
        line += &format!(": {action}");
    }
    let mut places = Vec::new();
    if way.url.is_some() {
        places.push("on the website below".to_owned());
    }
    if let Some(app) = &way.app {
        places.push(format!("in the {app} app"));
    }
    if let Some(code) = &way.dial {
        places.push(format!("by dialling {code}"));
    }
    if let Some(sms) = &way.sms {
        places.push(match &sms.text {
            Some(_) => format!("by texting {}", text_to(sms)),
            None => format!("by SMS to {}", sms.to),
        });
    }
    if let Some(call) = &way.call {
        places.push(format!("by calling {call}"));
    }
    let (means, before) = match way.method.as_str() {
        "third-party" => (" through a third-party service", ", "),
        "shop" => (" in a shop", "; details "),
        "voucher" => ("", ". Redeem it "),
        _ => ("", " "),
    };
    line += means;
    if !places.is_empty() {
        line += before;
        line += &places.join(", or ");
    }
    line + "."
}

fn text_to(sms: &Sms) -> String {
    match &sms.text {
        Some(text) => format!("{text} to {}", sms.to),
        None => sms.to.clone(),
    }
}

fn check_line(check: &Contact) -> String {
    let mut places = Vec::new();
    if let Some(app) = &check.app {
        places.push(format!("open the {app} app"));
    }
    if let Some(code) = &check.dial {
        places.push(format!("dial {code}"));
    }
    if let Some(sms) = &check.sms {
        places.push(format!("text {}", text_to(sms)));
    }
    if let Some(call) = &check.call {
        places.push(format!("call {call}"));
    }
    if let Some(url) = &check.url {
        places.push(format!("go to {url}"));
    }
    let end = if check.url.is_some() { " – " } else { "; " };
    format!(
        "Check: {}{end}the new date should show.",
        places.join(" or ")
    )
}
