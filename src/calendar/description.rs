//! The description of an event: what runs out, what to do, and how to check that it worked.

use chrono::NaiveDate;

use crate::plan::schedule::Schedule;
use crate::plan::value::phone::Numbers;
use crate::plan::value::url::WebAddress;
use crate::plan::{Contact, Method, Plan, RenewalMethod, Settings};
use crate::text::shell;
use crate::words::{self, Channel, RenewalText, Tense, Words};

/// The plans file of a command that names none.
pub(crate) const DEFAULT_PLANS: &str = "plans.yaml";

/// Returns a command of this program for a plans file, as a user types it in the folder of that file.
/// `file` is the name of the file; without one, the command names no file.
pub(crate) fn command(words: &str, file: Option<&str>) -> String {
    match file.filter(|file| *file != DEFAULT_PLANS) {
        Some(file) => format!("weekahead {words} {}", shell::file(file)),
        None => format!("weekahead {words}"),
    }
}

/// What an event is about, which its first line states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// An expiry, its notices, or a day after it.
    Expiry(NaiveDate, Tense),
    /// An automatic renewal.
    Renewal(NaiveDate),
}

/// Writes the descriptions of a plan's events.
pub(crate) struct Describer<'a> {
    words: &'static dyn Words,
    plan: &'a Plan<'a>,
    settings: &'a Settings<'a>,
    /// The name of the plans file, if there is one.
    file: Option<&'a str>,
    as_of: Option<NaiveDate>,
}

impl<'a> Describer<'a> {
    /// Makes a describer. `file` is the name of the plans file, if there is one. If `as_of` is given,
    /// each description states that the list is as of that
    /// day.
    pub(crate) fn new(
        plan: &'a Plan<'a>,
        settings: &'a Settings<'a>,
        file: Option<&'a str>,
        as_of: Option<NaiveDate>,
    ) -> Self {
        Self {
            words: words::in_language(settings.language),
            plan,
            settings,
            file,
            as_of,
        }
    }

    /// The link that is in URL and at the end of the description.
    pub(crate) fn link(&self) -> Option<&'a WebAddress<'a>> {
        let ways = self.plan.renewal.iter();
        ways.filter_map(|way| way.contact.url.as_ref()).next()
    }

    /// Appends the lines of a description, without a line break at the end.
    pub(crate) fn write(&self, out: &mut String, about: About, schedule: &Schedule) {
        let (words, plan) = (self.words, self.plan);
        let until = plan.automatic().and_then(|way| way.until);
        match about {
            About::Expiry(expiry, tense) => words.expires(out, expiry, tense),
            About::Renewal(day) => words.renews(out, day, plan.price),
        }
        if let (About::Expiry(..), Some(end)) = (about, schedule.grace_end) {
            self.space(out);
            words.recoverable_until(out, end);
        }
        if let Some(until) = until {
            self.space(out);
            words.automatic_until(out, until);
        }
        self.number(out);
        if let About::Expiry(..) = about {
            self.renewal(out);
        }
        let checks = match (&plan.check, about) {
            (Some(check), _) => channels(check, None),
            (None, About::Renewal(_)) => self.automatic_channels(),
            (None, About::Expiry(..)) => Vec::new(),
        };
        if !checks.is_empty() {
            out.push('\n');
            words.how_to_check(out, &checks);
        }
        if let About::Expiry(..) = about {
            out.push('\n');
            match &self.settings.edit {
                Some(edit) => words.how_to_record(out, edit.as_str()),
                None => {
                    let renew = format!("renew {}", shell::operand(&plan.id));
                    words.how_to_record(out, &command(&renew, self.file));
                }
            }
        }
        self.safety(out, about);
        if let Some(notes) = &plan.notes {
            out.extend(["\n", notes]);
        }
        if let Some(day) = self.as_of {
            out.push('\n');
            words.list_as_of(out, day);
        }
        if let Some(link) = self.link() {
            out.extend(["\n", link.as_str()]);
        }
    }

    /// Appends a space between two sentences of a line; Chinese has none there.
    fn space(&self, out: &mut String) {
        if !out.ends_with('。') {
            out.push(' ');
        }
    }

    fn number(&self, out: &mut String) {
        let numbers: Numbers = self.settings.numbers;
        let shown = self.plan.number.as_deref().and_then(|n| numbers.show(n));
        if let Some(shown) = shown {
            out.push('\n');
            self.words
                .phone_number(out, self.plan.provider.as_deref(), &shown);
        }
    }

    /// The channels on which the user can check that an automatic renewal worked. Dialling a code
    /// or sending a text is left out, because it might buy something.
    fn automatic_channels(&self) -> Vec<Channel<'_>> {
        let Some(way) = self.plan.automatic() else {
            return Vec::new();
        };
        let mut channels = channels(&way.contact, self.below(way));
        channels.retain(|channel| {
            matches!(
                channel,
                Channel::WebsiteBelow | Channel::Website(_) | Channel::App(_)
            )
        });
        channels
    }

    /// Returns the website of a way to renew as the one below, if it is the link at the end of the
    /// description.
    fn below(&self, way: &RenewalMethod<'_>) -> Option<Channel<'static>> {
        let link = self.link();
        (link.is_some() && way.contact.url.as_ref() == link).then_some(Channel::WebsiteBelow)
    }

    fn renewal(&self, out: &mut String) {
        let plan = self.plan;
        let mut has_other = false;
        for way in &plan.renewal {
            let channels = channels(&way.contact, self.below(way));
            let means = means(way, channels.is_empty());
            let action = way.action.as_deref();
            if action.is_none() && means.is_none() && channels.is_empty() && way.steps.is_empty() {
                continue;
            }
            self.way(
                out,
                &RenewalText {
                    is_alternative: has_other,
                    price: plan.price.filter(|_| !has_other),
                    action: action
                        .map(|action| action.trim_end_matches(['.', '。', ' ', '!', '！'])),
                    means,
                    channels,
                },
            );
            for (number, step) in way.steps.iter().enumerate() {
                use std::fmt::Write as _;
                // Writing to a String cannot fail.
                let _ = write!(out, "\n{}. {step}", number + 1);
            }
            has_other = true;
        }
        if !has_other {
            self.way(
                out,
                &RenewalText {
                    is_alternative: has_other,
                    price: plan.price,
                    action: None,
                    means: None,
                    channels: Vec::new(),
                },
            );
        }
    }

    fn way(&self, out: &mut String, renewal: &RenewalText<'_>) {
        out.push('\n');
        self.words.how_to_renew(out, renewal);
    }

    fn safety(&self, out: &mut String, about: About) {
        let plan = self.plan;
        let online = |way: &RenewalMethod<'_>| {
            matches!(
                way.method,
                Method::Website | Method::App | Method::ThirdParty
            ) || (matches!(way.method, Method::Other | Method::AutoDebit)
                && (way.contact.url.is_some() || way.contact.app.is_some()))
        };
        let pays_online = plan.renewal.iter().any(online);
        if let Some(support) = &plan.support {
            let card = pays_online || plan.automatic().is_some();
            out.push('\n');
            let channels = channels(support, None);
            self.words
                .if_it_failed(out, card, plan.provider.as_deref(), &channels);
        }
        if pays_online && matches!(about, About::Expiry(..)) {
            let third_party = |way: &RenewalMethod<'_>| way.method == Method::ThirdParty;
            out.push('\n');
            self.words
                .pay_safely(out, plan.renewal.iter().any(third_party));
        }
    }
}

/// The channels of a contact. A link comes last, because no text may follow it directly.
fn channels<'a>(contact: &'a Contact<'a>, website: Option<Channel<'a>>) -> Vec<Channel<'a>> {
    let link = contact
        .url
        .as_ref()
        .map(|url| Channel::Website(url.as_str()));
    let mut channels = Vec::new();
    channels.extend(website);
    channels.extend(contact.app.as_deref().map(Channel::App));
    channels.extend(contact.dial.as_deref().map(Channel::Dial));
    channels.extend(contact.sms.as_ref().map(Channel::Text));
    channels.extend(contact.call.as_deref().map(Channel::Call));
    channels.extend(link.filter(|_| website.is_none()));
    channels
}

/// The means that all channels of a way to renew share. If there are no channels (`alone`), it may
/// also be the method itself.
fn means(way: &RenewalMethod<'_>, alone: bool) -> Option<Channel<'static>> {
    match way.method {
        Method::ThirdParty => Some(Channel::ThirdParty),
        Method::Shop => Some(Channel::Shop),
        Method::Voucher => Some(Channel::Voucher),
        Method::Website if alone => Some(Channel::ProviderWebsite),
        Method::App if alone => Some(Channel::ProviderApp),
        Method::Sms if alone => Some(Channel::AnyText),
        Method::Call if alone => Some(Channel::AnyCall),
        Method::Ussd if alone => Some(Channel::AnyCode),
        _ => None,
    }
}
