//! Which texts are read as a length of time, and how periods are counted.

use chrono::NaiveDate;

use super::Period;

#[test]
fn reads_words_and_iso_8601() {
    for (text, canonical) in [
        ("90 days", "P90D"),
        ("90d", "P90D"),
        ("1 day", "P1D"),
        ("2 weeks", "P14D"),
        ("2w", "P14D"),
        ("3 months", "P3M"),
        ("3mo", "P3M"),
        ("3 Months", "P3M"),
        ("1 year", "P12M"),
        ("1y", "P12M"),
        ("1 year 6 months", "P18M"),
        ("1 year 6 months and 3 days", "P18M3D"),
        ("  3 months ", "P3M"),
        ("P3M", "P3M"),
        ("P1Y6M", "P18M"),
        ("P1Y2W3D", "P12M17D"),
        ("P180D", "P180D"),
        ("9999 years", "P119988M"),
        ("180天", "P180D"),
        ("90 日", "P90D"),
        ("2周", "P14D"),
        ("2个星期", "P14D"),
        ("3个月", "P3M"),
        ("３ 個月", "P3M"),
        ("1年", "P12M"),
        ("1年6个月", "P18M"),
        ("９０ days", "P90D"),
        ("P３M", "P3M"),
    ] {
        assert_eq!(
            Period::parse(text).expect(text).to_string(),
            canonical,
            "{text}"
        );
    }
}

#[test]
fn refuses_with_a_reason() {
    let forms = "write `90 days`, `2 weeks`, `3 months`, `1 year` or `P3M`";
    let order = "is not one length of time: years, months, weeks and days come once each, in that order, without commas";
    let brackets = "a list needs brackets: `[14d, 7d, 1d]`";
    let units = "allowed days, weeks, months, years";
    for (text, message, hint) in [
        (
            "3 m",
            "`3 m` is ambiguous: months or minutes?".to_owned(),
            Some("write `3 months`"),
        ),
        (
            "3M",
            "`3M` is ambiguous: months or minutes?".to_owned(),
            Some("write `3 months`"),
        ),
        (
            "-1 month",
            "`-1 month` is negative: allowed from 1 day".to_owned(),
            None,
        ),
        (
            "-P1M",
            "`-P1M` is negative: allowed from 1 day".to_owned(),
            None,
        ),
        (
            "0",
            "`0` is shorter than a day: allowed from 1 day".to_owned(),
            None,
        ),
        (
            "0 days",
            "`0 days` is shorter than a day: allowed from 1 day".to_owned(),
            None,
        ),
        (
            "P0D",
            "`P0D` is shorter than a day: allowed from 1 day".to_owned(),
            None,
        ),
        (
            "1000000000000000000 days",
            "`1000000000000000000 days` is too long: allowed up to 9999 years".to_owned(),
            None,
        ),
        (
            "99999999999999999999999 years",
            "`99999999999999999999999 years` is too long: allowed up to 9999 years".to_owned(),
            None,
        ),
        (
            "90",
            "`90` is not a length of time".to_owned(),
            Some("add the unit: `90 days` or `90 months`"),
        ),
        ("", "`` is not a length of time".to_owned(), Some(forms)),
        ("P", "`P` is not a length of time".to_owned(), Some(forms)),
        ("P3", "`P3` is not a length of time".to_owned(), Some(forms)),
        ("P1D1Y", format!("`P1D1Y` {order}"), Some(brackets)),
        (
            "14d, 7d, 1d",
            format!("`14d, 7d, 1d` {order}"),
            Some(brackets),
        ),
        (
            "3 months 3 months",
            format!("`3 months 3 months` {order}"),
            Some(brackets),
        ),
        ("3 days,", format!("`3 days,` {order}"), Some(brackets)),
        (
            "3 months, 1 week",
            format!("`3 months, 1 week` {order}"),
            Some(brackets),
        ),
        (
            ",3 days",
            "`,3 days` is not a length of time".to_owned(),
            Some(forms),
        ),
        (
            "and 3 days",
            "`and 3 days` is not a length of time".to_owned(),
            Some(forms),
        ),
        (
            "1.5 years",
            "`1.5 years` is not a length of time".to_owned(),
            Some(forms),
        ),
        (
            "soon",
            "`soon` is not a length of time".to_owned(),
            Some(forms),
        ),
        (
            "PT5H",
            format!("`PT5H` has a unit shorter than a day: {units}"),
            None,
        ),
        (
            "12 hours",
            format!("`12 hours` has a unit shorter than a day: {units}"),
            None,
        ),
        (
            "3 monts",
            format!("unknown unit `monts` in `3 monts`: {units}"),
            Some("did you mean `months`?"),
        ),
        (
            "3月",
            "`3月` is ambiguous: a month of the year, or a number of months?".to_owned(),
            Some("write `3个月`"),
        ),
        (
            "半年",
            "`半年` is not a length of time".to_owned(),
            Some("write `90天`, `2周`, `3个月` or `1年`"),
        ),
        (
            "14天，7天",
            format!("`14天，7天` {order}"),
            Some("a list needs brackets and the comma `,`: `[14d, 7d, 1d]`"),
        ),
    ] {
        let error = Period::parse(text).expect_err(text);
        assert_eq!(
            (error.message, error.hint.as_deref()),
            (message, hint),
            "{text}"
        );
    }
}

#[test]
fn months_that_are_written_short_are_suggested_whole() {
    for (text, whole) in [
        ("1m", Some("1 month")),
        ("1y6m", Some("1 year 6 months")),
        ("2 years 3m", Some("2 years 3 months")),
        ("1m 3d", Some("1 month 3 days")),
        ("1m and 2wk", Some("1 month 2 weeks")),
        // These texts are not a length, whichever way `m` is read.
        ("3m, 1m", None),
        ("1m 30min", None),
        ("0m", None),
    ] {
        let error = Period::parse(text).expect_err(text);
        assert!(error.message.ends_with("is ambiguous: months or minutes?"));
        assert_eq!(
            error.hint,
            whole.map(|words| format!("write `{words}`")),
            "{text}"
        );
    }
}

#[test]
fn months_count_from_the_anchor_and_clamp() {
    let month = Period::parse("1 month").expect("a period");
    let anchor = NaiveDate::from_ymd_opt(2026, 1, 31).expect("a day");
    let days: Vec<String> = (1..=4)
        .filter_map(|times| month.after(anchor, times))
        .map(|day| day.to_string())
        .collect();
    assert_eq!(
        days,
        ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    );
}

#[test]
fn ends_with_the_last_year() {
    let last = NaiveDate::from_ymd_opt(9998, 12, 31).expect("a day");
    let first = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day");
    let longest = Period::parse("9999 years").expect("a period");
    assert_eq!(Period::WEEK.after(last, 1), None);
    assert_eq!(longest.after(first, u32::MAX), None);
    for (longest, longer) in [
        ("119988 months", "119989 months"),
        ("3659634 days", "3659635 days"),
    ] {
        assert!(Period::parse(longest).is_ok(), "{longest}");
        assert!(Period::parse(longer).is_err(), "{longer}");
    }
    // 2^32 months.
    let two_months = Period::parse("2 months").expect("a period");
    assert_eq!(two_months.after(first, 1 << 31), None);
    assert_eq!(longest.before(last), None);
}
