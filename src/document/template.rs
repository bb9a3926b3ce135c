//! The plans file that `init` writes. It is valid, has comments, and contains no day in the past.
//!
//! Its only plan is the user's first one, or an example. The example was renewed today and lasts for
//! a year, so `check` gives no warnings until that is nearly over. The other plans are comments; they
//! are valid too if their `#` is removed.

use std::fmt;

use chrono::{Months, NaiveDate};
use chrono_tz::Tz;

use crate::document::fields::{FieldWriter, Fields, PLAN_KEYS, sorted};
use crate::plan::value::language::Language;
use crate::text::escape::scalar;

/// The name of the schema file in the same directory.
pub(crate) const SCHEMA: &str = "plans.schema.json";

/// A new plans file. [`fmt::Display`] writes its text.
#[derive(Debug, Clone)]
pub(crate) struct Template<'a> {
    /// The name that calendars show.
    pub(crate) name: &'a str,
    /// Letters that make the id differ from that of any other list.
    pub(crate) id: &'a str,
    /// The language of the feed.
    pub(crate) language: Language,
    /// The time zone that decides the current day, if it is known.
    pub(crate) timezone: Option<Tz>,
    /// The day on which the file is written.
    pub(crate) today: NaiveDate,
    /// Whether [`SCHEMA`] is in the same directory.
    pub(crate) has_schema: bool,
    /// The keys and values of the first plan. The example is then a comment.
    pub(crate) first: Option<&'a Fields>,
}

impl Template<'_> {
    /// Writes the first plan, or the example in its place.
    fn first_plan(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(fields) = self.first else {
            let example = example(self.today);
            return write!(
                f,
                "  # An example: put your own plan in its place. After each renewal, write down only its day; the
  # day on which the plan runs out is computed.
{example}
{MORE_EXAMPLES}"
            );
        };
        let mut plan = String::new();
        let fields = sorted(fields, &PLAN_KEYS);
        FieldWriter::default().item(&mut plan, 2, " ", fields);
        write!(
            f,
            "{plan}\n{MORE_EXAMPLES}
  # After each renewal of this plan, write down only its day; the day on which the plan runs out
  # is computed.
"
        )?;
        for line in example(self.today).lines() {
            writeln!(f, "  # {}", &line[2..])?;
        }
        Ok(())
    }
}

const MORE_EXAMPLES: &str =
    "  # More examples. To use one, remove the `# ` before each of its lines.\n";

/// The plan of a SIM card as an example, indented as an item of the list.
fn example(today: NaiveDate) -> String {
    format!(
        "  - id: example  # a short word that never changes
    name: Example SIM
    number: \"+47 900 00 001\"  # in quotes, like every value that begins with + * or #
    renewed: {today}
    validity: 1 year
    price: 49 NOK
    renewal:
      method: website  # or app, third-party, shop, voucher, sms, call, ussd, auto-debit, other
      action: Top up 49 NOK
      url: https://www.example.org/
    check: {{dial: \"*100#\"}}  # how to see that it worked
"
    )
}

impl fmt::Display for Template<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let today = self.today;
        let later = |months| {
            today
                .checked_add_months(Months::new(months))
                .unwrap_or(today)
        };
        if self.has_schema {
            write!(f, "# yaml-language-server: $schema={SCHEMA}\n\n")?;
        }
        let name = scalar(self.name, false);
        let (id, language) = (self.id, self.language.tag());
        let timezone = match self.timezone {
            Some(zone) => format!("timezone: {zone}"),
            None => "# timezone: Europe/Oslo".to_owned(),
        };
        write!(
            f,
            "\
# A list of plans that run out. `weekahead check` reports problems in this file, `weekahead serve`
# shows a page with links to subscribe to, `weekahead build -o plans.ics` writes the calendar.
#
# Write days as {today}, and lengths of time as 90 days, 2 weeks, 3 months or 1 year.

calendar:
  name: {name}
  id: {id}  # keeps the events of two lists apart: never change it
  language: {language}  # of the calendar and its page: en, zh-CN or nb
  {timezone}  # decides which day is today
  remind: [7d]  # warn a week ahead; a plan can have its own `remind`
  numbers: masked  # show three digits of phone numbers; or full, or hidden
  # edit: https://cal.example.org/plans/renew/{{id}}  # where a phone records a renewal

plans:
"
        )?;
        self.first_plan(f)?;
        write!(
            f,
            "
  # A plan with a fixed day has `expires`, the last day on which it works.
  # - id: domain
  #   name: example.org
  #   expires: {domain}
  #   validity: 1 year  # how long a renewal lasts
  #   extends: from-expiry  # a renewal counts from the old expiry
  #   grace: 30 days  # after that, it is lost for good
  #   remind: [30d, 7d]

  # A bank card pays this SIM each month. The plan renews by itself until the bank card expires.
  # - id: data
  #   name: Data SIM
  #   renewed: {today}
  #   validity: 1 month
  #   price: 129 NOK
  #   renewal: {{method: auto-debit, until: {card}}}

  # - id: passport
  #   name: Passport
  #   expires: {passport}
  #   remind: [9 months, 2 months]  # many countries require six months of validity
",
            domain = later(12),
            card = later(24),
            passport = later(60),
        )
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Months, NaiveDate};

    use super::Template;
    use crate::calendar::feed::{Feed, FeedInput};
    use crate::calendar::warnings::review;
    use crate::document::Document;
    use crate::document::fields::FieldValue;
    use crate::plan::value::language::Language;
    use crate::time::revision::Revision;

    fn template(name: &str, today: NaiveDate) -> String {
        some_template(name, today).to_string()
    }

    fn some_template(name: &str, today: NaiveDate) -> Template<'_> {
        Template {
            name,
            id: "bcdf",
            language: Language::English,
            timezone: None,
            today,
            has_schema: true,
            first: None,
        }
    }

    /// The warnings of `check`.
    fn warnings(text: &str, today: NaiveDate) -> Vec<String> {
        let document = Document::read(text.as_bytes()).expect("a valid list");
        let list = document.list();
        let part = FeedInput {
            list,
            file: None,
            year: today.year(),
        };
        let feed = Feed::new("plans", &[part], Revision::from_unix(0)).expect("a feed");
        let found = review(list, &feed, today);
        found
            .into_iter()
            .map(|finding| finding.what.message)
            .collect()
    }

    #[test]
    fn check_warns_of_nothing_for_most_of_a_year_and_then_of_one_thing() {
        for day in ["2026-11-25", "2027-11-30", "2028-02-29", "2028-12-31"] {
            let today: NaiveDate = day.parse().expect("a day");
            let text = template("My plans", today);
            let all_plans = text.replace("  # - ", "  - ").replace("  #   ", "    ");
            assert!(all_plans.matches("\n  - id: ").count() == 4);
            for months in 0..=11 {
                let day = today + Months::new(months);
                assert_eq!(warnings(&text, day), [""; 0], "{day}");
                assert_eq!(warnings(&all_plans, day), [""; 0], "{day}");
            }
            for years in [1, 2, 20] {
                assert_eq!(warnings(&text, today + Months::new(12 * years)).len(), 1);
            }
        }
    }

    #[test]
    fn a_first_plan_takes_the_place_of_the_example() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
        let fields = vec![
            ("id", FieldValue::Text("one".to_owned())),
            ("name", FieldValue::Text("One: 1".to_owned())),
            ("expires", FieldValue::Plain("2027-10-31".to_owned())),
        ];
        let text = Template {
            first: Some(&fields),
            ..some_template("My plans", today)
        }
        .to_string();
        assert!(text.contains(
            "plans:\n  - id: one\n    name: \"One: 1\"\n    expires: 2027-10-31\n\n  # More"
        ));
        let names = |text: &str| {
            let document = Document::read(text.as_bytes()).expect("a valid list");
            let plans = document.list().plans.iter();
            plans.map(|plan| plan.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(&text), ["One: 1"]);
        assert_eq!(warnings(&text, today), [""; 0]);
        let all_plans = text.replace("  # - ", "  - ").replace("  #   ", "    ");
        assert_eq!(
            names(&all_plans),
            [
                "One: 1",
                "Example SIM",
                "example.org",
                "Data SIM",
                "Passport"
            ]
        );
        assert_eq!(warnings(&all_plans, today), [""; 0]);
    }

    #[test]
    fn the_name_is_read_as_it_was_given() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day");
        for name in [
            "My plans", "null", "# a", "a: b", "漢字", "\"", "\\", "1", "- x", "yes", "*", "é'",
        ] {
            let text = template(name, today);
            let document = Document::read(text.as_bytes()).expect(name);
            assert_eq!(document.list().settings.name.as_deref(), Some(name));
        }
    }
}
