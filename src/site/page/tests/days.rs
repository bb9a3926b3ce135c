//! The status of a plan, on each day and in each language.

use super::{body, cards, page};

#[test]
fn says_each_day_in_every_language() {
    const GRACE: &str = "expires: 2027-01-05, grace: 60 days";
    const AUTO: &str = "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}";
    const ENDED: &str = "expires: 2027-01-05, ended: 2027-01-01";
    for (plan, day, en, nb, zh) in [
        (
            GRACE,
            "2027-01-03",
            "2 days left",
            "2 dager igjen",
            "还有 2 天到期",
        ),
        (
            GRACE,
            "2027-01-04",
            "Tomorrow is the last day",
            "Siste dag i morgen",
            "明天是最后一天",
        ),
        (
            GRACE,
            "2027-01-05",
            "Today is the last day",
            "Siste dag i dag",
            "今天是最后一天",
        ),
        (
            GRACE,
            "2027-01-06",
            "In grace: 59 days left to recover",
            "Utløpt: 59 dager igjen til å redde det",
            "已到期，宽限期还剩 59 天",
        ),
        (
            GRACE,
            "2027-03-05",
            "In grace: 1 day left to recover",
            "Utløpt: 1 dag igjen til å redde det",
            "已到期，宽限期还剩 1 天",
        ),
        (
            GRACE,
            "2027-03-06",
            "Last day to recover",
            "Siste dag for å redde det",
            "今天是宽限期最后一天",
        ),
        (
            GRACE,
            "2027-03-07",
            "Grace ended yesterday",
            "Fristen for å redde det gikk ut i går",
            "宽限期昨天已结束",
        ),
        (
            GRACE,
            "2027-03-08",
            "Grace ended 2 days ago",
            "Fristen for å redde det gikk ut for 2 dager siden",
            "宽限期已结束 2 天",
        ),
        (
            "expires: 2027-01-05",
            "2027-01-06",
            "Expired yesterday",
            "Utløp i går",
            "昨天已到期",
        ),
        (
            "expires: 2027-01-05",
            "2027-01-08",
            "Expired 3 days ago",
            "Utløp for 3 dager siden",
            "已到期 3 天",
        ),
        (
            AUTO,
            "2026-11-25",
            "Renews automatically in 5 days",
            "Fornyes automatisk om 5 dager",
            "5 天后自动续费",
        ),
        (
            AUTO,
            "2026-11-29",
            "Renews automatically tomorrow",
            "Fornyes automatisk i morgen",
            "明天自动续费",
        ),
        (
            AUTO,
            "2026-11-30",
            "Renews automatically today",
            "Fornyes automatisk i dag",
            "今天自动续费",
        ),
        (
            ENDED,
            "2026-12-30",
            "Given up in 2 days",
            "Avsluttes om 2 dager",
            "2 天后停用",
        ),
        (
            ENDED,
            "2026-12-31",
            "Given up tomorrow",
            "Avsluttes i morgen",
            "明天停用",
        ),
        (
            ENDED,
            "2027-01-01",
            "Given up today",
            "Avsluttes i dag",
            "今天停用",
        ),
    ] {
        for (language, expected) in [("en", en), ("nb", nb), ("zh-CN", zh)] {
            let list =
                format!("calendar: {{language: {language}}}\nplans: [{{name: A, {plan}}}]\n");
            let page = page(&body(&list, day));
            assert!(page.contains(&format!("<html lang=\"{language}\">")));
            assert_eq!(cards(&page), [("A", expected)], "{day}");
        }
    }
}
