//! Plans files in many layouts before and after a renewal, byte for byte.

use chrono::NaiveDate;
use weekahead::internals::{
    Document, Edit, NewValidity, Period, Price, RenewError, Renewal, hunks, renew,
};

use crate::harness::Place;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A renewal on 2026-10-05 without any other information.
pub(crate) fn plain() -> Renewal {
    Renewal {
        on: day("2026-10-05"),
        paid: None,
        way: None,
        receipt: None,
        note: None,
        validity: None,
        from_expiry: false,
    }
}

fn full() -> Renewal {
    Renewal {
        paid: Some(Price::parse("49 NOK").expect("a price")),
        receipt: Some("receipts/10.pdf".to_owned()),
        ..plain()
    }
}

fn until(text: &str) -> Renewal {
    Renewal {
        validity: Some(NewValidity::Until(day(text).into())),
        ..plain()
    }
}

fn for_period(text: &str) -> Renewal {
    let period = Period::parse(text).expect("a length");
    Renewal {
        validity: Some(NewValidity::For(period, text.to_owned())),
        ..plain()
    }
}

/// Renews the plan with the id `x`, on the day of the renewal.
pub(crate) fn renewed<'t>(
    document: &Document<'t>,
    renewal: &Renewal,
) -> Result<Edit<'t>, RenewError> {
    let plans = &document.list().plans;
    let index = plans.iter().position(|plan| plan.id == "x");
    renew(document, index.expect("the plan x"), renewal, renewal.on)
}

/// Checks that a renewal of the plan `x` turns one text into another, and that its diff does the
/// same.
fn check(before: &str, after: &str, renewal: &Renewal, why: &str) {
    let document =
        Document::read(before.as_bytes()).unwrap_or_else(|problems| panic!("{why}: {problems:?}"));
    let edit = renewed(&document, renewal).unwrap_or_else(|unable| panic!("{why}: {unable:?}"));
    assert_eq!(edit.text, after, "{why}");
    // The check of the changed piece holds for the whole text.
    let read_again =
        Document::read(after.as_bytes()).unwrap_or_else(|problems| panic!("{why}: {problems:?}"));
    for (old, new) in document.list().plans.iter().zip(&read_again.list().plans) {
        let expected = if old.id == "x" { &edit.plan } else { old };
        assert_eq!(new, expected, "{why}");
    }
    super::diffs::check(before, &edit.text, &hunks(before, &edit.text));
}

/// If the output is not a terminal, the diff is exact, so that `patch` can apply it.
#[test]
fn a_diff_is_printed_byte_for_byte() {
    for (why, before, diff) in [
        (
            "lines that end with CR LF",
            "- id: x\r\n  name: X\r\n  expires: 2026-10-20\r\n  validity: 1 year\r\n",
            "@@ -1,4 +1,6 @@\n - id: x\r\n   name: X\r\n-  expires: 2026-10-20\r\n+  expires: 2027-10-05\r\n   validity: 1 year\r\n+  history:\r\n+    - {on: 2026-10-05}\r\n",
        ),
        (
            "no line break at the end",
            "- id: x\n  name: X\n  validity: 1 year\n  expires: 2026-10-20",
            "@@ -1,4 +1,6 @@\n - id: x\n   name: X\n   validity: 1 year\n-  expires: 2026-10-20\n\\ No newline at end of file\n+  expires: 2027-10-05\n+  history:\n+    - {on: 2026-10-05}\n\\ No newline at end of file\n",
        ),
        (
            "one line",
            "[{id: x, name: X, expires: 2026-10-20, validity: 1 year}]\n",
            "@@ -1,1 +1,1 @@\n-[{id: x, name: X, expires: 2026-10-20, validity: 1 year}]\n+[{id: x, name: X, expires: 2027-10-05, validity: 1 year, history: [{on: 2026-10-05}]}]\n",
        ),
        (
            "six lines between two changes: one hunk",
            "- id: x\n  expires: 2026-10-20\n  validity: 1 year\n  tags:\n    - a\n    - b\n    - c\n  name: X\n",
            "@@ -1,8 +1,10 @@\n - id: x\n-  expires: 2026-10-20\n+  expires: 2027-10-05\n   validity: 1 year\n   tags:\n     - a\n     - b\n     - c\n   name: X\n+  history:\n+    - {on: 2026-10-05}\n",
        ),
        (
            "seven lines between two changes: two hunks",
            "- id: x\n  expires: 2026-10-20\n  validity: 1 year\n  tags:\n    - a\n    - b\n    - c\n    - d\n  name: X\n- {name: Y, expires: 2027-01-31}\n",
            "@@ -1,5 +1,5 @@\n - id: x\n-  expires: 2026-10-20\n+  expires: 2027-10-05\n   validity: 1 year\n   tags:\n     - a\n@@ -7,4 +7,6 @@\n     - c\n     - d\n   name: X\n+  history:\n+    - {on: 2026-10-05}\n - {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a record like the one above it",
            "- id: x\n  name: X\n  history:\n  - on: 2026-06-01\n    paid: 9 NOK\n  - on: 2026-07-05\n    paid: 9 NOK\n  provider: P\n  number: \"+47 900 00 001\"\n  notes: N\n  # c\n  tags: [a]\n  grace: 1 day\n  price: 9 NOK\n  expires: 2026-10-20\n  validity: 1 year\n",
            "@@ -5,6 +5,7 @@\n     paid: 9 NOK\n   - on: 2026-07-05\n     paid: 9 NOK\n+  - on: 2026-10-05\n   provider: P\n   number: \"+47 900 00 001\"\n   notes: N\n@@ -12,5 +13,5 @@\n   tags: [a]\n   grace: 1 day\n   price: 9 NOK\n-  expires: 2026-10-20\n+  expires: 2027-10-05\n   validity: 1 year\n",
        ),
    ] {
        let place = Place::with("plans.yaml", before);
        let left = place.run(&["renew", "x", "--dry-run", "--today", "2026-10-05"]);
        assert_eq!(left.code, Some(0), "{why}: {}", left.err);
        let header = "--- plans.yaml\n+++ plans.yaml\n";
        assert_eq!(left.out, format!("{header}{diff}"), "{why}");
    }
}

#[test]
fn a_history_grows_in_the_style_that_is_there() {
    for (why, before, after) in [
        (
            "a block list of mappings in brackets",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: # mine\n    - {on: 2026-07-05} # first\n    # end\n\n- {name: Y, expires: 2027-01-31}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: # mine\n    - {on: 2026-07-05} # first\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n    # end\n\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a block list of block mappings, quotes and gaps of its own",
            "- id: x\n  name: X\n  renewed: '2026-07-05'\n  validity: 3 months\n  history:\n  -   on: '2026-07-05'\n      paid: \"49 NOK\"\n      note: |\n        Two\n        lines\n# next\n- {name: Y, expires: 2027-01-31}\n",
            "- id: x\n  name: X\n  renewed: '2026-10-05'\n  validity: 3 months\n  history:\n  -   on: '2026-07-05'\n      paid: \"49 NOK\"\n      note: |\n        Two\n        lines\n  -   on: '2026-10-05'\n      paid: \"49 NOK\"\n      receipt: receipts/10.pdf\n# next\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a list in brackets, spaces inside its mappings",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [{ on: 2026-07-05 }] # all\n  notes: n\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [{ on: 2026-07-05 }, { on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf }] # all\n  notes: n\n",
        ),
        (
            "a list in brackets, one mapping a line, a comma at the end",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05}, # first, of all\n  ]\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05}, # first, of all\n    {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf},\n  ]\n",
        ),
        (
            "a list in brackets, one mapping a line, no comma at the end",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05} # first, of all\n  ]\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05}, # first, of all\n    {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n  ]\n",
        ),
        (
            "the bracket behind the last mapping",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05}]\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [\n    {on: 2026-07-05},\n    {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}]\n",
        ),
        (
            "newest first",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-04-05}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n    - {on: 2026-07-05}\n    - {on: 2026-04-05}\n",
        ),
        (
            "newest first, in brackets",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [{on: 2026-07-05}, {on: 2026-04-05}]\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [{on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}, {on: 2026-07-05}, {on: 2026-04-05}]\n",
        ),
        (
            "an empty list: with the previous renewal",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history: [] # none\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history: [{on: 2026-07-05}, {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}] # none\n",
        ),
        (
            "a plan in brackets",
            "# all\n- {id: x, name: X, renewed: \"2026-07-05\", validity: 3 months} # short\n- {name: Y, expires: 2027-01-31}\n",
            "# all\n- {id: x, name: X, renewed: \"2026-10-05\", validity: 3 months, history: [{on: \"2026-07-05\"}, {on: \"2026-10-05\", paid: 49 NOK, receipt: receipts/10.pdf}]} # short\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a plan in brackets over several lines",
            "- {\n    id: x, name: X,\n    renewed: 2026-07-05,\n    validity: 3 months, # enough\n  }\n",
            "- {\n    id: x, name: X,\n    renewed: 2026-10-05,\n    validity: 3 months, # enough\n    history: [{on: 2026-07-05}, {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}],\n  }\n",
        ),
        (
            "everything in brackets",
            "{calendar: {name: C}, plans: [{id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: [{on: 2026-07-05}]}]}",
            "{calendar: {name: C}, plans: [{id: x, name: X, renewed: 2026-10-05, validity: 3 months, history: [{on: 2026-07-05}, {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}]}]}",
        ),
        (
            "JSON",
            "[{\"id\": \"x\", \"name\": \"X\", \"renewed\": \"2026-07-05\", \"validity\": \"3 months\", \"history\": [{\"on\": \"2026-07-05\", \"paid\": \"49 NOK\", \"receipt\": \"a\"}]}]\n",
            "[{\"id\": \"x\", \"name\": \"X\", \"renewed\": \"2026-10-05\", \"validity\": \"3 months\", \"history\": [{\"on\": \"2026-07-05\", \"paid\": \"49 NOK\", \"receipt\": \"a\"}, {\"on\": \"2026-10-05\", \"paid\": \"49 NOK\", \"receipt\": \"receipts/10.pdf\"}]}]\n",
        ),
        (
            "CR LF, and no line break at the end",
            "# å\r\n- id: x\r\n  name: 漢字\r\n  renewed: 2026-07-05 # 充值\r\n  validity: 3 months",
            "# å\r\n- id: x\r\n  name: 漢字\r\n  renewed: 2026-10-05 # 充值\r\n  validity: 3 months\r\n  history:\r\n    - {on: 2026-07-05}\r\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}",
        ),
        (
            "lines that end with CR",
            "- id: x\r  name: X\r  renewed: 2026-07-05\r  validity: 3 months\r  history:\r  - {on: 2026-07-05}\r- {name: Y, expires: 2027-01-31}\r",
            "- id: x\r  name: X\r  renewed: 2026-10-05\r  validity: 3 months\r  history:\r  - {on: 2026-07-05}\r  - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\r- {name: Y, expires: 2027-01-31}\r",
        ),
        (
            "a history in the style of the list above",
            "plans:\n  - id: x\n    name: X\n    renewed: 2026-07-05\n    validity: 3 months\n    tags:\n    - a\n    - b   # last\n  # about Y\n  - {name: Y, expires: 2027-01-31}\n",
            "plans:\n  - id: x\n    name: X\n    renewed: 2026-10-05\n    validity: 3 months\n    tags:\n    - a\n    - b   # last\n    history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n  # about Y\n  - {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a history in the style of another plan's",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n\n\n- name: Y\n  expires: 2027-01-31\n  history:\n     - on: \"2026-01-31\"\n       receipt: 'a'\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n     - on: \"2026-07-05\"\n     - on: \"2026-10-05\"\n       paid: 49 NOK\n       receipt: 'receipts/10.pdf'\n\n\n- name: Y\n  expires: 2027-01-31\n  history:\n     - on: \"2026-01-31\"\n       receipt: 'a'\n",
        ),
        (
            "last are notes that keep the blank lines behind them; then a comment on the next plan",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  notes: |+\n    one\n      two\n\n    # not a comment\n\n# about Y\n- {name: Y, expires: 2027-01-31}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n  notes: |+\n    one\n      two\n\n    # not a comment\n\n# about Y\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "the keys a line below the dash",
            "-\n  name: X\n  id: x\n  renewed: 2026-07-05\n  validity: 3 months\n-\n  name: Y\n  expires: 2027-01-31\n",
            "-\n  name: X\n  id: x\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n-\n  name: Y\n  expires: 2027-01-31\n",
        ),
        (
            "anchors, aliases and merges elsewhere, and an anchor that nothing refers to",
            "plans:\n  - &base\n    name: Y\n    expires: 2027-01-31\n    tags: &tags [a]\n  - id: x\n    name: X\n    tags: *tags\n    renewed: &d 2026-07-05\n    validity: 3 months\n  - <<: *base\n    name: Z\n",
            "plans:\n  - &base\n    name: Y\n    expires: 2027-01-31\n    tags: &tags [a]\n  - id: x\n    name: X\n    tags: *tags\n    renewed: &d 2026-10-05\n    validity: 3 months\n    history:\n      - {on: 2026-07-05}\n      - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n  - <<: *base\n    name: Z\n",
        ),
        (
            "a plan with something merged in that is not changed",
            "- &base {name: Y, expires: 2027-01-31, tags: [a]}\n- <<: *base\n  id: x\n  name: X\n  expires: 2027-01-31\n  validity: 3 months\n",
            "- &base {name: Y, expires: 2027-01-31, tags: [a]}\n- <<: *base\n  id: x\n  name: X\n  expires: 2027-01-05\n  validity: 3 months\n  history:\n    - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n",
        ),
        (
            "tags, explicit keys and a document's marks",
            "--- # plans\n- ? id\n  : x\n  name: X\n  renewed: !!str 2026-07-05\n  validity: 3 months\n  history: !!seq\n  - {on: 2026-07-05}\n...\n",
            "--- # plans\n- ? id\n  : x\n  name: X\n  renewed: !!str 2026-10-05\n  validity: 3 months\n  history: !!seq\n  - {on: 2026-07-05}\n  - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}\n...\n",
        ),
        (
            "a date in a block",
            "- id: x\n  name: X\n  renewed: >-\n    2026-07-05\n  # c\n  validity: 3 months\n  history: [{on: 2026-07-05}]\n",
            "- id: x\n  name: X\n  renewed: >-\n    2026-10-05\n  # c\n  validity: 3 months\n  history: [{on: 2026-07-05}, {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}]\n",
        ),
        (
            "a value on its own line",
            "- id: x\n  name: X\n  renewed:\n    2026-07-05\n  validity:   3 months\n  history:\n\n    -\n      on: 2026-07-05\n\n\n",
            "- id: x\n  name: X\n  renewed:\n    2026-10-05\n  validity:   3 months\n  history:\n\n    -\n      on: 2026-07-05\n    - on: 2026-10-05\n      paid: 49 NOK\n      receipt: receipts/10.pdf\n\n\n",
        ),
    ] {
        check(before, after, &full(), why);
    }
}

#[test]
fn dates_change_as_the_plan_says() {
    for (why, renewal, before, after) in [
        (
            "counted from the renewal",
            plain(),
            "{id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: [{on: 2026-07-05}]}",
            "{id: x, name: X, renewed: 2026-10-05, validity: 3 months, history: [{on: 2026-07-05}, {on: 2026-10-05}]}",
        ),
        (
            "what an input method for Chinese writes",
            plain(),
            "{id: x, name: X, number: ＋４７９０００００１, renewed: 2026年7月5日, validity: ３个月, history: [{on: ２０２６-０７-０５}]}",
            "{id: x, name: X, number: ＋４７９０００００１, renewed: 2026-10-05, validity: ３个月, history: [{on: ２０２６-０７-０５}, {on: 2026-10-05}]}",
        ),
        (
            "another validity as an input method writes it",
            for_period("６个月"),
            "{id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: [{on: 2026-07-05}]}",
            "{id: x, name: X, renewed: 2026-10-05, validity: ６个月, history: [{on: 2026-07-05}, {on: 2026-10-05}]}",
        ),
        (
            "another validity from now on",
            for_period("100 days"),
            "{id: x, name: X, renewed: 2026-07-05, validity: '3 months', history: [{on: 2026-07-05}]}",
            "{id: x, name: X, renewed: 2026-10-05, validity: '100 days', history: [{on: 2026-07-05}, {on: 2026-10-05}]}",
        ),
        (
            "a date instead of a validity",
            until("2027-02-01"),
            "{id: x, name: X, renewed: 2026-07-05, \"validity\": '3 months', history: [{on: 2026-07-05}]}",
            "{id: x, name: X, renewed: 2026-10-05, \"expires\": '2027-02-01', history: [{on: 2026-07-05}, {on: 2026-10-05}]}",
        ),
        (
            "from the day of the renewal",
            plain(),
            "{id: x, name: X, expires: 2026-10-20, validity: 1 year}",
            "{id: x, name: X, expires: 2027-10-05, validity: 1 year, history: [{on: 2026-10-05}]}",
        ),
        (
            "from the old expiry, as the plan says",
            plain(),
            "{id: x, name: X, expires: 2026-10-20, validity: 1 year, extends: from-expiry}",
            "{id: x, name: X, expires: 2027-10-20, validity: 1 year, extends: from-expiry, history: [{on: 2026-10-05}]}",
        ),
        (
            "from the old expiry, as the command says",
            Renewal {
                from_expiry: true,
                ..plain()
            },
            "{id: x, name: X, expires: 2026-10-20, validity: 1 year}",
            "{id: x, name: X, expires: 2027-10-20, validity: 1 year, history: [{on: 2026-10-05}]}",
        ),
        (
            "another validity, from the old expiry",
            for_period("2 years"),
            "{id: x, name: X, expires: 2026-10-20, validity: 1 year, extends: from-expiry}",
            "{id: x, name: X, expires: 2028-10-20, validity: 2 years, extends: from-expiry, history: [{on: 2026-10-05}]}",
        ),
        (
            "a length for this renewal only, where the plan has none",
            for_period("10 years"),
            "{id: x, name: X, expires: 2026-10-20}",
            "{id: x, name: X, expires: 2036-10-05, history: [{on: 2026-10-05}]}",
        ),
        (
            "a day, and a renewal that only records when",
            until("2036-03-14"),
            "{id: x, name: X, expires: 2026-10-20, renewed: 2016-10-21}",
            "{id: x, name: X, expires: 2036-03-14, renewed: 2026-10-05, history: [{on: 2016-10-21}, {on: 2026-10-05}]}",
        ),
        (
            "a plan that renews by itself keeps its first date",
            plain(),
            "{id: x, name: X, renewed: 2026-08-31, validity: 1 month, renewal: {method: auto-debit}}",
            "{id: x, name: X, renewed: 2026-08-31, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-08-31}, {on: 2026-10-05}]}",
        ),
        (
            "the first date of an automatic renewal is a payment",
            plain(),
            "{id: x, name: X, renewed: 2026-10-05, validity: 1 month, renewal: {method: auto-debit}}",
            "{id: x, name: X, renewed: 2026-10-05, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-10-05}]}",
        ),
        (
            "the last date is a payment too, although its `until` has passed",
            plain(),
            "{id: x, name: X, renewed: 2026-08-05, validity: 1 month, renewal: {method: auto-debit, until: 2026-10-05}}",
            "{id: x, name: X, renewed: 2026-08-05, validity: 1 month, renewal: {method: auto-debit, until: 2026-10-05}, history: [{on: 2026-08-05}, {on: 2026-10-05}]}",
        ),
        (
            "after its last automatic renewal a plan is renewed like any other",
            plain(),
            "{id: x, name: X, renewed: 2026-08-31, validity: 1 month, renewal: {method: auto-debit, until: 2026-10-30}}",
            "{id: x, name: X, renewed: 2026-10-05, validity: 1 month, renewal: {method: auto-debit, until: 2026-10-30}, history: [{on: 2026-08-31}, {on: 2026-10-05}]}",
        ),
        (
            "the same, for another length",
            for_period("2 years"),
            "{id: x, name: X, renewed: 2025-08-31, validity: 1 month, renewal: {method: auto-debit, until: 2025-10-30}}",
            "{id: x, name: X, renewed: 2026-10-05, validity: 2 years, renewal: {method: auto-debit, until: 2025-10-30}, history: [{on: 2025-08-31}, {on: 2026-10-05}]}",
        ),
        (
            "the same, up to a day; it keeps the length that automatic renewal needs",
            until("2036-03-14"),
            "{id: x, name: X, renewed: 2025-08-31, validity: 1 month, renewal: {method: auto-debit, until: 2025-10-30}}",
            "{id: x, name: X, expires: 2036-03-14, validity: 1 month, renewal: {method: auto-debit, until: 2025-10-30}, history: [{on: 2025-08-31}, {on: 2026-10-05}]}",
        ),
        (
            "the same, with an explicit date",
            plain(),
            "{id: x, name: X, expires: 2026-07-31, validity: 1 month, renewal: {method: auto-debit, until: 2026-09-15}}",
            "{id: x, name: X, expires: 2026-11-05, validity: 1 month, renewal: {method: auto-debit, until: 2026-09-15}, history: [{on: 2026-10-05}]}",
        ),
        (
            "the same, from the expiry that nothing renewed, counted from the first",
            plain(),
            "{id: x, name: X, expires: 2026-07-31, validity: 1 month, extends: from-expiry, renewal: {method: auto-debit, until: 2026-09-15}}",
            "{id: x, name: X, expires: 2026-10-31, validity: 1 month, extends: from-expiry, renewal: {method: auto-debit, until: 2026-09-15}, history: [{on: 2026-10-05}]}",
        ),
    ] {
        check(
            &format!("- {before}\n"),
            &format!("- {after}\n"),
            &renewal,
            why,
        );
    }
}

#[test]
fn a_previous_renewal_without_a_record_gets_one() {
    for (why, renewal, before, after) in [
        (
            "the history ends before it",
            plain(),
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history:\n    - {on: 2026-04-05}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-04-05}\n    - {on: 2026-07-05}\n    - {on: 2026-10-05}\n",
        ),
        (
            "newest first",
            plain(),
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history:\n    - {on: 2026-04-05}\n    - {on: 2026-01-05}\n",
            "- id: x\n  name: X\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-10-05}\n    - {on: 2026-07-05}\n    - {on: 2026-04-05}\n    - {on: 2026-01-05}\n",
        ),
        (
            "newest first, in brackets, with an explicit date",
            until("2036-03-14"),
            "- {id: x, name: X, expires: 2026-10-20, renewed: 2026-07-05, history: [{on: 2026-04-05}, {on: 2026-01-05}]}\n",
            "- {id: x, name: X, expires: 2036-03-14, renewed: 2026-10-05, history: [{on: 2026-10-05}, {on: 2026-07-05}, {on: 2026-04-05}, {on: 2026-01-05}]}\n",
        ),
        (
            "its date is replaced by an expiry",
            until("2036-03-14"),
            "- {id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: [{on: 2026-04-05}]}\n",
            "- {id: x, name: X, renewed: 2026-10-05, expires: 2036-03-14, history: [{on: 2026-04-05}, {on: 2026-07-05}, {on: 2026-10-05}]}\n",
        ),
        (
            "the first date of an automatic renewal stays",
            plain(),
            "- {id: x, name: X, renewed: 2026-07-05, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-08-05}]}\n",
            "- {id: x, name: X, renewed: 2026-07-05, validity: 1 month, renewal: {method: auto-debit}, history: [{on: 2026-08-05}, {on: 2026-10-05}]}\n",
        ),
    ] {
        check(before, after, &renewal, why);
    }
}

#[test]
fn blank_lines_of_a_block_scalar_stay_in_it() {
    for (why, before, after) in [
        (
            "the last key of the last plan",
            "- id: x\n  name: X\n  expires: 2026-10-20\n  notes: |+\n    x\n\n\n",
            "- id: x\n  name: X\n  expires: 2036-03-14\n  history:\n    - {on: 2026-10-05}\n  notes: |+\n    x\n\n\n",
        ),
        (
            "a text inside of the last key, with its indent and a comment in the header",
            "- id: x\n  name: X\n  expires: 2026-10-20\n  support:\n    call: >2+ # folded\n      1\n\n- {name: Y, expires: 2027-01-31}\n",
            "- id: x\n  name: X\n  expires: 2036-03-14\n  history:\n    - {on: 2026-10-05}\n  support:\n    call: >2+ # folded\n      1\n\n- {name: Y, expires: 2027-01-31}\n",
        ),
        (
            "a text that keeps no blank lines",
            "- id: x\n  name: X\n  expires: 2026-10-20\n  notes: |\n    x +\n\n\n",
            "- id: x\n  name: X\n  expires: 2036-03-14\n  notes: |\n    x +\n  history:\n    - {on: 2026-10-05}\n\n\n",
        ),
    ] {
        check(before, after, &until("2036-03-14"), why);
    }
}

#[test]
fn the_31st_does_not_drift_to_the_28th() {
    for (validity, expires, dates) in [
        (
            "1 month",
            "2026-01-31",
            vec![
                "2026-02-28",
                "2026-03-31",
                "2026-04-30",
                "2026-05-31",
                "2026-06-30",
                "2026-07-31",
            ],
        ),
        (
            "1 month",
            "2026-01-30",
            vec!["2026-02-28", "2026-03-30", "2026-04-30"],
        ),
        // If the day was the 28th from the beginning, it stays the 28th.
        ("1 month", "2026-02-28", vec!["2026-03-28", "2026-04-28"]),
        (
            "1 year",
            "2024-02-29",
            vec![
                "2025-02-28",
                "2026-02-28",
                "2027-02-28",
                "2028-02-29",
                "2029-02-28",
            ],
        ),
        ("90 days", "2026-01-31", vec!["2026-05-01", "2026-07-30"]),
    ] {
        let mut text = format!(
            "- id: x\n  name: X\n  expires: {expires}\n  validity: {validity}\n  extends: from-expiry\n"
        );
        let mut on = day("2026-01-20");
        for date in dates {
            let renewal = Renewal { on, ..plain() };
            let document = Document::read(text.as_bytes()).expect("a list");
            let edit = renewed(&document, &renewal).expect("a renewal");
            assert_eq!(edit.plan.expiry.day().to_string(), date, "{text}");
            let next = edit.text;
            drop(document);
            text = next;
            on = on.succ_opt().expect("a day");
        }
        // A date that was changed by hand is used as it is.
        let by_hand = "- {id: x, name: X, expires: 2026-03-27, validity: 1 month, extends: from-expiry, history: [{on: 2026-02-01, from: 2026-01-31}]}\n";
        let document = Document::read(by_hand.as_bytes()).expect("a list");
        let edit = renewed(&document, &plain()).expect("a renewal");
        assert_eq!(edit.plan.expiry.day().to_string(), "2026-04-27");
    }
}

#[test]
fn values_that_are_shared_are_left_to_the_user() {
    for (why, text, message) in [
        (
            "an aliased date",
            "- {name: Y, expires: &d 2026-07-05}\n- {id: x, name: X, renewed: *d, validity: 3 months}\n",
            "`renewed` of `x` is an alias: a change would also change other values",
        ),
        (
            "an anchored date that another plan has",
            "- {id: x, name: X, renewed: &d 2026-07-05, validity: 3 months}\n- {name: Y, expires: *d}\n",
            "changing this plan would change something else too",
        ),
        (
            "a merged date",
            "- &b {name: Y, renewed: 2026-07-05, validity: 3 months}\n- {<<: *b, id: x, name: X}\n",
            "`renewed` of `x` comes from `<<`: a change would also change other plans",
        ),
        (
            "a plan that is merged into another",
            "- &b {id: x, name: X, renewed: 2026-07-05, validity: 3 months}\n- {<<: *b, id: y, name: Y}\n",
            "changing this plan would change something else too",
        ),
        (
            "a note that keeps the blank lines behind it, where the next record would be",
            "- id: x\n  name: X\n  renewed: 2026-07-05\n  validity: 3 months\n  history:\n    - on: 2026-07-05\n      note: |+\n        N\n\n",
            "`history` of `x` is written in a form that weekahead cannot change",
        ),
        (
            "an aliased history",
            "- {name: Y, expires: 2027-07-05, history: &h [{on: 2026-07-05}]}\n- {id: x, name: X, renewed: 2026-07-05, validity: 3 months, history: *h}\n",
            "`history` of `x` is an alias: a change would also change other values",
        ),
    ] {
        let document = Document::read(text.as_bytes())
            .unwrap_or_else(|problems| panic!("{why}: {problems:?}"));
        match renewed(&document, &full()) {
            Err(RenewError::ByHand(finding, lines)) => {
                assert_eq!(finding.what.message, message, "{why}");
                assert_eq!(lines[0], "renewed: 2026-10-05", "{why}");
                assert_eq!(
                    lines.last().map(String::as_str),
                    Some("  - {on: 2026-10-05, paid: 49 NOK, receipt: receipts/10.pdf}"),
                    "{why}"
                );
            }
            other => panic!("{why}: {other:?}"),
        }
    }
}
