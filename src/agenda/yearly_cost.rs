//! What the coming year costs, by currency.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use crate::plan::value::price::Total;
use crate::plan::{Expiry, Plan};

/// What the renewals of a year cost, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct YearlyCost {
    today: NaiveDate,
    /// The last day that counts, a year after today.
    end: NaiveDate,
    sums: BTreeMap<&'static str, (Total, u64)>,
}

impl YearlyCost {
    /// The year that begins with the day after `today`.
    #[must_use]
    pub(crate) fn new(today: NaiveDate) -> Self {
        Self {
            today,
            end: today.checked_add_months(Months::new(12)).unwrap_or(today),
            sums: BTreeMap::new(),
        }
    }

    /// The last day that counts.
    #[must_use]
    pub(crate) fn end(&self) -> NaiveDate {
        self.end
    }

    /// Adds the renewals of a plan, if it has a price.
    pub(crate) fn add(&mut self, plan: &Plan<'_>) {
        let Some(price) = plan.price else { return };
        let times = self.renewals(plan);
        if times == 0 {
            return;
        }
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

    /// How often a plan is renewed in the year.
    fn renewals(&self, plan: &Plan<'_>) -> u32 {
        let last = plan.ended.map_or(self.end, |ended| ended.min(self.end));
        if last < self.today {
            return 0;
        }
        if plan.expiry_on(self.today).is_some() {
            return self.renewals_by_hand(plan, last);
        }
        // Today's automatic renewal has been paid. After the last automatic one, somebody renews
        // it.
        let first = plan.expiry.index_before(self.today);
        let dates = (first..).map_while(|index| plan.expiry.nth_day(index));
        let dates = dates.skip_while(|day| *day <= self.today);
        count_until(dates, |day| day <= last)
    }

    /// How often somebody has to renew it.
    fn renewals_by_hand(&self, plan: &Plan<'_>, last: NaiveDate) -> u32 {
        if plan
            .expiry_on(self.today)
            .is_some_and(|expiry| expiry > self.today)
        {
            return count_until(plan.dates_on(self.today), |day| day <= last);
        }
        // It is renewed today, and the next date counts from today or from the old expiry. The year
        // begins with today, so the same day of next year is not in it: a yearly plan counts once.
        let from_expiry = matches!(
            plan.expiry,
            Expiry::Explicit {
                from_expiry: true,
                ..
            }
        );
        let counts = |day: NaiveDate| day <= last && day < self.end;
        let after = |day: &NaiveDate| *day <= self.today;
        let next = match plan.expiry.validity() {
            _ if from_expiry => {
                count_until(plan.dates_on(self.today).skip(1).skip_while(after), counts)
            }
            None => 0,
            Some(validity) => count_until(
                (1..).map_while(|times| validity.after(self.today, times)),
                counts,
            ),
        };
        1 + next
    }
}

/// The number of dates before the first that does not count; the dates are in order.
fn count_until(dates: impl Iterator<Item = NaiveDate>, counts: impl Fn(NaiveDate) -> bool) -> u32 {
    let counted = dates.take_while(|day| counts(*day)).count();
    u32::try_from(counted).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::YearlyCost;
    use crate::document::Document;

    /// The sums of plans on 23 November 2026.
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
            // Today itself is due now, and once a year is once.
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
            // Overdue: now, and then from now or from the old date.
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
            // Today's has been paid; a year from now is the twelfth.
            ("renewed: 2026-10-23, ENDS}", 12),
            // 30 November to 31 March by itself, and by hand after that.
            ("renewed: 2026-10-31, ENDS, until: 2027-03-31}", 12),
            // Nothing renews these by itself any more.
            ("renewed: 2026-10-31, ENDS, until: 2026-10-31}", 12),
            // Overdue, in an earlier cycle than the next one: as one that nothing renewed.
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
            ]),
            ["2 × = 0.30 EUR", "2 × = 61.5 NOK"]
        );
    }
}
