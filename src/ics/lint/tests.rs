use proptest::prelude::{any, prop, proptest};
use proptest::test_runner::Config;

use super::inspect;
use super::table::{RULES, rules_of};

#[test]
fn the_table_is_in_the_order_of_names() {
    assert!(RULES.is_sorted_by_key(|rule| rule.name));
    assert_eq!(rules_of("STATUS").len(), 3);
    assert_eq!(rules_of("X-LINK").len(), 0);
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(500) })]
    #[test]
    fn any_bytes_are_inspected(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for text in [bytes.clone(), [b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", &bytes[..]].concat()] {
            let found = inspect(&text);
            for (_, problem) in &found.problems {
                assert!(problem.span.start <= problem.span.end && problem.span.end <= text.len());
            }
        }
    }
}
