//! UIDs of events. They stay the same if a plan is renewed or moved in the file, or if the file is
//! renamed.

use chrono::NaiveDate;
use uuid::Uuid;
use uuid::fmt::Hyphenated;

use crate::plan::schedule::{Kind, Lead};

/// The namespace of weekahead's own UIDs (RFC 9562, section 5.5).
const NAMESPACE: Uuid = Uuid::from_u128(0x7765_656b_6168_5ead_8c5a_31f2_0d64_9b17);

/// The UIDs of one plan.
#[derive(Debug)]
pub(crate) struct Uids {
    /// The calendar id and the plan id, each after its length, so that no two pairs give the same
    /// bytes.
    name: Vec<u8>,
    plan_end: usize,
}

impl Uids {
    pub(crate) fn new(calendar: &str, plan: &str) -> Self {
        let mut uids = Self {
            name: Vec::with_capacity(64),
            plan_end: 0,
        };
        uids.push_part(calendar.as_bytes());
        uids.push_part(plan.as_bytes());
        uids.plan_end = uids.name.len();
        uids
    }

    /// The UID of an occurrence. Only the UIDs of a renewal and of the days before it, which
    /// repeat, contain a day. The other occurrences move with the plan's dates and stay the same
    /// event.
    pub(crate) fn of(&mut self, kind: Kind, day: NaiveDate) -> Hyphenated {
        match kind {
            Kind::Expiry => self.make("expiry", None, None),
            Kind::Notice(lead) => self.make("notice", Some(lead), None),
            // The first of these days came before the others did, and has kept its UID.
            Kind::Overdue(1) => self.make("overdue", None, None),
            Kind::Overdue(days) => {
                self.begin("overdue");
                self.push_part(days.to_string().as_bytes());
                self.finish()
            }
            Kind::GraceEnd => self.make("grace-end", None, None),
            Kind::GraceNotice(lead) => self.make("grace-notice", Some(lead), None),
            Kind::AfterGrace => self.make("after-grace", None, None),
            Kind::Renewal => self.make("renewal", None, Some(day)),
            Kind::RenewalNotice(lead) => self.make("renewal-notice", Some(lead), lead.target(day)),
            Kind::Cancel { .. } => self.make("cancel", None, Some(day)),
            Kind::CancelNotice { lead, .. } => {
                self.make("cancel-notice", Some(lead), lead.target(day))
            }
            Kind::Ended => self.make("ended", None, None),
            Kind::EndedNotice(lead) => self.make("ended-notice", Some(lead), None),
        }
    }

    /// The UID of the event in a calendar that has no other events.
    pub(crate) fn of_nothing(calendar: &str) -> Hyphenated {
        Self::new(calendar, "").make("nothing", None, None)
    }

    /// The UID of the event that says that a calendar has been out of date since a day.
    pub(crate) fn of_staleness(calendar: &str, day: NaiveDate) -> Hyphenated {
        Self::new(calendar, "").make("out-of-date", None, Some(day))
    }

    /// The UID of a test reminder that is made in the given second, such as `20261123T091200Z`.
    pub(crate) fn of_test(second: &str) -> Hyphenated {
        let mut uids = Self::new("", "");
        uids.push_part(b"test");
        uids.push_part(second.as_bytes());
        Uuid::new_v5(&NAMESPACE, &uids.name).hyphenated()
    }

    /// The marker of a plan's ticket. `list` is the id or the name of the list.
    pub(crate) fn of_ticket(list: &str, plan: &str) -> Hyphenated {
        Self::new(list, plan).make("ticket", None, None)
    }

    fn make(&mut self, kind: &str, lead: Option<Lead>, day: Option<NaiveDate>) -> Hyphenated {
        self.begin(kind);
        // An absent value is left out. That is unambiguous, because each kind always has the same
        // values.
        if let Some(lead) = lead {
            self.push_part(lead.period.to_string().as_bytes());
        }
        if let Some(day) = day {
            self.push_part(day.to_string().as_bytes());
        }
        self.finish()
    }

    fn begin(&mut self, kind: &str) {
        self.name.truncate(self.plan_end);
        self.push_part(kind.as_bytes());
    }

    fn finish(&self) -> Hyphenated {
        Uuid::new_v5(&NAMESPACE, &self.name).hyphenated()
    }

    /// Appends a part after its length, which is written with seven bits in each byte. With short
    /// parts, the whole name fits into one block of the hash.
    fn push_part(&mut self, bytes: &[u8]) {
        let mut length = bytes.len();
        while length >= 0x80 {
            self.name.push(0x80 | (length & 0x7f) as u8);
            length >>= 7;
        }
        self.name.push(length as u8);
        self.name.extend(bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::NaiveDate;

    use super::Uids;
    use crate::plan::schedule::Kind;

    /// The expected values are from Python's hashlib: SHA-1 over the namespace and three parts,
    /// with version and variant set.
    #[test]
    fn a_long_id_has_its_length_before_it() {
        let day = NaiveDate::from_ymd_opt(2027, 1, 31).expect("a day");
        for (length, expected) in [
            (127, "0525fd29-5fe7-54cd-8aeb-b7613c2b6c78"),
            (128, "c629fde6-72b0-5019-b580-21585e299f32"),
            (300, "fc87321a-b852-5bf6-b078-dd7becb861bb"),
            (20_000, "3295e867-fb74-5d53-a67a-dc564d4a61af"),
        ] {
            let uid = Uids::new("", &"x".repeat(length)).of(Kind::Expiry, day);
            assert_eq!(uid.to_string(), expected, "{length}");
        }
    }

    /// A user may subscribe to two calendars that are out of date, and one calendar may be out of
    /// date more than once.
    #[test]
    fn each_calendar_is_out_of_date_by_itself() {
        let day = |day| NaiveDate::from_ymd_opt(2027, 1, day).expect("a day");
        let uid = |calendar: &str, on| Uids::of_staleness(calendar, day(on)).to_string();
        let all = [uid("a", 1), uid("a", 2), uid("b", 1), uid("", 1)];
        assert_eq!(HashSet::from(all.clone()).len(), 4);
        assert_eq!(uid("a", 1), all[0]);
    }
}
