//! The words of the page that the feed does not have, a file for each language.
//!
//! A language that lacks one does not compile. Where a word stands round something of the user's,
//! it is in two parts, so that the user's own stays apart from ours.

use chrono::NaiveTime;

use crate::plan::value::language::Language;

/// What stands before and after something.
pub(crate) type Around = (&'static str, &'static str);

/// The words of one language. Dates are given as the feed writes them; a moment is what
/// [`Words::moment`] makes.
pub(crate) struct Words {
    // What is due.
    pub(crate) contents: &'static str,
    pub(crate) due: &'static str,
    /// From which day the days are counted.
    pub(crate) counted_from: fn(&str) -> String,
    pub(crate) nothing_due: &'static str,
    /// How many plans are not shown.
    pub(crate) not_shown: fn(usize) -> String,
    /// When it was renewed last.
    pub(crate) renewed: fn(&str) -> String,
    /// Until when it could be recovered.
    pub(crate) was_recoverable: fn(&str) -> String,
    /// When it is given up.
    pub(crate) given_up: fn(&str) -> String,
    /// In front of a whole number.
    pub(crate) number: &'static str,
    /// In front of the last digits of a number.
    pub(crate) number_ending: &'static str,

    // What to do about it.
    pub(crate) how: &'static str,
    pub(crate) details: &'static str,
    pub(crate) renew: &'static str,
    pub(crate) check: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) record: &'static str,
    /// What the link says behind which a renewal is recorded.
    pub(crate) record_here: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) app: Around,
    pub(crate) dial: Around,
    pub(crate) call: Around,
    pub(crate) sms: Around,
    /// Before a message, between it and the number that it goes to, and after that.
    pub(crate) sms_text: (&'static str, &'static str, &'static str),

    // The picture of the year.
    pub(crate) year: &'static str,
    pub(crate) months: [&'static str; 12],
    pub(crate) works: &'static str,
    pub(crate) grace: &'static str,
    pub(crate) warning: &'static str,
    pub(crate) renews: &'static str,
    pub(crate) today: &'static str,
    pub(crate) goes_on: &'static str,
    /// The days of the warnings that are still to come, for whoever does not see their marks.
    pub(crate) warnings: fn(&[String]) -> String,

    // What it costs.
    pub(crate) costs: &'static str,
    /// What is counted, up to a day.
    pub(crate) counted: fn(&str) -> String,
    /// The same where there is no today: from a day, up to another.
    pub(crate) counted_since: fn(&str, &str) -> String,

    // What is wrong.
    pub(crate) trouble: &'static str,
    /// At which moment it was found, and what is shown meanwhile.
    pub(crate) found: fn(&str) -> String,
    pub(crate) feed_says_so: &'static str,
    pub(crate) feed_is_silent: &'static str,

    // How to subscribe.
    pub(crate) subscribe: &'static str,
    pub(crate) address: &'static str,
    pub(crate) copy: &'static str,
    /// This address works only on this computer.
    pub(crate) local: &'static str,
    /// This address is plain HTTP.
    pub(crate) plain: &'static str,
    /// The server does not know its address; around the option that tells it.
    pub(crate) unknown: Around,
    /// The page was published without its address.
    pub(crate) published_unknown: Around,
    pub(crate) apple: &'static str,
    pub(crate) apple_mac: &'static str,
    pub(crate) on_ios: &'static str,
    pub(crate) on_mac: &'static str,
    pub(crate) google: &'static str,
    pub(crate) on_google: &'static str,
    pub(crate) outlook: &'static str,
    pub(crate) on_outlook: &'static str,
    pub(crate) others: &'static str,
    pub(crate) on_thunderbird: &'static str,
    pub(crate) on_desktops: &'static str,
    pub(crate) on_icsx5: &'static str,
    pub(crate) on_nextcloud: &'static str,
    pub(crate) on_home_assistant: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) scan: &'static str,
    pub(crate) code: &'static str,
    pub(crate) once: &'static str,
    pub(crate) download: &'static str,
    pub(crate) snapshot: &'static str,

    // Whether it works.
    pub(crate) works_at_all: &'static str,
    pub(crate) test: &'static str,
    pub(crate) test_link: &'static str,
    pub(crate) test_says: &'static str,
    /// What the test does not show.
    pub(crate) test_is_not_all: &'static str,
    pub(crate) fetched: &'static str,
    /// Who fetched since the moment of the start.
    pub(crate) since: fn(&str) -> String,
    /// Nobody has since then.
    pub(crate) nobody: fn(&str) -> String,
    pub(crate) client: &'static str,
    pub(crate) last: &'static str,
    pub(crate) browser: &'static str,
    pub(crate) other: &'static str,
    /// A time on a day, or on today where none is given.
    pub(crate) moment: fn(Option<&str>, NaiveTime) -> String,
}

/// The words of a language.
pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &crate::words::en::page::WORDS,
        Language::SimplifiedChinese => &crate::words::zh::page::WORDS,
        Language::Bokmal => &crate::words::nb::page::WORDS,
    }
}
