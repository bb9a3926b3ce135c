//! The sentences of a feed, turned round: from a sentence to what was put into it.
//!
//! No sentence is known here. Each is made by [`crate::words`] with marks where something is put
//! in, and cut at the marks; so what is read back is exactly what would be written again.

use chrono::{Datelike, NaiveDate};

use super::event::Event;
use crate::plan::Sms;
use crate::plan::value::url::WebAddress;
use crate::words::{Channel, Words};

/// What can be put into a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Action,
    App,
    Call,
    Dial,
    Number,
    Provider,
    Text,
    To,
    Url,
    /// Whatever there is one of.
    Other,
}

impl Slot {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Action, "\u{1}"),
        (Self::App, "\u{2}"),
        (Self::Call, "\u{3}"),
        (Self::Dial, "\u{4}"),
        (Self::Number, "\u{5}"),
        (Self::Provider, "\u{6}"),
        (Self::Text, "\u{7}"),
        (Self::To, "\u{8}"),
        (Self::Url, "\u{e}"),
        (Self::Other, "\u{f}"),
    ];

    /// The character that stands for it.
    pub(crate) fn mark(self) -> &'static str {
        let own = Self::ALL.iter().find(|(slot, _)| *slot == self);
        own.map_or("", |(_, mark)| mark)
    }

    fn of(mark: char) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(_, own)| own.starts_with(mark))
            .map(|(slot, _)| *slot)
    }
}

/// A sentence with slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    /// What stands in front of the first slot.
    head: String,
    /// Each slot, and what stands behind it.
    rest: Vec<(Slot, String)>,
}

impl Template {
    /// The template of what `write` writes with marks.
    pub(crate) fn new(write: impl FnOnce(&mut String)) -> Self {
        let mut text = String::new();
        write(&mut text);
        let mut template = Self {
            head: String::new(),
            rest: Vec::new(),
        };
        for c in text.chars() {
            match (Slot::of(c), template.rest.last_mut()) {
                (Some(slot), _) => template.rest.push((slot, String::new())),
                (None, Some((_, behind))) => behind.push(c),
                (None, None) => template.head.push(c),
            }
        }
        template
    }

    /// Octets that are the sentence's own.
    pub(crate) fn fixed(&self) -> usize {
        let behind = self.rest.iter().map(|(_, text)| text.len());
        self.head.len() + behind.sum::<usize>()
    }

    /// What was put into a sentence, if it is one of these. Nothing that was put in is empty.
    pub(crate) fn read<'t>(&self, sentence: &'t str) -> Option<Vec<(Slot, &'t str)>> {
        let mut rest = sentence.strip_prefix(self.head.as_str())?;
        let Some((last, others)) = self.rest.split_last() else {
            return rest.is_empty().then(Vec::new);
        };
        let mut found = Vec::with_capacity(self.rest.len());
        rest = rest.strip_suffix(last.1.as_str())?;
        for (slot, behind) in others {
            let end = rest.find(behind.as_str())?;
            found.push((*slot, &rest[..end]));
            rest = &rest[end + behind.len()..];
        }
        found.push((last.0, rest));
        let is_fit = |(slot, text): &(Slot, &str)| match slot {
            // "at the consulate" is no link.
            Slot::Url => WebAddress::parse((*text).into()).is_ok(),
            // What was put in has no space at its ends.
            _ => !text.is_empty() && text.trim() == *text,
        };
        found.iter().all(is_fit).then_some(found)
    }

    /// The one thing that was put into a sentence.
    pub(crate) fn one<'t>(&self, sentence: &'t str) -> Option<&'t str> {
        self.read(sentence)?.first().map(|(_, text)| *text)
    }
}

/// The date within a text for which `write` writes the beginning of it, and what stands behind.
pub(crate) fn dated(
    text: &str,
    write: impl Fn(&mut String, NaiveDate),
) -> Option<(NaiveDate, &str)> {
    // A date has its numbers first in the sentence, in whatever order.
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty() && digits.len() <= 4)
        .filter_map(|digits| digits.parse::<u32>().ok())
        .take(3);
    let numbers: Vec<u32> = numbers.by_ref().collect();
    let mut made = String::new();
    for year in numbers.iter().filter(|number| **number >= 1000) {
        for day in numbers.iter().filter(|number| (1..=31).contains(*number)) {
            for month in 1..=12 {
                let Some(date) = NaiveDate::from_ymd_opt(*year as i32, month, *day) else {
                    continue;
                };
                debug_assert_eq!(date.month(), month);
                made.clear();
                write(&mut made, date);
                if let Some(behind) = text.strip_prefix(made.as_str()) {
                    return Some((date, behind));
                }
            }
        }
    }
    None
}

/// Calls `visit` with every combination of places that a contact can have, each with marks, in the
/// order in which a description has them. `website` comes first where it is the link below.
pub(crate) fn contacts(website: Option<Channel<'static>>, mut visit: impl FnMut(&[Channel<'_>])) {
    let plain = Sms {
        to: Slot::To.mark().into(),
        text: None,
    };
    let worded = Sms {
        to: Slot::To.mark().into(),
        text: Some(Slot::Text.mark().into()),
    };
    let sms = [None, Some(&plain), Some(&worded)];
    for (bits, sms) in (0..16_u8).flat_map(|bits| sms.map(|sms| (bits, sms))) {
        let has = |bit: u8| bits & bit != 0;
        if has(8) && website.is_some() {
            continue;
        }
        let mut places: Vec<Channel<'_>> = website.into_iter().collect();
        places.extend(has(1).then_some(Channel::App(Slot::App.mark())));
        places.extend(has(2).then_some(Channel::Dial(Slot::Dial.mark())));
        places.extend(sms.map(Channel::Text));
        places.extend(has(4).then_some(Channel::Call(Slot::Call.mark())));
        places.extend(has(8).then_some(Channel::Website(Slot::Url.mark())));
        visit(&places);
    }
}

/// The first template, of those with most words of their own first, that a sentence is of.
pub(crate) fn best<'a, 't, T>(
    templates: &'a [(Template, T)],
    sentence: &'t str,
) -> Option<(&'a T, Vec<(Slot, &'t str)>)> {
    templates
        .iter()
        .find_map(|(template, what)| template.read(sentence).map(|found| (what, found)))
}

/// Sorts templates for [`best`].
pub(crate) fn sort<T>(templates: &mut [(Template, T)]) {
    templates.sort_by_key(|(template, _)| std::cmp::Reverse(template.fixed()));
}

/// The titles of one language.
pub(crate) struct Titles {
    words: &'static dyn Words,
    pub(crate) overdue: Template,
    pub(crate) nothing: Template,
    pub(crate) out_of_date: Template,
}

impl Titles {
    pub(crate) fn new(words: &'static dyn Words) -> Self {
        let name = Slot::Other.mark();
        Self {
            words,
            overdue: Template::new(|out| words.overdue_title(out, name)),
            nothing: Template::new(|out| words.empty_title(out, name)),
            out_of_date: Template::new(|out| words.outdated_title(out)),
        }
    }

    /// The name of the plan that an event says expires on its day.
    pub(crate) fn expiry<'e>(&self, event: &'e Event) -> Option<&'e str> {
        let (name, day) = (Slot::Other.mark(), event.day?);
        Template::new(|out| self.words.expiry_title(out, name, day)).one(&event.title)
    }

    /// The name of the plan that an event says renews by itself on its day.
    pub(crate) fn renewal<'e>(&self, event: &'e Event) -> Option<&'e str> {
        let (name, day) = (Slot::Other.mark(), event.day?);
        Template::new(|out| self.words.renewal_title(out, name, day)).one(&event.title)
    }

    /// The name of the plan that an event says can be recovered until its day.
    pub(crate) fn grace_end<'e>(&self, event: &'e Event) -> Option<&'e str> {
        let (name, day) = (Slot::Other.mark(), event.day?);
        Template::new(|out| self.words.grace_end_title(out, name, day)).one(&event.title)
    }
}
