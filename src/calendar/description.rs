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

/// Returns the command that records a renewal of a plan. `file` is as for [`command`].
pub(crate) fn renew_command(plan: &str, file: Option<&str>) -> String {
    command(&format!("renew {}", shell::operand(plan)), file)
}

/// What an event is about, which its first line states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    /// An expiry, its notices, or a day after it.
    Expiry(NaiveDate, Tense),
    /// The day after the end of grace, with the expiry before it.
    AfterGrace(NaiveDate),
    /// An automatic renewal.
    Renewal(NaiveDate),
    /// The last day for cancelling before an automatic renewal.
    Cancel {
        /// That day.
        by: NaiveDate,
        /// The day of the renewal.
        renewal: NaiveDate,
    },
    /// The day on which the plan is given up.
    Ended(NaiveDate),
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
        match about {
            About::Expiry(expiry, tense) => words.expires(out, expiry, tense),
            About::AfterGrace(expiry) => words.expires(out, expiry, Tense::Past),
            About::Renewal(day) => words.renews(out, day, plan.automatic_price()),
            About::Cancel { by, renewal } => {
                words.cancel_by(out, by, renewal, plan.automatic_price());
            }
            About::Ended(day) => words.ends(out, day),
        }
        let recoverable = match about {
            About::Expiry(..) => Some(Tense::Ahead),
            About::AfterGrace(_) => Some(Tense::Past),
            _ => None,
        };
        if let Some((end, tense)) = schedule.grace_end.zip(recoverable) {
            self.space(out);
            words.recoverable_until(out, end, tense);
        }
        let until = plan.automatic().and_then(|way| way.until);
        if let (About::Expiry(..) | About::Renewal(_), Some(until)) = (about, until) {
            self.space(out);
            words.automatic_until(out, until);
        }
        self.identity(out);
        match about {
            About::Expiry(..) => {
                self.renewal(out);
                self.check(out);
                out.push('\n');
                words.how_to_record(out, &self.record(), plan.is_paid());
                self.failure(out, plan.is_paid());
                self.safety(out);
            }
            About::AfterGrace(_) => {
                out.push('\n');
                words.how_to_record_late(out, &self.record());
                out.push('\n');
                words.how_to_recover(out, plan.provider.as_deref(), &self.support());
            }
            About::Renewal(_) => {
                self.automatic_check(out);
                self.failure(out, plan.is_paid());
            }
            About::Cancel { renewal, .. } => {
                self.cancel(out);
                out.push('\n');
                words.how_to_record_end(out, renewal);
                self.cancel_failure(out);
            }
            About::Ended(_) => {
                self.cancel(out);
                out.push('\n');
                words.how_to_check_end(out, plan.is_paid());
                self.cancel_failure(out);
            }
        }
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

    /// Appends the line that says which plan it is: its provider and its number.
    fn identity(&self, out: &mut String) {
        let numbers: Numbers = self.settings.numbers;
        let provider = self.plan.provider.as_deref();
        let shown = self.plan.number.as_deref().and_then(|n| numbers.show(n));
        match (shown, provider) {
            (Some(shown), _) => {
                out.push('\n');
                self.words.phone_number(out, provider, &shown);
            }
            (None, Some(provider)) => {
                out.push('\n');
                self.words.provider(out, provider);
            }
            (None, None) => {}
        }
    }

    /// Appends how to check that a renewal worked.
    fn check(&self, out: &mut String) {
        out.push('\n');
        match (&self.plan.check, &self.plan.number) {
            (Some(check), _) => self.words.how_to_check(out, &channels(check, None)),
            (None, Some(_)) => self.words.how_to_check_number(out),
            (None, None) => self.words.how_to_check_date(out),
        }
    }

    /// Appends how to check that an automatic renewal worked.
    fn automatic_check(&self, out: &mut String) {
        out.push('\n');
        let channels = match &self.plan.check {
            Some(check) => channels(check, None),
            None => self.automatic_channels(),
        };
        self.words.how_to_check_automatic(out, &channels);
    }

    /// The link or the command that records a renewal.
    fn record(&self) -> String {
        match &self.settings.edit {
            Some(edit) => edit.of_plan(&self.plan.id, &self.plan.name),
            None => renew_command(&self.plan.id, self.file),
        }
    }

    /// Appends how to cancel the plan.
    fn cancel(&self, out: &mut String) {
        let contact = self.plan.cancel_contact();
        let channels = contact.map_or_else(Vec::new, |contact| channels(contact, None));
        out.push('\n');
        self.words
            .how_to_cancel(out, self.plan.provider.as_deref(), &channels);
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
            if !says_how(way) {
                continue;
            }
            self.way(
                out,
                &RenewalText {
                    is_alternative: has_other,
                    price: way.price.or(plan.price.filter(|_| !has_other)),
                    validity: way.validity,
                    action: action.map(without_stop),
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
            out.push('\n');
            push_default_renewal(out, self.words, plan);
        }
    }

    fn way(&self, out: &mut String, renewal: &RenewalText<'_>) {
        out.push('\n');
        self.words.how_to_renew(out, renewal);
    }

    /// The channels on which the provider helps.
    fn support(&self) -> Vec<Channel<'_>> {
        let support = self.plan.support.as_ref();
        support.map_or_else(Vec::new, |support| channels(support, None))
    }

    /// Appends what to do if a renewal failed; `card` says whether a bank card may be the reason.
    fn failure(&self, out: &mut String, card: bool) {
        out.push('\n');
        let provider = self.plan.provider.as_deref();
        self.words
            .if_it_failed(out, card, provider, &self.support());
    }

    /// Appends what to do if cancelling failed, unless [`Self::cancel`] says the same: to ask the
    /// provider.
    fn cancel_failure(&self, out: &mut String) {
        if self.plan.cancel_contact().is_some() || self.plan.support.is_some() {
            self.failure(out, false);
        }
    }

    /// Appends how to pay safely, if a renewal is paid for online.
    fn safety(&self, out: &mut String) {
        if let Some(sentence) = payment_safety(self.words, self.plan) {
            out.extend(["\n", &sentence]);
        }
    }
}

/// Returns how to pay safely, if a renewal of the plan is paid for online.
pub(crate) fn payment_safety(words: &dyn Words, plan: &Plan<'_>) -> Option<String> {
    let is_online = |way: &RenewalMethod<'_>| match way.method {
        Method::Website | Method::App | Method::ThirdParty => true,
        Method::Other | Method::AutoDebit => way.contact.url.is_some() || way.contact.app.is_some(),
        Method::Shop | Method::Voucher | Method::Sms | Method::Call | Method::Ussd => false,
    };
    // If no way says how, the text names the provider's website.
    let is_online = !plan.renewal.iter().any(says_how) || plan.renewal.iter().any(is_online);
    (is_online && plan.is_paid()).then(|| {
        let is_third_party = |way: &RenewalMethod<'_>| way.method == Method::ThirdParty;
        let mut sentence = String::new();
        words.pay_safely(&mut sentence, plan.renewal.iter().any(is_third_party));
        sentence
    })
}

/// Appends how to renew a plan whose file does not say how.
pub(crate) fn push_default_renewal(out: &mut String, words: &dyn Words, plan: &Plan<'_>) {
    match plan.number {
        Some(_) => words.how_to_renew_number(out, plan.price),
        None => words.how_to_renew_with(out, plan.provider.as_deref(), plan.price),
    }
}

/// The channels of a contact. A link comes last, because no text may follow it directly.
fn channels<'a>(contact: &'a Contact<'a>, website: Option<Channel<'a>>) -> Vec<Channel<'a>> {
    let link = contact
        .url
        .as_ref()
        .map(|url| Channel::Website(url.as_str()));
    let mut channels = Vec::new();
    let action = contact.action.as_deref();
    channels.extend(action.map(|action| Channel::Action(without_stop(action))));
    channels.extend(website);
    channels.extend(contact.app.as_deref().map(Channel::App));
    channels.extend(contact.dial.as_deref().map(Channel::Dial));
    channels.extend(contact.sms.as_ref().map(Channel::Text));
    channels.extend(contact.call.as_deref().map(Channel::Call));
    channels.extend(link.filter(|_| website.is_none()));
    channels
}

/// Whether a way says how to renew.
pub(crate) fn says_how(way: &RenewalMethod<'_>) -> bool {
    way.action.is_some()
        || !way.contact.is_empty()
        || !way.steps.is_empty()
        || means(way, true).is_some()
}

/// A text of the user without a full stop at its end, because the sentence around it goes on.
fn without_stop(text: &str) -> &str {
    text.trim_end_matches(['.', '。', ' ', '!', '！'])
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
