//! Every problem that a plans file can have: its sentence, its place, its hint, the exit code,
//! and that nothing was written.

use crate::harness::{Left, Place};

/// Line, column, message, hint.
type Expected = (usize, usize, &'static str, &'static str);

/// Why the file is bad, the file, all that is said of it.
type Row = (&'static str, &'static [u8], &'static [Expected]);

#[test]
fn each_is_told_with_its_place() {
    for (reason, content, expected) in TABLE {
        let place = Place::with("plans.yaml", content);
        place.file("plans.ics", "old");
        let left = place.run(&["build", "plans.yaml", "-o", "plans.ics"]);
        assert_eq!(left.code, Some(1), "{reason}: {}", left.err);
        assert_eq!(left.out, "", "{reason}");
        assert_eq!(told(&left.err), told_of(expected), "{reason}: {}", left.err);
        assert_eq!(place.read("plans.ics"), "old", "{reason}");
        assert_eq!(place.names(), ["plans.ics", "plans.yaml"], "{reason}");

        let checked = place.run(&["check", "plans.yaml"]);
        assert_eq!(checked.code, Some(1), "{reason}");
        assert_eq!(checked.err, "", "{reason}");
        assert_eq!(told(&checked.out), told_of(expected), "{reason}");
    }
}

#[test]
fn a_problem_is_drawn() {
    let draw = |content: &str| {
        let place = Place::with("plans.yaml", content);
        place.run(&["build"]).err
    };
    assert_eq!(
        draw("- name: Telenor\n  validity: 3 m\n  renewed: 2026-10-05\n"),
        "error: `3 m` is ambiguous: months or minutes?
 --> plans.yaml:2:13
  |
2 |   validity: 3 m
  |             ^^^
  |
  = hint: write `3 months`
1 problem; nothing was written
"
    );
    assert_eq!(
        draw(
            "- {id: a, name: 漢, expires: 2026-01-01}\r\n- {name: 漢字, expires: 2026-01-01, id: a}\r\n"
        ),
        "error: id `a` is taken already
 --> plans.yaml:2:39
  |
2 | - {name: 漢字, expires: 2026-01-01, id: a}
  |                                         ^
  |
  = note: first here: plans.yaml:1:8
  = hint: give each plan an id of its own
1 problem; nothing was written
"
    );
}

#[test]
fn a_file_cannot_write_to_the_terminal() {
    let place = Place::with(
        "plans.yaml",
        "- name: \"\\u202Ereversed\"\n  expires: \"\\e]0;title\\a\"\n- nåme\u{202e}: x\n",
    );
    let Left { err, .. } = place.run(&["build"]);
    let harmless = |c: char| !(c.is_control() && c != '\n') && c != '\u{202e}';
    assert!(err.chars().all(harmless), "{err:?}");
    assert!(
        err.contains("`\\u{1b}]0;title\\u{7}` is not a date"),
        "{err}"
    );
}

#[test]
fn problems_of_all_files_are_told_and_nothing_is_written() {
    let place = Place::new();
    place.file("lists/a.yaml", "- {name: A, expires: 2026-02-30}\n");
    place.file("lists/b.yaml", "- {name: B, expires: 2026-02-01}\n");
    place.file("lists/c.yaml", "- {expires: 2026-02-01}\n");
    place.file("feeds/b.ics", "old");
    let left = place.run(&["build", "lists", "-o", "feeds"]);
    assert_eq!(left.code, Some(1));
    assert_eq!(
        left.err,
        "error: `2026-02-30` does not exist: February 2026 has 28 days
 --> lists/a.yaml:1:22
  |
1 | - {name: A, expires: 2026-02-30}
  |                      ^^^^^^^^^^
error: a plan needs a `name`
 --> lists/c.yaml:1:4
  |
1 | - {expires: 2026-02-01}
  |    ^^^^^^^
  |
  = hint: add a line such as `name: My SIM`
2 problems; nothing was written
"
    );
    assert_eq!(place.read("feeds/b.ics"), "old");
    assert_eq!(crate::harness::names(&place.path("feeds")), ["b.ics"]);
}

/// Messages, places and hints in the order in which they are drawn.
fn told(drawn: &str) -> Vec<String> {
    let parts = drawn.lines().filter_map(|line| {
        let line = line.trim_start();
        ["error: ", "--> plans.yaml:", "= hint: "]
            .into_iter()
            .find_map(|start| {
                line.strip_prefix(start)
                    .map(|rest| format!("{start}{rest}"))
            })
    });
    parts.collect()
}

fn told_of(expected: &[Expected]) -> Vec<String> {
    let mut parts = Vec::new();
    for (line, column, message, hint) in expected {
        parts.push(format!("error: {message}"));
        parts.push(format!("--> plans.yaml:{line}:{column}"));
        if !hint.is_empty() {
            parts.push(format!("= hint: {hint}"));
        }
    }
    parts
}

const TABLE: &[Row] = &[
    (
        "not YAML",
        b"- name: [\n",
        &[
            (1, 9, "`[` is never closed", ""),
        ],
    ),
    (
        "a tab for an indent",
        b"plans:\n\t- name: x\n",
        &[
            (2, 1, "a tab in the indent", "indent with spaces: YAML allows no tabs there"),
        ],
    ),
    (
        "a tab in the second line of a plan",
        b"- name: x\n\texpires: 2026-01-01\n",
        &[
            (2, 1, "a tab in the indent", "indent with spaces: YAML allows no tabs there"),
        ],
    ),
    (
        "a duplicate key",
        b"- name: A\n  name: B\n  expires: 2026-01-01\n",
        &[
            (2, 3, "`name` is here twice", "keep one of them"),
        ],
    ),
    (
        "an unknown key",
        b"- name: A\n  expire: 2026-01-01\n",
        &[
            (2, 3, "unknown key `expire`", "did you mean `expires`?"),
        ],
    ),
    (
        "an unknown key like no other",
        b"- name: A\n  expires: 2026-01-01\n  colour: red\n",
        &[
            (3, 3, "unknown key `colour`", "allowed here: id, name, provider, number, expires, renewed, validity, extends, grace, price, renewal, check, support, remind, tags, notes, history, ended"),
        ],
    ),
    (
        "an unknown key at the top",
        b"calender: {}\nplans:\n- {name: A, expires: 2026-01-01}\n",
        &[
            (1, 1, "unknown key `calender`", "did you mean `calendar`?"),
        ],
    ),
    (
        "a missing name",
        b"- expires: 2026-01-01\n",
        &[
            (1, 3, "a plan needs a `name`", "add a line such as `name: My SIM`"),
        ],
    ),
    (
        "neither of the dates",
        b"- name: A\n",
        &[
            (1, 3, "a plan needs a date", "add `expires: 2027-01-31`, or `renewed: 2026-10-05` with `validity: 3 months`"),
        ],
    ),
    (
        "a renewal without a validity",
        b"- {name: A, renewed: 2026-01-01}\n",
        &[
            (1, 13, "`renewed` has no `validity` beside it", "say how long a renewal lasts, as in `validity: 3 months`"),
        ],
    ),
    (
        "a validity without a renewal",
        b"- {name: A, validity: 1 month}\n",
        &[
            (1, 13, "`validity` has no date to count from", "add `renewed`, the day of the last renewal, as in `renewed: 2026-10-05`"),
        ],
    ),
    (
        "all three dates",
        b"- name: A\n  renewed: 2026-01-01\n  validity: 1 month\n  expires: 2026-02-01\n",
        &[
            (4, 3, "`expires`, `renewed` and `validity` together: which one counts?", "keep `expires`, or keep `renewed` with `validity`"),
        ],
    ),
    (
        "an auto-debit without validity",
        b"- name: A\n  expires: 2026-01-01\n  renewal: {method: auto-debit}\n",
        &[
            (3, 21, "`auto-debit` needs `validity`: how often does it renew?", "add a line such as `validity: 1 month`"),
        ],
    ),
    (
        "two auto-debits",
        b"- name: A\n  expires: 2026-01-01\n  validity: 1 month\n  renewal: [{method: auto-debit}, {method: auto-debit}]\n",
        &[
            (4, 44, "a second `auto-debit`: a plan renews by itself in one way", ""),
        ],
    ),
    (
        "an end of something that is not automatic",
        b"- name: A\n  expires: 2026-01-01\n  renewal: {method: shop, until: 2026-01-01}\n",
        &[
            (3, 27, "`until` says when an `auto-debit` ends, and this is none", "add `method: auto-debit`, or remove the line"),
        ],
    ),
    (
        "30 February",
        b"- name: A\n  expires: 2026-02-30\n",
        &[
            (2, 12, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
        ],
    ),
    (
        "a lax date",
        b"- name: A\n  expires: 2026-1-5\n",
        &[
            (2, 12, "`2026-1-5` is not a date", "write `2026-01-05`"),
        ],
    ),
    (
        "months or minutes",
        b"- name: A\n  renewed: 2026-01-01\n  validity: 3 m\n",
        &[
            (3, 13, "`3 m` is ambiguous: months or minutes?", "write `3 months`"),
        ],
    ),
    (
        "a negative validity",
        b"- name: A\n  renewed: 2026-01-01\n  validity: -1 month\n",
        &[
            (3, 13, "`-1 month` is negative: allowed from 1 day", ""),
        ],
    ),
    (
        "a validity of 0",
        b"- name: A\n  renewed: 2026-01-01\n  validity: 0\n",
        &[
            (3, 13, "`0` is no time at all: allowed from 1 day", ""),
        ],
    ),
    (
        "a validity of 0 days",
        b"- name: A\n  renewed: 2026-01-01\n  validity: 0 days\n",
        &[
            (3, 13, "`0 days` is no time at all: allowed from 1 day", ""),
        ],
    ),
    (
        "a validity of 10^18 days",
        b"- name: A\n  renewed: 2026-01-01\n  validity: 1000000000000000000 days\n",
        &[
            (3, 13, "`1000000000000000000 days` is too long: allowed up to 9999 years", ""),
        ],
    ),
    (
        "an expiry past the last year",
        b"- name: A\n  renewed: 9998-01-01\n  validity: 2 years\n",
        &[
            (3, 3, "the validity, counted from 9998-01-01, ends after the year 9998", ""),
        ],
    ),
    (
        "a grace period past the last year",
        b"- name: A\n  expires: 9998-12-31\n  grace: 1 day\n",
        &[
            (3, 10, "the grace period ends after the year 9998", ""),
        ],
    ),
    (
        "extends without its fields",
        b"- {name: A, renewed: 2026-01-01, validity: 1 year, extends: from-expiry}\n",
        &[
            (1, 52, "`extends` needs `expires` with `validity`, and no `renewed`", ""),
        ],
    ),
    (
        "extends from something else",
        b"- {name: A, expires: 2026-01-01, validity: 1 year, extends: from-renewal}\n",
        &[
            (1, 61, "`from-renewal` is unknown: allowed from-expiry", ""),
        ],
    ),
    (
        "a duplicate id",
        b"- {id: a, name: A, expires: 2026-01-01}\n- {id: a, name: B, expires: 2026-01-01}\n",
        &[
            (2, 8, "id `a` is taken already", "give each plan an id of its own"),
        ],
    ),
    (
        "the same derived id twice",
        b"- {name: A, expires: 2026-01-01}\n- {name: A, expires: 2026-01-01}\n",
        &[
            (2, 10, "`A` is the id of another plan already", "without `id` a plan takes its name for it: give this one an `id`"),
        ],
    ),
    (
        "an id that another plan derives",
        b"- {id: b, name: A, expires: 2026-01-01}\n- {name: b, expires: 2026-01-01}\n",
        &[
            (2, 10, "`b` is the id of another plan already", "without `id` a plan takes its name for it: give this one an `id`"),
        ],
    ),
    (
        "a duplicate id in a plan with another problem",
        b"- {id: a, name: A, expires: 2026-01-01}\n- {id: a, name: B, expires: soon}\n",
        &[
            (2, 8, "id `a` is taken already", "give each plan an id of its own"),
            (2, 29, "`soon` is not a date", "write year, month and day as `2026-10-05`"),
        ],
    ),
    (
        "an unknown time zone",
        b"calendar: {timezone: Europe/Olso}\nplans:\n- {name: A, expires: 2026-01-01}\n",
        &[
            (1, 22, "unknown time zone `Europe/Olso`", "did you mean `Europe/Oslo`?"),
        ],
    ),
    (
        "a city for a time zone",
        b"calendar: {timezone: Oslo}\nplans:\n- {name: A, expires: 2026-01-01}\n",
        &[
            (1, 22, "unknown time zone `Oslo`", "did you mean `Europe/Oslo`?"),
        ],
    ),
    (
        "an unknown language",
        b"calendar:\n  language: no\nplans:\n- {name: A, expires: 2026-01-01}\n",
        &[
            (2, 13, "unknown language `no`: allowed en, zh-CN, nb", "did you mean `nb`?"),
        ],
    ),
    (
        "settings out of range",
        b"calendar: {link: 0, notices: yes, color: tael, numbers: mask, remind_at: 9:00, edit: foo}\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 18, "`0` is not a link number: allowed 1 to 4294967295", ""),
            (1, 30, "`notices` must be true or false, found `yes`", "write `true`, without quotes"),
            (1, 42, "`tael` is not a colour", "did you mean `teal`?"),
            (1, 57, "`mask` is unknown: allowed masked, full, hidden", "did you mean `masked`?"),
            (1, 74, "`9:00` is not a time of day", "write hours and minutes as `\"09:00\"`, 00:00 to 23:59"),
            (1, 86, "`foo` is not a web address", "a link begins with `https://` or `http://`"),
        ],
    ),
    (
        "lists and mappings where text belongs",
        b"- name: [a]\n  expires: {x: y}\n  remind: {a: b}\n  tags: {a: 1}\n  steps: 1\n",
        &[
            (1, 10, "`name` must be text, found a list", ""),
            (2, 13, "`expires` must be text, found a mapping", ""),
            (3, 12, "`remind` must be text or a list of texts, found a mapping", ""),
            (4, 10, "`tags` must be text or a list of texts, found a mapping", ""),
            (5, 3, "unknown key `steps`", "allowed here: id, name, provider, number, expires, renewed, validity, extends, grace, price, renewal, check, support, remind, tags, notes, history, ended"),
        ],
    ),
    (
        "text where mappings and lists belong",
        b"- name: A\n  expires: 2026-01-01\n  renewal: website\n  history: x\n  check: \"*100#\"\n  support: \"1\"\n",
        &[
            (3, 12, "`renewal` must be a mapping or a list of mappings, found `website`", "write `renewal: {method: website}`"),
            (4, 12, "`history` must be a list, found `x`", "begin each item with `- `"),
            (5, 10, "`check` must be a mapping, found `*100#`", "write `check: {dial: \"*100#\"}`"),
            (6, 12, "`support` must be a mapping, found `1`", "write `support: {call: \"1\"}`"),
        ],
    ),
    (
        "plans that are none",
        b"- Telenor\n- [a]\n-\n- {name: A, expires: 2026-01-01}\n",
        &[
            (1, 3, "a plan must be a mapping, found `Telenor`", "write `- name: Telenor`"),
            (2, 4, "a plan must be a mapping, found a list", ""),
            (3, 2, "a plan has no value", "give it a value, or remove the line"),
        ],
    ),
    (
        "text where the file belongs",
        b"hello\n",
        &[
            (1, 1, "a list of plans was expected, found text", "begin each plan with `- name: `"),
        ],
    ),
    (
        "null where text belongs",
        b"- name: null\n  expires:\n  notes: ~\n",
        &[
            (1, 9, "`name` must be text, found `null`", "give it a value, or remove the line; the word itself goes in quotes"),
            (2, 3, "`expires` has no value", "give it a value, or remove the line"),
            (3, 10, "`notes` must be text, found `~`", "give it a value, or remove the line; the word itself goes in quotes"),
        ],
    ),
    (
        "codes without quotes",
        b"- name: A\n  expires: 2026-01-01\n  check:\n    dial: #100#\n  support: {call: *100#}\n",
        &[
            (4, 5, "`dial` has no value", "`#` begins a comment: put the text in quotes, `\"#100#\"`"),
            (5, 19, "`*100#` refers to no anchor", "a text that begins with `*` needs quotes: `\"*100#\"`"),
        ],
    ),
    (
        "control characters by escape",
        b"- name: \"A\\x07B\"\n  expires: 2026-01-01\n  notes: \"a\\e[31m\\u2028\"\n",
        &[
            (1, 11, "control character U+0007", "remove it: some calendars refuse a whole feed for it"),
            (3, 12, "control character U+001B", "remove it: some calendars refuse a whole feed for it"),
        ],
    ),
    (
        "control characters as they are",
        b"- name: A\x07B\x1b\n  expires: 2026-01-01\n",
        &[
            (1, 10, "control character U+0007", "remove it"),
            (1, 12, "control character U+001B", "remove it"),
        ],
    ),
    (
        "a line break in a name",
        b"- name: |\n    A\n    B\n  expires: 2026-01-01\n",
        &[
            (2, 5, "a line break where one line is wanted", "write it on one line"),
        ],
    ),
    (
        "texts that are empty",
        b"- name: \"\"\n  expires: 2026-01-01\n  provider: \"  \"\n",
        &[
            (1, 9, "this text is empty", "give it a value, or remove the line"),
            (3, 13, "this text is empty", "give it a value, or remove the line"),
        ],
    ),
    (
        "invalid UTF-8",
        b"- name: caf\xe9\n  expires: 2026-01-01\n  notes: \xff\xc3\n",
        &[
            (1, 12, "not UTF-8: 0xE9", "save the file as UTF-8"),
            (3, 10, "not UTF-8: 0xFF", "save the file as UTF-8"),
            (3, 11, "not UTF-8: 0xC3", "save the file as UTF-8"),
        ],
    ),
    (
        "UTF-16",
        b"\xff\xfe-\x00 \x00n\x00a\x00m\x00e\x00:\x00 \x00x\x00\n\x00",
        &[
            (1, 1, "the file is UTF-16", "save it as UTF-8"),
        ],
    ),
    (
        "a second document",
        b"- {name: A, expires: 2026-01-01}\n---\n- {name: B, expires: 2026-01-01}\n",
        &[
            (2, 1, "a second document in the file", "put all plans into one list, or split the file"),
        ],
    ),
    (
        "an empty file",
        b"",
        &[
            (1, 1, "the file is empty", "add a plan: `- {name: My SIM, expires: 2027-01-31}`"),
        ],
    ),
    (
        "a file with nothing but a comment",
        b"# nothing\n",
        &[
            (1, 1, "no plans in this file", "add one: `- {name: My SIM, expires: 2027-01-31}`"),
        ],
    ),
    (
        "an empty list",
        b"[]\n",
        &[
            (1, 1, "no plans in this file", "add one: `- {name: My SIM, expires: 2027-01-31}`"),
        ],
    ),
    (
        "plans that are an empty list",
        b"plans: []\n",
        &[
            (1, 1, "no plans in this file", "add one: `- {name: My SIM, expires: 2027-01-31}`"),
        ],
    ),
    (
        "plans without a value",
        b"plans:\n",
        &[
            (1, 1, "`plans` has no value", "give it a value, or remove the line"),
        ],
    ),
    (
        "settings without plans",
        b"calendar: {name: x}\n",
        &[
            (1, 1, "no plans in this file", "add one: `- {name: My SIM, expires: 2027-01-31}`"),
        ],
    ),
    (
        "prices",
        b"- name: A\n  expires: 2026-01-01\n  price: 49\n  history: [{on: 2026-01-01, paid: 5 kr}, {paid: 1 EUR}]\n",
        &[
            (3, 10, "`49` has no currency", "add its code of ISO 4217: `49 NOK`"),
            (4, 36, "`kr` in `5 kr` is not a currency code of ISO 4217", "say which: `NOK`, `SEK`, `DKK` or `ISK`"),
            (4, 44, "a renewal in `history` needs `on`, its day", ""),
        ],
    ),
    (
        "links",
        b"- name: A\n  expires: 2026-01-01\n  renewal: {method: web, url: www.x.no}\n  support: {url: \"javascript:alert(1)\"}\n",
        &[
            (3, 21, "unknown method `web`: allowed website, app, third-party, shop, voucher, sms, call, ussd, auto-debit, other", ""),
            (3, 31, "`www.x.no` is not a web address", "write `https://www.x.no`"),
            (4, 18, "`javascript:alert(1)` is not a web address", "a link begins with `https://` or `http://`"),
        ],
    ),
    (
        "leads",
        b"- name: A\n  expires: 2026-01-01\n  remind: [7, 3 m, -1 day, 0 days, 12 hours]\n",
        &[
            (3, 12, "`7` is not a length of time", "add the unit: `7 days` or `7 months`"),
            (3, 15, "`3 m` is ambiguous: months or minutes?", "write `3 months`"),
            (3, 20, "`-1 day` is negative: allowed from 1 day", ""),
            (3, 28, "`0 days` is no time at all: allowed from 1 day", ""),
            (3, 36, "`12 hours` has a unit shorter than a day: allowed days, weeks, months, years", ""),
        ],
    ),
    (
        "an sms without a number",
        b"- {name: A, expires: 2026-01-01, check: {sms: {text: X}}}\n",
        &[
            (1, 42, "`sms` needs `to`, the number that it goes to", ""),
        ],
    ),
    (
        "a tag",
        b"- name: !foo A\n  expires: !!timestamp 2026-01-01\n",
        &[
            (1, 9, "the tag `!foo` means nothing here", "a text that begins with `!` needs quotes"),
            (2, 12, "the tag `!!timestamp` means nothing here", "a text that begins with `!` needs quotes"),
        ],
    ),
    (
        "a merge of text",
        b"- {<<: x, name: A, expires: 2026-01-01}\n",
        &[
            (1, 8, "`<<` takes a mapping, or a list of mappings", ""),
        ],
    ),
    (
        "a quote that is never closed",
        b"- name: \"A\n  expires: 2026-01-01\n",
        &[
            (1, 9, "a quoted text is never closed", "add the missing quote"),
        ],
    ),
    (
        "a colon in a text",
        b"- name: a: b\n  expires: 2026-01-01\n",
        &[
            (1, 10, "a `:` where no key can be", "a text with `: ` in it needs quotes; a key stands on a line of its own"),
        ],
    ),
    (
        "an indent that fits nothing",
        b"- name: A\n   expires: 2026-01-01\n",
        &[
            (2, 11, "a `:` where no key can be", "a text with `: ` in it needs quotes; a key stands on a line of its own"),
        ],
    ),
    (
        "a reserved character",
        b"- name: @x\n  expires: 2026-01-01\n",
        &[
            (1, 9, "a text cannot begin with `@`", "put the text in quotes"),
        ],
    ),
    (
        "a byte-order mark in front",
        b"\xef\xbb\xbf- name: A\n  expires: 2026-02-30\n",
        &[
            (2, 12, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
        ],
    ),
    (
        "CRLF",
        b"- name: A\r\n  expires: 2026-02-30\r\n",
        &[
            (2, 12, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
        ],
    ),
    (
        "a lone CR",
        b"- name: A\r  expires: 2026-02-30\r",
        &[
            (2, 12, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
        ],
    ),
    (
        "wide characters in front",
        b"- {name: \xe6\x8c\xaa\xe5\xa8\x81\xe7\x94\xb5\xe4\xbf\xa1, expires: 2026-02-30}\n",
        &[
            (1, 25, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
        ],
    ),
    (
        "a problem behind an alias",
        b"- &a {name: A, expires: 2026-02-30}\n- {<<: *a, name: B}\n",
        &[
            (1, 25, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
        ],
    ),
    (
        "problems before a syntax error",
        b"- name: A\n  expires: 2026-02-30\n- name: B\n  nmae: x\n  expires: 2026-01-01\n- name: \"C\n  x: 1\n",
        &[
            (2, 12, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
            (4, 3, "unknown key `nmae`", "did you mean `name`?"),
            (6, 9, "a quoted text is never closed", "add the missing quote"),
        ],
    ),
    (
        "an end of something that names no method",
        b"- {name: A, expires: 2026-01-01, renewal: {until: 2027-01-01}}\n",
        &[
            (1, 44, "`until` says when an `auto-debit` ends, and this is none", "add `method: auto-debit`, or remove the line"),
        ],
    ),
    (
        "a list of leads without brackets",
        b"- name: A\n  expires: 2026-01-01\n  remind: 14d, 7d, 1d\n",
        &[
            (3, 11, "`14d, 7d, 1d` is not one length of time: years, months, weeks and days come once each, in that order", "a list needs brackets: `[14d, 7d, 1d]`"),
        ],
    ),
    (
        "more leads than anybody needs",
        b"- {name: A, expires: 2026-01-01, remind: [1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d, 9d, 10d, 11d, 12d, 13d, 14d, 15d, 16d, 17d, 18d, 19d, 20d, 21d, 22d, 23d, 24d, 25d, 26d, 27d, 28d, 29d, 30d, 31d, 32d, 33d, 34d, 35d, 36d, 37d, 38d, 39d, 40d, 41d, 42d, 43d, 44d, 45d, 46d, 47d, 48d, 49d, 50d, 51d]}\n",
        &[
            (1, 43, "51 leads: allowed up to 50", ""),
        ],
    ),
    (
        "a code without quotes in brackets",
        b"- name: A\n  expires: 2026-01-01\n  check: {dial: #100#}\n",
        &[
            (3, 17, "`#` begins a comment, and the text before it is not complete", "put the text in quotes: `\"#100#\"`"),
        ],
    ),
    (
        "a colour without quotes in brackets",
        b"calendar: {color: #1e88e5}\nplans:\n- {name: A, expires: 2026-01-01}\n",
        &[
            (1, 19, "`#` begins a comment, and the text before it is not complete", "put the text in quotes: `\"#1e88e5\"`"),
        ],
    ),
    (
        "a comma too many",
        b"- {name: A, expires: 2026-01-01, tags: [a,,b]}\n",
        &[
            (1, 43, "a value or a closing bracket was expected here", ""),
        ],
    ),
    (
        "a list below a key's plan",
        b"- name: A\n  expires: 2026-01-01\n  - name: B\n",
        &[
            (3, 5, "the list is not in line here", "put each `-` of a list into the same column"),
        ],
    ),
    (
        "an alias of a whole plan",
        b"- &x {name: A, expires: 2026-01-01}\n- *x\n",
        &[
            (2, 3, "`A` is the id of another plan already", "without `id` a plan takes its name for it: give this one an `id`"),
        ],
    ),
    (
        "a text that begins with a bang",
        b"- {name: !a , expires: 2026-01-01}\n",
        &[
            (1, 10, "the tag `!a` means nothing here", "a text that begins with `!` needs quotes"),
        ],
    ),
    (
        "all three dates, one of them wrong",
        b"- name: A\n  renewed: 2026-01-01\n  validity: 3 m\n  expires: 2026-02-01\n",
        &[
            (3, 13, "`3 m` is ambiguous: months or minutes?", "write `3 months`"),
            (4, 3, "`expires`, `renewed` and `validity` together: which one counts?", "keep `expires`, or keep `renewed` with `validity`"),
        ],
    ),
    (
        "names of nothing but blanks",
        b"- {name: \"\\u2028\", expires: 2026-01-01}\n- {name: \"\\u3000\\_\", expires: 2026-01-01}\n",
        &[
            (1, 10, "this text is empty", "give it a value, or remove the line"),
            (2, 10, "this text is empty", "give it a value, or remove the line"),
        ],
    ),
    (
        "one wrong key merged into many plans",
        b"- &x {nmae: X, name: A, expires: 2026-01-01}\n- {<<: *x, id: b, expires: 2026-02-30}\n- {<<: *x, id: c}\n",
        &[
            (1, 7, "unknown key `nmae`", "did you mean `name`?"),
            (2, 28, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
        ],
    ),
    (
        "problems of several plans",
        b"- name: A\n  expires: 2026-02-30\n- nmae: B\n  expires: 2026-13-01\n",
        &[
            (2, 12, "`2026-02-30` does not exist: February 2026 has 28 days", ""),
            (3, 3, "unknown key `nmae`", "did you mean `name`?"),
            (4, 12, "month 13 in `2026-13-01` does not exist: allowed 01 to 12", "the month comes before the day: `2026-01-13`?"),
        ],
    ),
];
