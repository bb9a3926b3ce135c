//! The description of an event of ours, read back line by line.

use chrono::NaiveDate;

use crate::import::draft::{Fields, Value};
use crate::import::template::{Slot, Template, best, contacts, dated, sort};
use crate::plan::value::language::Language;
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::text::value_error::quoted;
use crate::words::{self, Channel, RenewalText, Tense, Words};

/// The sentences of one language, turned round.
pub(crate) struct Sentences {
    words: &'static dyn Words,
    first: Vec<(Template, Shape)>,
    another: Vec<(Template, Shape)>,
    check: Vec<(Template, bool)>,
    failed: Vec<(Template, ())>,
    numbers: Vec<(Template, bool)>,
    record: Template,
    safety: [String; 2],
}

/// What a sentence about a way of renewing says beside what is put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    method: Option<&'static str>,
    /// Whether it is on the website whose link ends the description.
    is_below: bool,
}

/// What is known of an event before its description is read.
pub(crate) struct Known<'e> {
    /// The day of the event, an expiry or an automatic renewal.
    pub(crate) day: NaiveDate,
    /// Whether it is an automatic renewal.
    pub(crate) is_renewal: bool,
    /// Whether its plan renews by itself, or did.
    pub(crate) is_automatic: bool,
    pub(crate) link: Option<&'e str>,
    pub(crate) stamped: Option<NaiveDate>,
}

/// What a description says.
#[derive(Debug, Default)]
pub(crate) struct Described {
    pub(crate) fields: Fields,
    /// What stands behind "record it": a command or a link.
    pub(crate) record: Option<String>,
    /// The end of a number that is masked.
    pub(crate) masked: Option<String>,
    pub(crate) has_whole_number: bool,
    /// Lines that say something and could not be read.
    pub(crate) unread: Vec<String>,
}

impl Sentences {
    pub(crate) fn new(language: Language) -> Self {
        let words = words::in_language(language);
        let mut check = Vec::new();
        for website in [None, Some(Channel::WebsiteBelow)] {
            contacts(website, |places| {
                if !places.is_empty() {
                    let template = Template::new(|out| words.how_to_check(out, places));
                    check.push((template, website.is_some()));
                }
            });
        }
        let mut failed = Vec::new();
        contacts(None, |places| {
            if places.is_empty() {
                return;
            }
            for card in [false, true] {
                for provider in [None, Some(Slot::Provider.mark())] {
                    let write = |out: &mut String| words.if_it_failed(out, card, provider, places);
                    failed.push((Template::new(write), ()));
                }
            }
        });
        let mut numbers = Vec::new();
        for provider in [None, Some(Slot::Provider.mark())] {
            let mark = Slot::Number.mark();
            for (shown, is_whole) in [
                (Shown::Ending(mark.to_owned()), false),
                (Shown::Whole(mark), true),
            ] {
                let write = |out: &mut String| words.phone_number(out, provider, &shown);
                numbers.push((Template::new(write), is_whole));
            }
        }
        let safety = [false, true].map(|third_party| {
            let mut text = String::new();
            words.pay_safely(&mut text, third_party);
            text
        });
        let mut sentences = Self {
            words,
            first: ways(words, false),
            another: ways(words, true),
            check,
            failed,
            numbers,
            record: Template::new(|out| words.how_to_record(out, Slot::Other.mark())),
            safety,
        };
        sort(&mut sentences.check);
        sort(&mut sentences.failed);
        sort(&mut sentences.numbers);
        sentences
    }

    /// Reads a description.
    pub(crate) fn read(&self, description: &str, known: &Known<'_>) -> Described {
        let mut lines: Vec<&str> = description.split('\n').collect();
        let mut found = Described::default();
        let first = lines.first().copied().unwrap_or_default();
        let Some((until, price)) = self.first_line(first, known) else {
            // Somebody has written another one.
            if !description.trim().is_empty() {
                found
                    .fields
                    .push(("notes", Value::Text(description.to_owned())));
            }
            return found;
        };
        lines.remove(0);
        if known.link.is_some() && lines.last().copied() == known.link {
            lines.pop();
        }
        let is_age = |line: &&str| {
            let is_of = |day: NaiveDate| {
                let mut text = String::new();
                self.words.list_as_of(&mut text, day);
                text == *line
            };
            known.stamped.is_some_and(is_of)
                || dated(line, |out, day| self.words.list_as_of(out, day)).is_some()
        };
        if lines.last().is_some_and(is_age) {
            lines.pop();
        }
        let mut ways = Ways {
            price,
            ..Ways::default()
        };
        let recorded = lines
            .iter()
            .position(|line| self.record.one(line).is_some());
        let behind = match recorded {
            Some(at) => {
                self.body(&lines[..at], known, &mut ways, &mut found);
                found.record = self.record.one(lines[at]).map(str::to_owned);
                at + 1
            }
            None => {
                let mut at = 0;
                at += usize::from(lines.get(at).is_some_and(|l| self.number(l, &mut found)));
                at += usize::from(
                    lines
                        .get(at)
                        .is_some_and(|l| self.checked(l, &mut ways, &mut found)),
                );
                at
            }
        };
        let mut rest = &lines[behind..];
        if let Some((failed, behind)) = rest.split_first()
            && let Some((_, slots)) = best(&self.failed, failed)
        {
            for (_, provider) in slots.iter().filter(|(slot, _)| *slot == Slot::Provider) {
                found.set("provider", Value::Text((*provider).to_owned()));
            }
            found.set("support", Value::Map(contact(&slots)));
            rest = behind;
        }
        if let Some((safety, behind)) = rest.split_first()
            && self.safety.iter().any(|text| text == safety)
        {
            ways.pays_online = true;
            rest = behind;
        }
        let notes = rest.join("\n");
        if !notes.trim().is_empty() {
            found.set("notes", Value::Text(notes));
        }
        if let Some(price) = ways.price {
            found.set("price", Value::Plain(price.to_string()));
        }
        let renewal = ways.value(known, until);
        found
            .fields
            .extend(renewal.map(|renewal| ("renewal", renewal)));
        found
    }

    /// Until when it renews by itself, and what that costs, if the line is a first one of ours.
    fn first_line(
        &self,
        line: &str,
        known: &Known<'_>,
    ) -> Option<(Option<NaiveDate>, Option<Price>)> {
        let (behind, price) = if known.is_renewal {
            let price = parenthesis(line).and_then(|(inside, ..)| Price::parse(inside).ok());
            let mut text = String::new();
            self.words.renews(&mut text, known.day, price);
            (line.strip_prefix(text.as_str())?, price)
        } else {
            let tense = [Tense::Ahead, Tense::Past].into_iter();
            let mut behind = tense.filter_map(|tense| {
                let mut text = String::new();
                self.words.expires(&mut text, known.day, tense);
                line.strip_prefix(text.as_str())
            });
            (behind.next()?, None)
        };
        let behind = behind.trim_start();
        let behind = dated(behind, |out, day| self.words.recoverable_until(out, day))
            .map_or(behind, |(_, behind)| behind.trim_start());
        let until = dated(behind, |out, day| self.words.automatic_until(out, day));
        Some((until.map(|(day, _)| day), price))
    }

    /// What stands above the line about recording.
    fn body(&self, lines: &[&str], known: &Known<'_>, ways: &mut Ways, found: &mut Described) {
        let mut is_read = [false; 2];
        for line in lines {
            if !is_read[0] && ways.list.is_empty() && self.number(line, found) {
                is_read[0] = true;
            } else if ways.list.is_empty() && self.renewed(line, ways) {
                // The first way.
            } else if let Some(step) = ways.step(line) {
                ways.steps(step);
            } else if let Some((shape, slots)) = best(&self.another, line) {
                ways.add(*shape, &slots);
            } else if !is_read[1] && self.checked(line, ways, found) {
                is_read[1] = true;
            } else {
                found.unread.push((*line).to_owned());
            }
        }
        debug_assert!(!known.is_renewal || ways.list.is_empty());
    }

    fn number(&self, line: &str, found: &mut Described) -> bool {
        let Some((is_whole, slots)) = best(&self.numbers, line) else {
            return false;
        };
        for (slot, text) in slots {
            match slot {
                Slot::Provider => found.set("provider", Value::Text(text.to_owned())),
                _ if *is_whole => {
                    found.has_whole_number = true;
                    found.set("number", Value::Text(text.to_owned()));
                }
                _ => found.masked = Some(text.to_owned()),
            }
        }
        true
    }

    /// The line about the first way of renewing, with or without a price.
    fn renewed(&self, line: &str, ways: &mut Ways) -> bool {
        if let Some((shape, slots)) = best(&self.first, line) {
            ways.add(*shape, &slots);
            return true;
        }
        let Some((inside, start, end)) = parenthesis(line) else {
            return false;
        };
        let Ok(price) = Price::parse(inside) else {
            return false;
        };
        let free = format!("{}{}", &line[..start], &line[end..]);
        let Some((shape, slots)) = best(&self.first, &free) else {
            return false;
        };
        ways.price = Some(price);
        ways.add(*shape, &slots);
        true
    }

    fn checked(&self, line: &str, ways: &mut Ways, found: &mut Described) -> bool {
        let Some((is_below, slots)) = best(&self.check, line) else {
            return false;
        };
        if *is_below {
            // Only what renews by itself is checked on its own website.
            ways.checked_in = contact(&slots);
        } else {
            found.set("check", Value::Map(contact(&slots)));
        }
        true
    }
}

impl Described {
    fn set(&mut self, key: &'static str, value: Value) {
        if !self.fields.iter().any(|(known, _)| *known == key) {
            self.fields.push((key, value));
        }
    }
}

/// Ways of renewing that were read.
#[derive(Default)]
struct Ways {
    price: Option<Price>,
    pays_online: bool,
    list: Vec<(Shape, Fields, Vec<Value>)>,
    /// Where an automatic renewal can be seen, beside its website.
    checked_in: Fields,
}

impl Ways {
    fn add(&mut self, shape: Shape, slots: &[(Slot, &str)]) {
        let mut fields = Vec::new();
        for (_, action) in slots.iter().filter(|(slot, _)| *slot == Slot::Action) {
            fields.push(("action", Value::Text((*action).to_owned())));
        }
        fields.extend(contact(slots));
        self.list.push((shape, fields, Vec::new()));
    }

    /// The step of the last way that a line is.
    fn step<'l>(&self, line: &'l str) -> Option<&'l str> {
        let (.., steps) = self.list.last()?;
        line.strip_prefix(&format!("{}. ", steps.len() + 1))
    }

    fn steps(&mut self, step: &str) {
        if let Some((.., steps)) = self.list.last_mut() {
            steps.push(Value::Text(step.to_owned()));
        }
    }

    fn value(self, known: &Known<'_>, until: Option<NaiveDate>) -> Option<Value> {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut list = self.list;
        let is_automatic = known.is_automatic;
        let has_link = list.iter().any(|(shape, ..)| shape.is_below);
        let unplaced = known.link.filter(|_| !has_link);
        let nothing = Shape {
            method: None,
            is_below: false,
        };
        if list.is_empty() && (is_automatic || unplaced.is_some()) {
            list.push((nothing, self.checked_in, Vec::new()));
        }
        if unplaced.is_some()
            && let Some((shape, ..)) = list.first_mut()
        {
            shape.is_below = true;
        }
        let mut ways = Vec::new();
        for (index, (shape, contact, steps)) in list.into_iter().enumerate() {
            let has = |key| contact.iter().any(|(known, _)| *known == key);
            let is_website = shape.is_below || has("url");
            let method = match shape.method {
                Some(method) => Some(method),
                None if is_automatic && index == 0 => Some("auto-debit"),
                None if self.pays_online && is_website => Some("website"),
                None if self.pays_online && has("app") => Some("app"),
                None => None,
            };
            let mut way: Fields = Vec::new();
            way.extend(method.map(|method| ("method", Value::Plain(method.to_owned()))));
            if let (Some(until), Some("auto-debit")) = (until, method) {
                way.push(("until", Value::Plain(until.to_string())));
            }
            way.extend(contact.iter().filter(|(key, _)| *key == "action").cloned());
            if let Some(link) = known.link.filter(|_| shape.is_below) {
                way.push(("url", text(link)));
            }
            way.extend(contact.into_iter().filter(|(key, _)| *key != "action"));
            if !steps.is_empty() {
                way.push(("steps", Value::List(steps)));
            }
            ways.push(way);
        }
        ways.retain(|way| !way.is_empty());
        match ways.len() {
            0 => None,
            1 => ways.pop().map(Value::Map),
            _ => Some(Value::List(ways.into_iter().map(Value::Map).collect())),
        }
    }
}

/// The places that were put into a sentence.
fn contact(slots: &[(Slot, &str)]) -> Fields {
    let of = |wanted| {
        let mut own = slots.iter().filter(move |(slot, _)| *slot == wanted);
        own.next().map(|(_, text)| Value::Text((*text).to_owned()))
    };
    let mut fields = Vec::new();
    for (slot, key) in [(Slot::Url, "url"), (Slot::App, "app"), (Slot::Dial, "dial")] {
        fields.extend(of(slot).map(|value| (key, value)));
    }
    if let Some(to) = of(Slot::To) {
        let mut sms = vec![("to", to)];
        sms.extend(of(Slot::Text).map(|text| ("text", text)));
        fields.push(("sms", Value::Map(sms)));
    }
    fields.extend(of(Slot::Call).map(|value| ("call", value)));
    fields
}

/// The sentences about a way of renewing, without a price.
fn ways(words: &'static dyn Words, another: bool) -> Vec<(Template, Shape)> {
    let mut found = Vec::new();
    let mut add =
        |action: bool, means: Option<(&'static str, Channel<'static>)>, places: &[Channel<'_>]| {
            let renewal = RenewalText {
                is_alternative: another,
                price: None,
                action: action.then_some(Slot::Action.mark()),
                means: means.map(|(_, place)| place),
                channels: places.to_vec(),
            };
            let shape = Shape {
                method: means.map(|(method, _)| method),
                is_below: places.first() == Some(&Channel::WebsiteBelow),
            };
            found.push((
                Template::new(|out| words.how_to_renew(out, &renewal)),
                shape,
            ));
        };
    let shared = [
        None,
        Some(("third-party", Channel::ThirdParty)),
        Some(("shop", Channel::Shop)),
        Some(("voucher", Channel::Voucher)),
    ];
    let alone = [
        ("website", Channel::ProviderWebsite),
        ("app", Channel::ProviderApp),
        ("sms", Channel::AnyText),
        ("call", Channel::AnyCall),
        ("ussd", Channel::AnyCode),
    ];
    for action in [false, true] {
        for website in [None, Some(Channel::WebsiteBelow)] {
            for means in shared {
                contacts(website, |places| add(action, means, places));
            }
        }
        for means in alone {
            add(action, Some(means), &[]);
        }
    }
    sort(&mut found);
    found
}

/// What stands in the first brackets of a line, and where they are, with the space in front.
fn parenthesis(line: &str) -> Option<(&str, usize, usize)> {
    let brackets = [(" (", ")"), ("\u{ff08}", "\u{ff09}")].into_iter();
    let found = brackets.filter_map(|(open, close)| {
        let start = line.find(open)?;
        let inside = start + open.len();
        let end = inside + line[inside..].find(close)?;
        Some((&line[inside..end], start, end + close.len()))
    });
    found.min_by_key(|(_, start, _)| *start)
}

/// What an unread line is told as.
pub(crate) fn unread(line: &str) -> String {
    format!(
        "a line of its description was not read back: {}",
        quoted(line)
    )
}
