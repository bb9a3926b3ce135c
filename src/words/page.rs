//! The texts of the page, except for the sentences that it shares with the feed and the agenda.

use chrono::{NaiveDate, NaiveTime};

use crate::plan::status::PlanStatus;
use crate::words::feed::TimeUnit;

/// The texts before and after a text of the user, which is a separate element of the page.
pub(crate) type Affixes = (&'static str, &'static str);

/// What a list asks of its user on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DueSummary {
    /// The plans of the list, without those that were given up.
    pub(crate) plans: usize,
    /// The plans that renew by themselves and need nothing at present.
    pub(crate) automatic: usize,
    /// The plans that have expired.
    pub(crate) expired: usize,
    /// The plans that are due and expire soon.
    pub(crate) due: DueGroup,
    /// The plans that are due because they renew unless they are cancelled.
    pub(crate) cancel: DueGroup,
    /// The plans that are due because they are given up soon.
    pub(crate) ending: DueGroup,
    /// The next day on which another plan becomes due.
    pub(crate) next: Option<NaiveDate>,
    /// Whether `next` is after the days of all plans that are due now.
    pub(crate) is_next_last: bool,
}

impl DueSummary {
    /// Whether no plan is due.
    pub(crate) fn is_calm(&self) -> bool {
        let groups = [self.due, self.cancel, self.ending];
        self.expired == 0 && groups.iter().all(|group| group.count == 0)
    }
}

/// Plans that are due for the same reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct DueGroup {
    /// How many there are.
    pub(crate) count: usize,
    /// The days until the nearest of their days, and the same in the unit in which a sentence gives
    /// it.
    pub(crate) nearest: (i64, TimeUnit),
    /// Whether they all have the same day.
    pub(crate) is_one_day: bool,
}

/// The words of the page in one language. Days are given in the form of [`FeedWords::date`], and
/// moments in the form of [`PageWords::moment`].
///
/// [`FeedWords::date`]: crate::words::feed::FeedWords::date
pub(crate) trait PageWords {
    /// The texts that never change.
    fn page_labels(&self) -> &'static PageLabels;

    /// The whole list in one sentence: what is due, and until when nothing else is. `next` is the
    /// day of [`DueSummary::next`].
    fn answer(&self, summary: &DueSummary, next: Option<&str>) -> String;
    /// The whole list in one sentence on a page that does not know the current day: the first day on
    /// or after `since` on which a plan expires that does not renew by itself; `None` if there is
    /// none.
    fn first_date(&self, since: &str, day: Option<&str>) -> String;
    /// All plans renew by themselves.
    fn all_automatic(&self) -> &'static str;
    /// There is nothing in the list.
    fn nothing_in_list(&self) -> &'static str;
    /// The status of a plan, in two parts that are read one after the other: what happens, and when.
    /// `span` is the number of days of the status in the unit in which a sentence gives it.
    fn status_headline(&self, status: PlanStatus, span: TimeUnit) -> (&'static str, String);
    /// How many plans have no date in the picture of the year.
    fn beyond_year(&self, count: usize) -> String;
    /// A plans file has an error, so its list is shown as of a day.
    fn broken_list(&self, as_of: &str) -> String;
    /// The day from which the page counts days.
    fn counted_from(&self, day: &str) -> String;
    /// How many plans the page leaves out.
    fn plans_not_shown(&self, count: usize) -> String;
    /// The day of the last renewal.
    fn last_renewed(&self, day: &str) -> String;
    /// The day on which the user last read the rules of the plan.
    fn terms_checked(&self, day: &str) -> String;
    /// The day on which the plan is given up.
    fn will_be_given_up(&self, day: &str) -> String;
    /// The days of the coming warnings, for a reader who does not see the marks in the picture.
    fn warning_days(&self, days: &[String]) -> String;

    /// Which renewals the sums include: those from today up to `end`.
    fn costs_until(&self, end: &str) -> String;
    /// Which renewals the sums include: those from `since` up to `end`.
    fn costs_between(&self, since: &str, end: &str) -> String;

    /// When the error in the plans file was found, and what the page shows until it is corrected.
    fn error_found(&self, moment: &str) -> String;

    /// Introduces the list of programs that fetched the feed since the server started.
    fn fetched_since(&self, moment: &str) -> String;
    /// No program has fetched the feed since the server started.
    fn not_fetched_since(&self, moment: &str) -> String;
    /// A time on a day, or on the current day if `day` is `None`.
    fn moment(&self, day: Option<&str>, time: NaiveTime) -> String;
}

/// The texts of the page that never change.
#[derive(Debug)]
pub(crate) struct PageLabels {
    // What is due.
    /// The name of the list of sections.
    pub(crate) contents: &'static str,
    /// Heading: the plans that are due.
    pub(crate) now: &'static str,
    /// Heading: the plans that expire later and are not due.
    pub(crate) later: &'static str,
    /// Heading: the plans for which the user does not have to act.
    pub(crate) automatic: &'static str,
    /// Heading: the plans with their days, on a page that does not know the current day.
    pub(crate) dates: &'static str,
    /// Before a whole phone number.
    pub(crate) number: &'static str,
    /// Before the last digits of a phone number.
    pub(crate) number_ending: &'static str,

    // What to do about a plan.
    /// Around the name of a website on which the plan is renewed.
    pub(crate) renew_on: Affixes,
    /// Around the name of a website on which the plan is cancelled.
    pub(crate) cancel_on: Affixes,
    /// Heading: the ways to renew.
    pub(crate) renew: &'static str,
    /// Heading: the ways to renew other than the first.
    pub(crate) other_ways: &'static str,
    /// Heading: how to check that a renewal worked.
    pub(crate) check: &'static str,
    /// Heading: where to get help if the renewal fails.
    pub(crate) if_it_fails: &'static str,
    /// Heading: how to give the plan up.
    pub(crate) cancel: &'static str,
    /// Heading: where the rules of the plan stand.
    pub(crate) terms: &'static str,
    /// Heading: how to record a renewal.
    pub(crate) record: &'static str,
    /// The link to the place where a renewal is recorded.
    pub(crate) record_link: &'static str,
    /// Heading: the user's notes.
    pub(crate) notes: &'static str,
    /// Around the name of an app, which is given.
    pub(crate) in_app: fn(&str) -> Affixes,
    /// Around a code to dial.
    pub(crate) dial: Affixes,
    /// Around a number to call.
    pub(crate) call: Affixes,
    /// Around a number that takes text messages.
    pub(crate) sms: Affixes,
    /// The texts before a text message, between the message and its number, and after the number.
    pub(crate) sms_text: (&'static str, &'static str, &'static str),

    // The picture of the year.
    /// Heading: the picture.
    pub(crate) year: &'static str,
    /// The months, in short.
    pub(crate) months: [&'static str; 12],
    /// Legend: the bar of a plan that works and is not due.
    pub(crate) valid: &'static str,
    /// Legend: the bar of a plan that is due.
    pub(crate) valid_due: &'static str,
    /// Legend: the bar of a plan that has expired.
    pub(crate) valid_expired: &'static str,
    /// Legend: the bar of a plan for which the user does not have to act.
    pub(crate) valid_automatic: &'static str,
    /// Legend: the part of a bar for the grace.
    pub(crate) grace: &'static str,
    /// Legend: the mark of a warning.
    pub(crate) warning: &'static str,
    /// Legend: the mark of an automatic renewal.
    pub(crate) renews_automatically: &'static str,
    /// Legend: the mark of today.
    pub(crate) today: &'static str,
    /// Legend: the arrow of a bar that continues outside the picture.
    pub(crate) goes_on: &'static str,

    // What it costs.
    /// Heading: what a year costs.
    pub(crate) yearly_cost: &'static str,

    // What is wrong.
    /// Heading: the plans file has an error.
    pub(crate) file_error: &'static str,
    /// What to do about the error.
    pub(crate) correct_file: &'static str,
    /// The feed says that it is out of date.
    pub(crate) feed_says_so: &'static str,
    /// The feed does not say yet that it is out of date.
    pub(crate) feed_is_silent: &'static str,

    // How to subscribe.
    /// Heading: how to subscribe.
    pub(crate) subscribe: &'static str,
    /// The name of the field with the address of the feed.
    pub(crate) address: &'static str,
    /// What to do with the address.
    pub(crate) copy_address: &'static str,
    /// The address works on this computer only.
    pub(crate) local_address: &'static str,
    /// The address is plain HTTP.
    pub(crate) plain_http: &'static str,
    /// The server does not know its address: the texts around the option that sets it.
    pub(crate) unknown_address: Affixes,
    /// The page was published without its address: the texts around the option that sets it.
    pub(crate) published_without_address: Affixes,
    /// The button for iPhone, iPad and Mac.
    pub(crate) subscribe_apple: &'static str,
    /// The button for this Mac only.
    pub(crate) subscribe_mac: &'static str,
    /// How iPhone and iPad treat alarms.
    pub(crate) about_ios: &'static str,
    /// How a Mac treats alarms.
    pub(crate) about_mac: &'static str,
    /// A program that cannot reach the address.
    pub(crate) cannot_reach: &'static str,
    /// The name of Google Calendar.
    pub(crate) google: &'static str,
    /// The button for Google Calendar.
    pub(crate) open_google: &'static str,
    /// How Google Calendar treats alarms.
    pub(crate) about_google: &'static str,
    /// The button for Outlook.com.
    pub(crate) subscribe_outlook: &'static str,
    /// How Outlook.com treats alarms.
    pub(crate) about_outlook: &'static str,
    /// Heading: programs without a button.
    pub(crate) other_programs: &'static str,
    /// How Thunderbird treats alarms.
    pub(crate) about_thunderbird: &'static str,
    /// How the calendars of Linux desktops treat alarms.
    pub(crate) about_desktops: &'static str,
    /// How ICSx5 treats alarms.
    pub(crate) about_icsx5: &'static str,
    /// How Nextcloud treats alarms.
    pub(crate) about_nextcloud: &'static str,
    /// How Home Assistant treats alarms.
    pub(crate) about_home_assistant: &'static str,
    /// Heading: how to open the page on a phone.
    pub(crate) on_phone: &'static str,
    /// What to do with the QR code.
    pub(crate) scan_code: &'static str,
    /// The QR code, for a reader who does not see it.
    pub(crate) qr_code: &'static str,
    /// Heading: the feed as a file.
    pub(crate) only_once: &'static str,
    /// The button that downloads the feed.
    pub(crate) download: &'static str,
    /// What a downloaded file lacks.
    pub(crate) about_snapshot: &'static str,

    // Whether it works.
    /// Heading: whether the alarms ring.
    pub(crate) does_it_work: &'static str,
    /// Heading: the test reminder.
    pub(crate) test_reminder: &'static str,
    /// The button that downloads the test reminder.
    pub(crate) test_download: &'static str,
    /// What the test reminder is.
    pub(crate) about_test: &'static str,
    /// What the test reminder does not prove.
    pub(crate) test_limits: &'static str,
    /// Heading: which programs fetched the feed.
    pub(crate) who_fetches: &'static str,
    /// Head of a column: the program.
    pub(crate) client: &'static str,
    /// Head of a column: when the program last fetched the feed.
    pub(crate) last_fetch: &'static str,
    /// The program is some web browser.
    pub(crate) web_browser: &'static str,
    /// The program is unknown.
    pub(crate) other_program: &'static str,
}
