//! What a list keeps to itself: a feed and a page do not differ by what they must not tell.

use chrono::{Datelike, NaiveDate};
use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::Config;
use weekahead::internals::{
    Agenda, Document, Feed, FeedInput, Filter, Language, PageBody, Revision, Screen, Title, View,
    agenda_table, plan_details, render,
};

/// All that is shown of a list on a day: its feed, its pages, its table and its plan.
fn shown(text: &str) -> [String; 5] {
    let document =
        Document::read(text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    let list = document.list();
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
    let revision = Revision::from_unix(1_791_201_600);
    let part = FeedInput {
        list,
        file: None,
        year: today.year(),
    };
    let feed = Feed::new("plans", &[part], revision).expect("a feed").text;
    let page = |body: &PageBody, is_published| {
        render(&View {
            body,
            address: None,
            path: "/plans",
            error: None,
            fetches: None,
            is_published,
        })
    };
    let served = page(&PageBody::new(list, "plans", revision, today), false);
    let published = page(
        &PageBody::without_today(list, "plans", revision, today),
        true,
    );
    let agenda = Agenda::new(list, today, &Filter::default());
    let title = Title {
        name: "plans",
        path: "plans.yaml",
        file: None,
        language: Language::English,
    };
    let screen = Screen {
        width: None,
        styled: false,
    };
    let plan = plan_details(&agenda.items[0], list, &title, today, screen);
    [
        feed,
        served,
        published,
        agenda_table(&agenda, &title, screen),
        plan,
    ]
}

/// A list of one plan with a number, in a calendar that shows numbers so.
fn list(numbers: &str, number: &str) -> String {
    format!(
        "calendar: {{numbers: {numbers}}}\nplans:\n- name: A\n  number: \"{number}\"\n  provider: P\n  \
         expires: 2026-12-01\n  grace: 60 days\n  renewal: {{method: app, app: Mitt P}}\n"
    )
}

/// A number as people write it: groups of digits, and what stands around and between them.
fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        "[+]?[0-9]{1,4}([ .()-]{0,2}[0-9]{1,4}){1,6}",
        "[0-9a-zæ漢٠-٩０-９ ]{3,20}[0-9]",
    ]
}

/// Another number that ends in the same three digits.
fn alike(number: &str, other: &str) -> String {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    format!("{other}0-{}", &digits[digits.len().saturating_sub(3)..])
}

/// A number as a phone dials it, with ASCII digits in place of full-width ones.
fn dialled(number: &str) -> String {
    let digit = |c: char| "０１２３４５６７８９".chars().position(|wide| wide == c);
    let ascii = |c: char| digit(c).map_or(c.to_string(), |digit| digit.to_string());
    number.chars().map(ascii).collect()
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(300) })]
    #[test]
    fn a_masked_number_tells_its_last_three_digits_and_a_hidden_one_nothing(
        number in number(),
        other in number(),
    ) {
        let dialled_number = dialled(&number);
        let alike = alike(&dialled_number, &other);
        let is_long = |text: &str| dialled(text).chars().filter(char::is_ascii_digit).count() > 3;
        if is_long(&number) && is_long(&alike) {
            assert_eq!(shown(&list("masked", &number)), shown(&list("masked", &alike)));
        }
        assert_eq!(shown(&list("hidden", &number)), shown(&list("hidden", &other)));
        // What this test would miss if it could not fail.
        for text in shown(&list("full", &number)).into_iter().take(3) {
            assert!(text.contains(dialled_number.trim()), "{number}");
        }
    }

    #[test]
    fn past_renewals_and_receipts_stay_in_the_list(
        entries in prop::collection::vec((1_u32..28, "[a-z0-9]{1,12}", 1_u32..900), 1..5),
        is_automatic in any::<bool>(),
    ) {
        let history: Vec<String> = entries
            .iter()
            .map(|(day, text, paid)| format!("{{on: 2026-05-{day:02}, receipt: {text}.pdf, note: {text}, paid: {paid} NOK}}"))
            .collect();
        let method = if is_automatic { "auto-debit" } else { "shop" };
        let plan = |history: &str| {
            format!("- {{name: A, renewed: 2026-10-05, validity: 3 months, price: 49 NOK, renewal: {{method: {method}}}{history}}}\n")
        };
        let [without, with] = [String::new(), format!(", history: [{}]", history.join(", "))];
        assert_eq!(shown(&plan(&with))[..3], shown(&plan(&without))[..3]);
    }
}
