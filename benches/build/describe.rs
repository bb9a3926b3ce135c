//! The description of an event, as [`super`] writes it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Contact, Plan, Sms, Way};

pub(super) fn short(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

fn long(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

pub(super) fn describe(
    plan: &Plan,
    expires: &str,
    expiry: NaiveDate,
    grace_end: Option<NaiveDate>,
    stamp: DateTime<Utc>,
) -> String {
    let mut first = format!("{expires} {}.", long(expiry));
    if let Some(end) = grace_end {
        first += &format!(" Recoverable until {}.", long(end));
    }
    let mut lines = vec![first];
    if let Some(number) = &plan.number {
        let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
        let ending: String = digits[digits.len().saturating_sub(3)..].iter().collect();
        let ending = format!("number ending in {ending}.");
        lines.push(match &plan.provider {
            Some(provider) => format!("{provider}, {ending}"),
            None => ending,
        });
    }
    if let Some(way) = &plan.renewal {
        lines.push(renewal(way, plan.price.as_deref()));
        for (index, step) in way.steps.iter().enumerate() {
            lines.push(format!("{}. {step}", index + 1));
        }
    }
    if let Some(check) = &plan.check {
        lines.push(check_line(check));
    }
    let id = &plan.id;
    lines.push(format!(
        "Keep the receipt, then record it: weekahead renew {id}"
    ));
    let method = plan.renewal.as_ref().map(|way| way.method.as_str());
    let pays_online = matches!(method, Some("website" | "app" | "third-party"));
    if let Some(support) = &plan.support {
        let provider = plan.provider.as_deref().unwrap_or("support");
        let places: Vec<&str> = [&support.call, &support.url]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        let (contact, stop) = (
            if pays_online {
                "Check your card and balance, then contact"
            } else {
                "Contact"
            },
            if support.url.is_some() { "" } else { "." },
        );
        lines.push(format!(
            "Failed? {contact} {provider}: {}{stop}",
            places.join(" or ")
        ));
    }
    if pays_online {
        let place = if method == Some("third-party") {
            "a site or app that you know"
        } else {
            "the provider's own site or app"
        };
        lines.push(format!("Pay only on {place}, never over open Wi-Fi."));
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
