//! The sentence about the whole list, in each language.

use super::{answer, body, page};
use crate::document::Document;
use crate::site::page::{PageBody, View, render};
use crate::time::revision::Revision;

/// Today, in every row.
const TODAY: &str = "2026-11-23";

const EXPIRED: &str = "expires: 2026-11-20";
const LONG_PAST: &str = "expires: 2019-11-20";
const GRACE: &str = "expires: 2026-11-20, grace: 1 month";
const DAYS_0: &str = "expires: 2026-11-23";
const DAYS_1: &str = "expires: 2026-11-24";
const DAYS_4: &str = "expires: 2026-11-27";
const DAYS_200: &str = "expires: 2027-06-11, remind: [9 months]";
/// Its first warning comes on 4 February.
const LATER: &str = "expires: 2027-02-11";
const AUTO: &str = "renewed: 2026-11-01, validity: 1 month, renewal: {method: auto-debit}";
/// It renews until the bank card ends; the first warning of the expiry after that comes on 25 March.
const CARD: &str =
    "renewed: 2026-11-01, validity: 1 month, renewal: {method: auto-debit, until: 2027-03}";
/// The same shortly before its end: it expires in 20 days.
const CARD_ENDS: &str = "renewed: 2026-09-13, validity: 1 month, remind: [1 month], renewal: {method: auto-debit, until: 2026-12-01}";
/// It can be cancelled for 3 more days.
const CANCEL: &str = "renewed: 2025-12-01, validity: 1 year, renewal: {method: auto-debit}, cancel: {notice: 5 days}";
const CANCEL_0: &str = "renewed: 2025-11-28, validity: 1 year, renewal: {method: auto-debit}, cancel: {notice: 5 days}";
const CANCEL_1: &str = "renewed: 2025-11-29, validity: 1 year, renewal: {method: auto-debit}, cancel: {notice: 5 days}";
/// Its first warning before the last day for cancelling comes on 18 February.
const CANCEL_LATER: &str = "renewed: 2026-03-01, validity: 1 year, renewal: {method: auto-debit}, cancel: {notice: 4 days}";
const ENDS: &str = "expires: 2027-11-27, ended: 2026-11-25";
const ENDS_0: &str = "expires: 2027-11-27, ended: 2026-11-23";
const ENDED: &str = "expires: 2027-11-27, ended: 2026-11-22";

#[test]
fn one_sentence_says_what_is_due() {
    let rows: &[(&[&str], [&str; 3])] = &[
        (
            &[ENDED],
            [
                "There is nothing to renew in this list.",
                "Det er ingenting å fornye i denne listen.",
                "列表中没有需要续费的项目。",
            ],
        ),
        (
            &[LATER, AUTO],
            [
                "Nothing is due until 4 February 2027.",
                "Ingenting må gjøres før 4. februar 2027.",
                "2027年2月4日之前没有待办事项。",
            ],
        ),
        (
            &[AUTO, AUTO],
            [
                "Nothing is due: everything renews automatically.",
                "Ingenting må gjøres: alt fornyes automatisk.",
                "没有待办事项，全部自动续费。",
            ],
        ),
        (
            &[AUTO, CARD],
            [
                "Nothing is due until 25 March 2027.",
                "Ingenting må gjøres før 25. mars 2027.",
                "2027年3月25日之前没有待办事项。",
            ],
        ),
        (
            &[CANCEL_LATER],
            [
                "Nothing is due until 18 February 2027.",
                "Ingenting må gjøres før 18. februar 2027.",
                "2027年2月18日之前没有待办事项。",
            ],
        ),
        (
            &[EXPIRED, DAYS_4, LATER],
            [
                "1 expired, 1 due in 4 days, then nothing until 4 February 2027.",
                "1 er utløpt, 1 utløper om 4 dager, deretter ingenting før 4. februar 2027.",
                "1 项已到期，1 项将在 4 天后到期，之后直到 2027年2月4日都没有其他事项。",
            ],
        ),
        (
            &[EXPIRED, GRACE, LONG_PAST],
            ["3 expired.", "3 er utløpt.", "3 项已到期。"],
        ),
        (
            &[DAYS_0],
            ["1 due today.", "1 utløper i dag.", "1 项今天到期。"],
        ),
        (
            &[DAYS_1, DAYS_1],
            ["2 due tomorrow.", "2 utløper i morgen.", "2 项明天到期。"],
        ),
        (
            &[DAYS_4, DAYS_4, DAYS_1],
            [
                "3 due (the first tomorrow).",
                "3 utløper (den første i morgen).",
                "3 项待续费（最早的明天到期）。",
            ],
        ),
        (
            &[DAYS_200, LATER],
            [
                "1 due in 6 months, nothing else until 4 February 2027.",
                "1 utløper om 6 måneder, ellers ingenting før 4. februar 2027.",
                "1 项将在 6 个月后到期，除此之外，2027年2月4日之前没有其他事项。",
            ],
        ),
        (
            &[CARD_ENDS],
            [
                "1 due in 20 days.",
                "1 utløper om 20 dager.",
                "1 项将在 20 天后到期。",
            ],
        ),
        (
            &[CANCEL],
            [
                "1 renews unless cancelled within 3 days.",
                "1 fornyes hvis den ikke sies opp innen 3 dager.",
                "1 项如在 3 天内不取消将自动续费。",
            ],
        ),
        (
            &[CANCEL_0],
            [
                "1 renews unless cancelled today.",
                "1 fornyes hvis den ikke sies opp i dag.",
                "1 项如今天不取消将自动续费。",
            ],
        ),
        (
            &[CANCEL_1, CANCEL],
            [
                "2 renew unless cancelled (the first by tomorrow).",
                "2 fornyes hvis de ikke sies opp (den første senest i morgen).",
                "2 项不取消将自动续费（最早的须到明天取消）。",
            ],
        ),
        (
            &[ENDS, ENDED],
            [
                "1 ends in 2 days.",
                "1 avsluttes om 2 dager.",
                "1 项将在 2 天后停用。",
            ],
        ),
        (
            &[GRACE, DAYS_4, CANCEL, ENDS, ENDS_0, LATER, AUTO],
            [
                "1 expired, 1 due in 4 days, 1 renews unless cancelled within 3 days, 2 end (the first today), then nothing until 4 February 2027.",
                "1 er utløpt, 1 utløper om 4 dager, 1 fornyes hvis den ikke sies opp innen 3 dager, 2 avsluttes (den første i dag), deretter ingenting før 4. februar 2027.",
                "1 项已到期，1 项将在 4 天后到期，1 项如在 3 天内不取消将自动续费，2 项即将停用（最早的今天停用），之后直到 2027年2月4日都没有其他事项。",
            ],
        ),
    ];
    for (plans, expected) in rows {
        for (language, expected) in ["en", "nb", "zh-CN"].into_iter().zip(expected) {
            let page = page(&body(&list(language, plans), TODAY));
            assert_eq!(answer(&page), *expected, "{plans:?}");
        }
    }
}

/// A published page is read on any day, so it gives dates and counts nothing.
#[test]
fn a_published_page_gives_the_first_date() {
    let rows: &[(&[&str], [&str; 3])] = &[
        (
            &[EXPIRED, LATER, DAYS_4, AUTO],
            [
                "From 23 November 2026 on, the first date is 27 November 2026.",
                "Fra 23. november 2026 er den første datoen 27. november 2026.",
                "自 2026年11月23日起，最早的日期是 2026年11月27日。",
            ],
        ),
        (
            &[EXPIRED],
            [
                "From 23 November 2026 on, there is no date.",
                "Fra 23. november 2026 er det ingen dato.",
                "自 2026年11月23日起没有日期。",
            ],
        ),
        (
            &[AUTO],
            [
                "Everything renews automatically.",
                "Alt fornyes automatisk.",
                "全部自动续费。",
            ],
        ),
        (
            &[ENDED],
            [
                "There is nothing to renew in this list.",
                "Det er ingenting å fornye i denne listen.",
                "列表中没有需要续费的项目。",
            ],
        ),
    ];
    for (plans, expected) in rows {
        for (language, expected) in ["en", "nb", "zh-CN"].into_iter().zip(expected) {
            let text = list(language, plans);
            let document = Document::read(text.as_bytes()).expect(&text);
            let since = TODAY.parse().expect("a day");
            let revision = Revision::from_unix(1_791_201_600);
            let body = PageBody::without_today(document.list(), "plans", revision, since);
            let page = render(&View {
                is_published: true,
                ..super::view(&body, None)
            });
            assert_eq!(answer(&page), *expected, "{plans:?}");
            for counted in [
                "id=\"now\"",
                "id=\"later\"",
                "class=\"when\">in ",
                " days",
                " dager",
                " 天",
            ] {
                assert!(!page.contains(counted), "{plans:?}: {counted}");
            }
        }
    }
}

fn list(language: &str, plans: &[&str]) -> String {
    let mut text = format!("calendar: {{language: {language}}}\nplans:\n");
    for (index, plan) in plans.iter().enumerate() {
        text += &format!("- {{name: P{index}, {plan}}}\n");
    }
    text
}
