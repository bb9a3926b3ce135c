//! The picture of a year: for each plan a bar from its last renewal to its expiry, and on to the end
//! of its grace.
//!
//! All months have the same width. Positions are hundredths of a per cent of the width, 0 to 10,000,
//! and are written as percentages, so that the picture fits any width without stretching. A bar
//! that goes on outside the picture is cut at the edge and has an arrow there.

use std::fmt::Write as _;

use chrono::{Datelike, Months, NaiveDate};

use crate::agenda::Span;
use crate::plan::Plan;
use crate::plan::schedule::{Kind, Schedule};
use crate::plan::status::Urgency;
use crate::site::page::html::urgency_class;

/// The width of the picture.
const WIDTH: i32 = 10_000;
/// The months in the picture.
const MONTHS: i32 = 12;
/// The months in the picture before the present month.
const PAST: u32 = 1;
/// The minimum distance between two marks of automatic renewals, so that they do not overlap.
/// Weekly renewals are further apart, even in a month of 31 days.
const APART: i32 = 186;

/// Twelve months, of which the second is the present month.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Year {
    first: NaiveDate,
    today: NaiveDate,
    marks_today: bool,
}

impl Year {
    /// The year around today.
    pub(crate) fn around(today: NaiveDate) -> Self {
        let month = today.with_day(1).unwrap_or(today);
        Self {
            first: month.checked_sub_months(Months::new(PAST)).unwrap_or(month),
            today,
            marks_today: true,
        }
    }

    /// The year around a day that may be past when the picture is read.
    pub(crate) fn since(day: NaiveDate) -> Self {
        Self {
            marks_today: false,
            ..Self::around(day)
        }
    }

    /// The months by number. The first month and January also have their year. If December is the
    /// first month, it has none, to leave the space to the January after it.
    pub(crate) fn months(self) -> impl Iterator<Item = (u32, Option<i32>)> {
        (0..MONTHS as u32).filter_map(move |index| {
            let day = self.first.checked_add_months(Months::new(index))?;
            let names_year = day.month() == 1 || (index == 0 && day.month() != 12);
            Some((day.month(), names_year.then_some(day.year())))
        })
    }

    /// Where a day begins: below 0 or above the width if it is outside the picture.
    fn place(self, day: NaiveDate) -> i32 {
        let months = (day.year() - self.first.year()) * MONTHS + day.month() as i32
            - self.first.month() as i32;
        let in_month = WIDTH * day.day0() as i32 / i32::from(day.num_days_in_month());
        (WIDTH * months + in_month) / MONTHS
    }

    /// Where a day ends.
    fn end(self, day: NaiveDate) -> i32 {
        day.succ_opt().map_or(WIDTH, |next| self.place(next))
    }

    fn middle(self, day: NaiveDate) -> i32 {
        i32::midpoint(self.place(day), self.end(day))
    }

    /// Whether a day that matters to a plan is in the picture. Without one, its row would be empty or
    /// one bar from edge to edge.
    pub(crate) fn shows_date_of(self, plan: &Plan<'_>, schedule: &Schedule) -> bool {
        let span = Span::of(plan, schedule);
        let ends = [span.works_until, span.recoverable_until];
        let mut occurrences = schedule.occurrences.iter();
        ends.into_iter().flatten().any(|day| self.shows(day))
            || occurrences
                .any(|occurrence| occurrence.kind == Kind::Renewal && self.shows(occurrence.day))
            || self.warning_days(schedule).next().is_some()
    }

    /// The shapes of a plan, for an SVG of 24 units in height.
    pub(crate) fn draw(self, plan: &Plan<'_>, schedule: &Schedule, urgency: Urgency) -> String {
        let mut out = String::new();
        let span = Span::of(plan, schedule);
        // A bar with an unknown beginning begins before the picture; one without an end ends after it.
        let start = span.start.map_or(-1, |day| self.place(day));
        let works = span.works_until.map_or(WIDTH + 1, |day| self.end(day));
        let last = span.recoverable_until.map_or(works, |day| self.end(day));
        bar(&mut out, urgency_class(urgency), start, works);
        bar(&mut out, "grace", works, last);
        if start < 0 {
            out.push_str("<use href=\"#cut\"/>");
        }
        if last > WIDTH {
            out.push_str("<use href=\"#goes\" x=\"100%\"/>");
        }
        self.marks(&mut out, schedule);
        if self.marks_today {
            let today = Percent(self.middle(self.today));
            // Writing to a String does not fail.
            let _ = write!(out, "<use href=\"#present\" x=\"{today}\"/>");
        }
        out
    }

    fn marks(self, out: &mut String, schedule: &Schedule) {
        let mut mark = |shape, place| {
            // Writing to a String does not fail.
            let _ = write!(out, "<use href=\"#{shape}\" x=\"{}\"/>", Percent(place));
        };
        let mut last = -APART;
        let renewals = schedule.occurrences.iter();
        let renewals = renewals.filter(|occurrence| occurrence.kind == Kind::Renewal);
        for day in renewals.map(|renewal| renewal.day) {
            let place = self.middle(day);
            if place - last >= APART && self.shows(day) {
                last = place;
                mark("auto", place);
            }
        }
        // Each warning counts, so each day that has one is marked.
        for day in self.warning_days(schedule) {
            mark("warn", self.middle(day));
        }
    }

    /// The days in the picture that warn, from today on.
    pub(crate) fn warnings(self, schedule: &Schedule) -> impl Iterator<Item = NaiveDate> {
        let days = self.warning_days(schedule);
        days.filter(move |day| *day >= self.today)
    }

    /// The days in the picture that warn.
    fn warning_days(self, schedule: &Schedule) -> impl Iterator<Item = NaiveDate> {
        let days = schedule.warning_days().into_iter();
        days.filter(move |day| self.shows(*day))
    }

    /// Whether a day is in the picture.
    fn shows(self, day: NaiveDate) -> bool {
        (0..WIDTH).contains(&self.middle(day))
    }
}

/// Appends a bar between two positions, cut at the edges; nothing if it is outside the picture.
fn bar(out: &mut String, class: &str, start: i32, end: i32) {
    let (start, end) = (start.clamp(0, WIDTH), end.clamp(0, WIDTH));
    if start < end {
        let (x, width) = (Percent(start), Percent(end - start));
        // Writing to a String does not fail.
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" width=\"{width}\" y=\"9\" height=\"11\"/>"
        );
    }
}

/// Hundredths of a per cent, written as a percentage: `12.5%`.
struct Percent(i32);

impl std::fmt::Display for Percent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0 / 100)?;
        match self.0 % 100 {
            0 => {}
            tenths if tenths % 10 == 0 => write!(f, ".{}", tenths / 10)?,
            hundredths => write!(f, ".{hundredths:02}")?,
        }
        f.write_str("%")
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::Percent;
    use super::Urgency;
    use super::Year;
    use crate::document::Document;
    use crate::plan::schedule::Schedule;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect(text)
    }

    /// The shapes of a plan on 23 October 2026: September 2026 to August 2027.
    fn draw(plan: &str) -> String {
        let text = format!("calendar: {{notices: false}}\nplans:\n- {{name: A, {plan}}}\n");
        let document = Document::read(text.as_bytes()).expect(plan);
        let list = document.list();
        let today = day("2026-10-23");
        let schedule = Schedule::new(&list.plans[0], &list.settings, today.year());
        let shapes = Year::around(today).draw(&list.plans[0], &schedule, Urgency::Later);
        let shapes = shapes.replace("<use href=\"#present\" x=\"14.37%\"/>", "");
        // The warnings have a test of their own.
        let shapes = shapes
            .split_inclusive("/>")
            .filter(|shape| !shape.contains("#warn"));
        let shapes: String = shapes.collect();
        shapes.replace(" y=\"9\" height=\"11\"/>", ">")
    }

    #[test]
    fn every_month_is_equally_wide() {
        let year = Year::around(day("2026-10-23"));
        for (text, place) in [
            ("2026-08-31", -26),
            ("2026-09-01", 0),
            ("2026-09-16", 416),
            ("2026-10-01", 833),
            ("2027-02-01", 4166),
            ("2027-02-15", 4583),
            ("2027-03-01", 5000),
            ("2027-08-31", 9973),
            ("2027-09-01", 10_000),
            ("1900-01-01", -1_266_666),
            ("9998-12-31", 79_723_306),
        ] {
            assert_eq!(year.place(day(text)), place, "{text}");
        }
        let months: Vec<(u32, Option<i32>)> = year.months().collect();
        assert_eq!(months.len(), 12);
        assert_eq!(months[0], (9, Some(2026)));
        assert_eq!(months[4], (1, Some(2027)));
        assert_eq!(months[11], (8, None));
        let mut months = Year::around(day("2027-01-01")).months();
        assert_eq!(months.next(), Some((12, None)));
        assert_eq!(months.next(), Some((1, Some(2027))));
        // On the first day of a month the picture shows the month before it as well.
        assert_eq!(Year::around(day("2027-02-01")).first, day("2027-01-01"));
    }

    /// A day is marked once, whether events or only alarms warn on it.
    #[test]
    fn each_day_with_a_warning_is_one() {
        for notices in [true, false] {
            let text = format!(
                "calendar: {{notices: {notices}}}\nplans:\n- {{name: A, expires: 2027-01-31, \
                 grace: 30 days, remind: [14d, 7d]}}\n"
            );
            let document = Document::read(text.as_bytes()).expect("a list");
            let list = document.list();
            let today = day("2027-01-18");
            let schedule = Schedule::new(&list.plans[0], &list.settings, today.year());
            let year = Year::around(today);
            let warnings = year.warnings(&schedule);
            let expected = ["2027-01-24", "2027-02-16", "2027-02-23"].map(day);
            assert_eq!(warnings.collect::<Vec<_>>(), expected, "{notices}");
            let shapes = year.draw(&list.plans[0], &schedule, Urgency::Later);
            assert_eq!(shapes.matches("#warn").count(), 4, "{notices}: {shapes}");
        }
    }

    #[test]
    fn percentages_are_short() {
        for (place, text) in [
            (0, "0%"),
            (10_000, "100%"),
            (1250, "12.5%"),
            (833, "8.33%"),
            (1205, "12.05%"),
        ] {
            assert_eq!(Percent(place).to_string(), text);
        }
    }

    #[test]
    fn a_bar_ends_with_its_last_day_and_is_cut_at_the_edges() {
        const CUT: &str = "<use href=\"#cut\"/>";
        const GOES: &str = "<use href=\"#goes\" x=\"100%\"/>";
        for (plan, expected) in [
            // 1 October to the end of 31 December.
            (
                "expires: 2026-12-31, renewed: 2026-10-01",
                "<rect class=\"later\" x=\"8.33%\" width=\"25%\">".to_owned(),
            ),
            (
                "expires: 2026-12-31, renewed: 2026-10-01, grace: 1 month",
                "<rect class=\"later\" x=\"8.33%\" width=\"25%\"><rect class=\"grace\" x=\"33.33%\" width=\"8.33%\">".to_owned(),
            ),
            // From the first day of the picture to the last.
            (
                "expires: 2027-08-31, renewed: 2026-09-01",
                "<rect class=\"later\" x=\"0%\" width=\"100%\">".to_owned(),
            ),
            (
                "expires: 2027-09-01, renewed: 2026-08-31",
                format!("<rect class=\"later\" x=\"0%\" width=\"100%\">{CUT}{GOES}"),
            ),
            // The beginning is unknown.
            (
                "expires: 2026-09-30",
                format!("<rect class=\"later\" x=\"0%\" width=\"8.33%\">{CUT}"),
            ),
            // The validity tells the beginning: 30 November.
            (
                "expires: 2026-12-31, validity: 1 month",
                "<rect class=\"later\" x=\"24.72%\" width=\"8.61%\">".to_owned(),
            ),
            ("expires: 2026-08-31", CUT.to_owned()),
            (
                "expires: 2026-08-31, grace: 1 month",
                format!("<rect class=\"grace\" x=\"0%\" width=\"8.33%\">{CUT}"),
            ),
            ("renewed: 2027-09-01, validity: 1 month", GOES.to_owned()),
            // Given up before it expires.
            (
                "expires: 2026-12-31, renewed: 2026-10-01, grace: 1 month, ended: 2026-11-30",
                "<rect class=\"later\" x=\"8.33%\" width=\"16.67%\">".to_owned(),
            ),
            // Automatic, without end.
            (
                "renewed: 2026-10-01, validity: 5 months, renewal: {method: auto-debit}",
                format!("<rect class=\"later\" x=\"8.33%\" width=\"91.67%\">{GOES}<use href=\"#auto\" x=\"50.13%\"/><use href=\"#auto\" x=\"91.79%\"/>"),
            ),
        ] {
            assert_eq!(draw(plan), expected, "{plan}");
        }
    }

    #[test]
    fn every_week_and_every_warning_is_marked() {
        // 3 September 2026 to 26 August 2027, a Thursday each.
        let weekly = "renewed: 2026-08-27, validity: 1 week, renewal: {method: auto-debit}";
        assert_eq!(draw(weekly).matches("#auto").count(), 52);
        let text = "\
- name: A
  renewed: 2026-10-05
  validity: 3 months
  grace: 60 days
  remind: [14d, 7d, 2d, 1d]
";
        let document = Document::read(text.as_bytes()).expect("a list");
        let (plan, settings) = (&document.list().plans[0], &document.list().settings);
        let schedule = Schedule::new(plan, settings, 2026);
        let year = Year::around(day("2026-12-29"));
        let shapes = year.draw(plan, &schedule, Urgency::Due);
        assert_eq!(shapes.matches("#warn").count(), 8);
        let warnings: Vec<String> = year.warnings(&schedule).map(|it| it.to_string()).collect();
        assert_eq!(
            warnings,
            [
                "2026-12-29",
                "2027-01-03",
                "2027-01-04",
                "2027-02-20",
                "2027-02-27",
                "2027-03-04",
                "2027-03-05",
            ]
        );
    }

    #[test]
    fn daily_renewals_do_not_become_a_blot() {
        let shapes = draw("renewed: 2026-10-01, validity: 1 day, renewal: {method: auto-debit}");
        assert_eq!(shapes.matches("#auto").count(), 48);
    }
}
