//! The words of the page that the feed does not have, a file for each language.
//!
//! A language that lacks one does not compile. Where a word stands round something of the user's,
//! it is in two parts, so that the user's own stays apart from ours.

mod en;
mod nb;
mod zh;

use chrono::NaiveTime;

use crate::language::Language;

/// What stands before and after something.
pub(super) type Around = (&'static str, &'static str);

/// The words of one language. Dates are given as the feed writes them; a moment is what
/// [`Words::moment`] makes.
pub(super) struct Words {
    // What is due.
    pub(super) contents: &'static str,
    pub(super) due: &'static str,
    /// From which day the days are counted.
    pub(super) counted_from: fn(&str) -> String,
    pub(super) nothing_due: &'static str,
    /// How many plans are not shown.
    pub(super) not_shown: fn(usize) -> String,
    /// When it was renewed last.
    pub(super) renewed: fn(&str) -> String,
    /// Until when it could be recovered.
    pub(super) was_recoverable: fn(&str) -> String,
    /// When it is given up.
    pub(super) given_up: fn(&str) -> String,
    /// In front of a whole number.
    pub(super) number: &'static str,
    /// In front of the last digits of a number.
    pub(super) number_ending: &'static str,

    // What to do about it.
    pub(super) how: &'static str,
    pub(super) details: &'static str,
    pub(super) renew: &'static str,
    pub(super) check: &'static str,
    pub(super) failed: &'static str,
    pub(super) record: &'static str,
    /// What the link says behind which a renewal is recorded.
    pub(super) record_here: &'static str,
    pub(super) notes: &'static str,
    pub(super) app: Around,
    pub(super) dial: Around,
    pub(super) call: Around,
    pub(super) sms: Around,
    /// Before a message, between it and the number that it goes to, and after that.
    pub(super) sms_text: (&'static str, &'static str, &'static str),

    // The picture of the year.
    pub(super) year: &'static str,
    pub(super) months: [&'static str; 12],
    pub(super) works: &'static str,
    pub(super) grace: &'static str,
    pub(super) warning: &'static str,
    pub(super) renews: &'static str,
    pub(super) today: &'static str,
    pub(super) goes_on: &'static str,
    /// The days of the warnings that are still to come, for whoever does not see their marks.
    pub(super) warnings: fn(&[String]) -> String,

    // What it costs.
    pub(super) costs: &'static str,
    /// What is counted, up to a day.
    pub(super) counted: fn(&str) -> String,
    /// The same where there is no today: from a day, up to another.
    pub(super) counted_since: fn(&str, &str) -> String,

    // What is wrong.
    pub(super) trouble: &'static str,
    /// At which moment it was found, and what is shown meanwhile.
    pub(super) found: fn(&str) -> String,
    pub(super) feed_says_so: &'static str,
    pub(super) feed_is_silent: &'static str,

    // How to subscribe.
    pub(super) subscribe: &'static str,
    pub(super) address: &'static str,
    pub(super) copy: &'static str,
    /// This address works only on this computer.
    pub(super) local: &'static str,
    /// This address is plain HTTP.
    pub(super) plain: &'static str,
    /// The server does not know its address; around the option that tells it.
    pub(super) unknown: Around,
    /// The page was published without its address.
    pub(super) published_unknown: Around,
    pub(super) apple: &'static str,
    pub(super) apple_mac: &'static str,
    pub(super) on_ios: &'static str,
    pub(super) on_mac: &'static str,
    pub(super) google: &'static str,
    pub(super) on_google: &'static str,
    pub(super) outlook: &'static str,
    pub(super) on_outlook: &'static str,
    pub(super) others: &'static str,
    pub(super) on_thunderbird: &'static str,
    pub(super) on_desktops: &'static str,
    pub(super) on_icsx5: &'static str,
    pub(super) on_nextcloud: &'static str,
    pub(super) on_home_assistant: &'static str,
    pub(super) phone: &'static str,
    pub(super) scan: &'static str,
    pub(super) code: &'static str,
    pub(super) once: &'static str,
    pub(super) download: &'static str,
    pub(super) snapshot: &'static str,

    // Whether it works.
    pub(super) works_at_all: &'static str,
    pub(super) test: &'static str,
    pub(super) test_link: &'static str,
    pub(super) test_says: &'static str,
    /// What the test does not show.
    pub(super) test_is_not_all: &'static str,
    pub(super) fetched: &'static str,
    /// Who fetched since the moment of the start.
    pub(super) since: fn(&str) -> String,
    /// Nobody has since then.
    pub(super) nobody: fn(&str) -> String,
    pub(super) client: &'static str,
    pub(super) last: &'static str,
    pub(super) browser: &'static str,
    pub(super) other: &'static str,
    /// A time on a day, or on today where none is given.
    pub(super) moment: fn(Option<&str>, NaiveTime) -> String,
}

/// The words of a language.
pub(super) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &en::WORDS,
        Language::SimplifiedChinese => &zh::WORDS,
        Language::Bokmal => &nb::WORDS,
    }
}
