//! The cost of the coming year, by currency.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use crate::plan::value::price::{Price, Total};
use crate::plan::{Extends, Plan};
use crate::time::period::Period;

/// The cost of the renewals of a year, and their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YearlyCost {
    today: NaiveDate,
    /// The last day of the year, one year after the current day.
    end: NaiveDate,
    sums: BTreeMap<&'static str, (Total, u64)>,
}

impl YearlyCost {
    /// Makes the year that begins on the day after `today`, without renewals.
    #[must_use]
    pub(crate) fn new(today: NaiveDate) -> Self {
        Self {
            today,
            end: today.checked_add_months(Months::new(12)).unwrap_or(today),
            sums: BTreeMap::new(),
        }
    }

    /// The last day of the year.
    #[must_use]
    pub(crate) fn end(&self) -> NaiveDate {
        self.end
    }

    /// Adds the renewals of a plan: the automatic ones at the price of that way, and the others at
    /// the price of the first way that is done by hand. A price with too many decimals is left out,
    /// because nobody can tell how much it is; `check` warns of it.
    pub(crate) fn add(&mut self, plan: &Plan<'_>) {
        let last = plan.ended.map_or(self.end, |ended| ended.min(self.end));
        if last < self.today {
            return;
        }
        let by_hand = plan.ways_by_hand().next();
        let price_by_hand = by_hand.and_then(|way| way.price).or(plan.price);
        if plan.expiry_on(self.today).is_some() {
            let validity = by_hand.and_then(|way| way.validity);
            let times = self.renewals_by_hand(plan, validity, last);
            self.add_times(price_by_hand, times);
            return;
        }
        // The automatic renewal of the current day has already been paid. After the last automatic
        // renewal, the user renews the plan.
        let until = plan.automatic().and_then(|way| way.until);
        let first = plan.expiry.index_before(self.today);
        let dates = || {
            let dates = (first..).map_while(|index| plan.expiry.nth_day(index));
            dates.skip_while(|day| *day <= self.today)
        };
        let all = count_until(dates(), |day| day <= last);
        let end = until.map_or(last, |until| until.min(last));
        let automatic = count_until(dates(), |day| day <= end);
        self.add_times(plan.automatic_price(), automatic);
        self.add_times(price_by_hand, all - automatic);
    }

    fn add_times(&mut self, price: Option<Price>, times: u32) {
        let price = price.filter(|price| !price.has_too_many_decimals());
        let Some(price) = price.filter(|_| times > 0) else {
            return;
        };
        let total = Total::of(price, times);
        let sum = self.sums.entry(price.currency());
        sum.and_modify(|(sum, count)| {
            sum.add(total);
            *count += u64::from(times);
        })
        .or_insert((total, u64::from(times)));
    }

    /// The sums by currency code, each with the number of renewals.
    pub(crate) fn sums(&self) -> impl Iterator<Item = (Total, u64)> {
        self.sums.values().copied()
    }

    /// Returns how often the user has to renew the plan, if each renewal lasts for `validity`, or
    /// for the plan's own if it is `None`.
    fn renewals_by_hand(&self, plan: &Plan<'_>, validity: Option<Period>, last: NaiveDate) -> u32 {
        let own = plan.expiry.validity();
        let other = validity.filter(|validity| Some(*validity) != own);
        if let Some(expiry) = plan.expiry_on(self.today).filter(|day| *day > self.today) {
            return match other {
                None => count_until(plan.dates_on(self.today), |day| day <= last),
                Some(validity) => count_until(dates_from(expiry, validity), |day| day <= last),
            };
        }
        // The plan is renewed today, and the next date counts from today or from the old expiry.
        // The year then begins with today, so the same day of next year is not included: a yearly
        // plan counts once.
        let from_expiry = plan.expiry.extends() == Extends::FromExpiry;
        let counts = |day: NaiveDate| day <= last && day < self.end;
        let after = |day: &NaiveDate| *day <= self.today;
        let next = match other.or(own) {
            Some(validity) if !from_expiry => {
                count_until(dates_from(self.today, validity).skip(1), counts)
            }
            _ if from_expiry => {
                count_until(plan.dates_on(self.today).skip(1).skip_while(after), counts)
            }
            _ => 0,
        };
        1 + next
    }
}

/// A day and the days after it, one period apart.
fn dates_from(day: NaiveDate, period: Period) -> impl Iterator<Item = NaiveDate> {
    (0..).map_while(move |times| period.after(day, times))
}

/// Returns the number of dates before the first one that does not count. The dates must be in
/// order.
fn count_until(dates: impl Iterator<Item = NaiveDate>, counts: impl Fn(NaiveDate) -> bool) -> u32 {
    let counted = dates.take_while(|day| counts(*day)).count();
    u32::try_from(counted).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::YearlyCost;
    use crate::document::Document;

    /// Returns the sums of plans on 23 November 2026.
    fn sums(plans: &[&str]) -> Vec<String> {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        let mut text = String::new();
        for (index, plan) in plans.iter().enumerate() {
            text += &format!("- {{name: \"{index}\", {plan}}}\n");
        }
        let document = Document::read(text.as_bytes()).expect("plans");
        let list = document.list();
        let mut cost = YearlyCost::new(today);
        for plan in &list.plans {
            cost.add(plan);
        }
        let sums = cost.sums();
        sums.map(|(sum, times)| format!("{times} × = {sum}"))
            .collect()
    }

    #[test]
    fn counts_the_renewals_of_a_year() {
        const AUTO: &str = "validity: 1 month, price: 1 NOK, renewal: {method: auto-debit";
        for (plan, expected) in [
            (
                "renewed: 2026-10-05, validity: 3 months, price: 49 NOK",
                Some("4 × = 196 NOK"),
            ),
            (
                "renewed: 2026-11-20, validity: 1 month, price: 99 NOK",
                Some("12 × = 1188 NOK"),
            ),
            // An expiry today is due now, and a yearly plan counts once.
            (
                "expires: 2026-11-23, validity: 1 year, price: 5 EUR",
                Some("1 × = 5 EUR"),
            ),
            (
                "expires: 2026-11-24, validity: 1 year, price: 5 EUR",
                Some("1 × = 5 EUR"),
            ),
            (
                "expires: 2027-11-23, validity: 1 year, price: 5 EUR",
                Some("1 × = 5 EUR"),
            ),
            ("expires: 2027-11-24, validity: 1 year, price: 5 EUR", None),
            ("expires: 2027-11-23, price: 5 EUR", Some("1 × = 5 EUR")),
            ("expires: 2020-01-01, price: 5 EUR", Some("1 × = 5 EUR")),
            ("expires: 2026-11-24", None),
            // The first way counts, with its own price and length.
            (
                "renewed: 2026-11-20, validity: 1 month, renewal: [{method: website, price: 249 NOK, validity: 3 months}, {method: voucher, price: 99 NOK, validity: 1 month}]",
                Some("4 × = 996 NOK"),
            ),
            (
                "renewed: 2026-11-20, validity: 1 month, price: 99 NOK, renewal: {method: shop}",
                Some("12 × = 1188 NOK"),
            ),
            (
                "renewed: 2026-08-23, validity: 1 month, renewal: {method: shop, price: 9 NOK, validity: 6 months}",
                Some("2 × = 18 NOK"),
            ),
            // An overdue plan is renewed now, and then counts from now or from the old date.
            (
                "expires: 2026-11-20, validity: 1 month, price: 1 EUR",
                Some("12 × = 12 EUR"),
            ),
            (
                "expires: 2026-11-20, validity: 1 year, extends: from-expiry, price: 1 EUR",
                Some("2 × = 2 EUR"),
            ),
            (
                "expires: 2027-01-01, validity: 1 day, price: 1 EUR",
                Some("327 × = 327 EUR"),
            ),
            ("expires: 2026-11-22, ended: 2026-11-22, price: 1 EUR", None),
            (
                "expires: 2026-12-01, validity: 1 month, ended: 2027-02-01, price: 1 EUR",
                Some("3 × = 3 EUR"),
            ),
        ] {
            let got = sums(&[plan]);
            assert_eq!(got.first().map(String::as_str), expected, "{plan}");
        }
        for (rest, expected) in [
            ("renewed: 2026-10-31, ENDS}", 12),
            // The renewal of today has been paid; the one in a year is the twelfth.
            ("renewed: 2026-10-23, ENDS}", 12),
            // It renews by itself from 30 November to 31 March, and by hand after that.
            ("renewed: 2026-10-31, ENDS, until: 2027-03-31}", 12),
            // These no longer renew by themselves.
            ("renewed: 2026-10-31, ENDS, until: 2026-10-31}", 12),
            // These are overdue since an earlier cycle, so they count like plans that do not renew
            // by themselves.
            ("renewed: 2026-06-30, ENDS, until: 2026-10-15}", 12),
            ("expires: 2026-07-31, ENDS, until: 2026-11-15}", 12),
            (
                "expires: 2026-07-31, extends: from-expiry, ENDS, until: 2026-10-30}",
                13,
            ),
            ("renewed: 2026-10-31, ended: 2027-01-01, ENDS}", 2),
        ] {
            let got = sums(&[&rest.replace("ENDS", AUTO)]);
            assert_eq!(got, [format!("{expected} × = {expected} NOK")], "{rest}");
        }
    }

    #[test]
    fn adds_by_currency() {
        assert_eq!(
            sums(&[
                "expires: 2027-01-01, price: 49 NOK",
                "expires: 2027-01-01, price: 0.10 EUR",
                "expires: 2027-01-01, price: 12.5 NOK",
                "expires: 2027-01-01, price: 0.20 EUR",
                // It may be 1299 or 1.30.
                "expires: 2027-01-01, price: 1.299 EUR",
                "expires: 2027-01-01, price: 1.299 KWD",
            ]),
            ["2 × = 0.30 EUR", "1 × = 1.299 KWD", "2 × = 61.5 NOK"]
        );
    }
}
