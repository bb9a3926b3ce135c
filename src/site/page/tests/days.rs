//! The status of a plan, on each day and in each language.

use super::{body, page, plans};

#[test]
fn says_each_day_in_every_language() {
    const GRACE: &str = "expires: 2027-01-05, grace: 60 days";
    const AUTO: &str = "renewed: 2026-10-31, validity: 1 month, renewal: {method: auto-debit}";
    const ENDED: &str = "expires: 2027-01-05, ended: 2027-01-01";
    for (plan, day, en, nb, zh) in [
        (
            GRACE,
            "2027-01-03",
            "Expires in 2 days",
            "Utløper om 2 dager",
            "到期日 2 天后",
        ),
        (
            GRACE,
            "2027-01-04",
            "Expires tomorrow",
            "Utløper i morgen",
            "到期日 明天",
        ),
        (
            GRACE,
            "2027-01-05",
            "Expires today",
            "Utløper i dag",
            "到期日 今天",
        ),
        (
            GRACE,
            "2027-01-06",
            "Expired, still recoverable 59 days left",
            "Utløpt, kan reddes 59 dager igjen",
            "已到期，宽限期 还剩 59 天",
        ),
        (
            GRACE,
            "2027-03-05",
            "Expired, still recoverable 1 day left",
            "Utløpt, kan reddes 1 dag igjen",
            "已到期，宽限期 还剩 1 天",
        ),
        (
            GRACE,
            "2027-03-06",
            "Expired, still recoverable last day today",
            "Utløpt, kan reddes siste dag i dag",
            "已到期，宽限期 今天截止",
        ),
        (
            GRACE,
            "2027-03-07",
            "Recovery period ended yesterday",
            "Fristen gikk ut i går",
            "宽限期已过 1 天",
        ),
        (
            GRACE,
            "2027-03-08",
            "Recovery period ended 2 days ago",
            "Fristen gikk ut for 2 dager siden",
            "宽限期已过 2 天",
        ),
        (
            "expires: 2027-01-05",
            "2027-01-06",
            "Expired yesterday",
            "Utløp i går",
            "已到期 1 天",
        ),
        (
            "expires: 2027-01-05",
            "2027-01-08",
            "Expired 3 days ago",
            "Utløp for 3 dager siden",
            "已到期 3 天",
        ),
        (AUTO, "2026-11-25", "in 5 days", "om 5 dager", "5 天后"),
        (AUTO, "2026-11-29", "tomorrow", "i morgen", "明天"),
        (AUTO, "2026-11-30", "today", "i dag", "今天"),
        (
            ENDED,
            "2026-12-30",
            "Ends in 2 days",
            "Avsluttes om 2 dager",
            "停用日 2 天后",
        ),
        (
            ENDED,
            "2026-12-31",
            "Ends tomorrow",
            "Avsluttes i morgen",
            "停用日 明天",
        ),
        (
            ENDED,
            "2027-01-01",
            "Ends today",
            "Avsluttes i dag",
            "停用日 今天",
        ),
        (
            "expires: 2035-01-02",
            "2026-11-30",
            "in 8 years",
            "om 8 år",
            "8 年后",
        ),
        (
            "expires: 2028-01-31",
            "2026-11-30",
            "in 14 months",
            "om 14 måneder",
            "14 个月后",
        ),
        (
            "expires: 2027-01-28",
            "2026-11-30",
            "in 59 days",
            "om 59 dager",
            "59 天后",
        ),
    ] {
        for (language, expected) in [("en", en), ("nb", nb), ("zh-CN", zh)] {
            let list =
                format!("calendar: {{language: {language}}}\nplans: [{{name: A, {plan}}}]\n");
            let page = page(&body(&list, day));
            assert!(page.contains(&format!("<html lang=\"{language}\">")));
            let expected = ("A".to_owned(), expected.to_owned());
            assert_eq!(plans(&page), [expected], "{day} {plan}");
        }
    }
}
