//! Files whose values for workdays, cancelling, terms, ways and contacts are wrong.

use super::Row;

pub(crate) const TABLE: &[Row] = &[
    (
        "no workdays",
        b"calendar: {workdays: []}\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 22, "`workdays` needs at least one day", "write `[mon, tue, wed, thu, fri]`, or remove the line"),
        ],
    ),
    (
        "days of the week that are none",
        b"calendar: {workdays: [mon, monday, Mo, \"\", 1, frj, Weekdays]}\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 28, "unknown day `monday`: allowed mon, tue, wed, thu, fri, sat, sun", "write `mon`"),
            (1, 36, "unknown day `Mo`: allowed mon, tue, wed, thu, fri, sat, sun", "write `mon`"),
            (1, 40, "`workdays` has an empty text", "give it a value, or remove the line"),
            (1, 44, "unknown day `1`: allowed mon, tue, wed, thu, fri, sat, sun", "write each day, as in `[mon, tue, wed, thu, fri]`"),
            (1, 47, "unknown day `frj`: allowed mon, tue, wed, thu, fri, sat, sun", "did you mean `fri`?"),
            (1, 52, "unknown day `Weekdays`: allowed mon, tue, wed, thu, fri, sat, sun", "write each day, as in `[mon, tue, wed, thu, fri]`"),
        ],
    ),
    (
        "one day that is none",
        b"calendar: {workdays: mon-fri}\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 22, "unknown day `mon-fri`: allowed mon, tue, wed, thu, fri, sat, sun", "write each day, as in `[mon, tue, wed, thu, fri]`"),
        ],
    ),
    (
        "days of the week as a mapping",
        b"calendar: {workdays: {mon: true}}\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 22, "`workdays` must be a day of the week or a list of them, found a mapping", ""),
        ],
    ),
    (
        "days of the week without a value",
        b"calendar: {workdays: }\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 12, "`workdays` has no value", "give it a value, or remove the line"),
        ],
    ),
    (
        "workdays of a plan",
        b"- {name: A, expires: 2026-01-01, workdays: [mon]}\n",
        &[
            (1, 34, "unknown key `workdays`", "allowed here: id, name, provider, number, expires, renewed, validity, extends, grace, price, renewal, check, support, cancel, terms, remind, tags, notes, history, ended"),
        ],
    ),
    (
        "a notice longer than the cycle",
        b"- {name: A, renewed: 2026-01-01, validity: 1 month, renewal: {method: auto-debit}, cancel: {notice: 2 months}}\n",
        &[
            (1, 93, "the `notice` is longer than the plan's `validity`", "say how long before each automatic renewal to cancel, such as `notice: 2 weeks`"),
        ],
    ),
    (
        "a notice of a plan that does not renew by itself",
        b"- {name: A, expires: 2026-01-01, cancel: {notice: 1 month}}\n- {name: B, expires: 2026-01-01, validity: 1 year, renewal: {method: shop}, cancel: {notice: 1 month, action: Write}}\n",
        &[
            (1, 43, "only a plan that renews by itself can have a `notice`", "add `method: auto-debit` to its `renewal`, or remove the line"),
            (2, 86, "only a plan that renews by itself can have a `notice`", "add `method: auto-debit` to its `renewal`, or remove the line"),
        ],
    ),
    (
        "notices that are none",
        b"- {name: A, renewed: 2026-01-01, validity: 1 month, renewal: {method: auto-debit}, cancel: {notice: 3 m}}\n- {name: B, renewed: 2026-01-01, validity: 1 month, renewal: {method: auto-debit}, cancel: {notice: [1 month]}}\n",
        &[
            (1, 101, "`3 m` is ambiguous: months or minutes?", "write `3 months`"),
            (2, 101, "`notice` must be a length of time, found a list", ""),
        ],
    ),
    (
        "cancel of the wrong type",
        b"- {name: A, expires: 2026-01-01, cancel: [Write]}\n- {name: B, expires: 2026-01-01, cancel: https://a.example/x}\n- {name: C, expires: 2026-01-01, cancel: 2026-01-01}\n- {name: D, expires: 2026-01-01, cancel: 1 month}\n",
        &[
            (1, 42, "`cancel` must be a mapping or a sentence, found a list", "write one sentence, or a mapping such as `cancel: {url: https://www.example.org}`"),
            (2, 42, "`cancel` must be a mapping or a sentence, found `https://a.example/x`", "write `cancel: {url: https://a.example/x}`"),
            (3, 42, "`cancel` must be a mapping or a sentence, found `2026-01-01`", "to end the plan on that day, write `ended: 2026-01-01`"),
            (4, 42, "`cancel` must be a mapping or a sentence, found `1 month`", "write `cancel: {notice: 1 month}`"),
        ],
    ),
    (
        "a validity of an auto-debit",
        b"- {name: A, renewed: 2026-01-01, validity: 1 month, renewal: {method: auto-debit, validity: 1 month}}\n",
        &[
            (1, 83, "an `auto-debit` has no `validity` of its own: the plan's applies", "move `validity` to the plan, in line with its `name`"),
        ],
    ),
    (
        "ways of which one has a validity",
        b"- {name: A, renewed: 2026-01-01, validity: 1 month, renewal: [{method: shop, validity: 1 month}, {method: app}, {method: auto-debit}]}\n",
        &[
            (1, 99, "this way has no `validity`, and another way has one", "add how long a renewal in this way lasts, such as `validity: 3 months`"),
        ],
    ),
    (
        "terms of ways that are none",
        b"- {name: A, expires: 2026-01-01, renewal: [{method: shop, price: 49, validity: 3 m}, {method: app, price: [1 NOK], validity: 0 days}]}\n",
        &[
            (1, 66, "`49` has no currency", "add its code of ISO 4217: `49 NOK`"),
            (1, 80, "`3 m` is ambiguous: months or minutes?", "write `3 months`"),
            (1, 107, "`price` must be a price, found a list", ""),
            (1, 126, "`0 days` is shorter than a day: allowed from 1 day", ""),
        ],
    ),
    (
        "braces in a link",
        b"calendar: {edit: \"https://a.example/{number}\"}\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 18, "unknown `{number}` in a link: allowed `{id}` and `{name}`", ""),
        ],
    ),
    (
        "a brace that is not closed",
        b"calendar: {edit: \"https://a.example/{id\"}\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 18, "unknown `{id` in a link: allowed `{id}` and `{name}`", ""),
        ],
    ),
    (
        "the id in the host of a link",
        b"calendar: {edit: \"https://{id}.example/\"}\nplans: [{name: A, expires: 2026-01-01}]\n",
        &[
            (1, 18, "`{id}` is not allowed in the host", "put it after the host, as in `https://www.example.org/renew/{id}`"),
        ],
    ),
    (
        "terms without a page",
        b"- {name: A, expires: 2026-01-01, terms: {checked: 2026-01-01}}\n- {name: B, expires: 2026-01-01, terms: {}}\n",
        &[
            (1, 34, "`terms` needs `url`, the page with the rules", "add a line such as `url: https://www.example.org/terms`"),
            (2, 34, "`terms` needs `url`, the page with the rules", "add a line such as `url: https://www.example.org/terms`"),
        ],
    ),
    (
        "terms of the wrong type",
        b"- {name: A, expires: 2026-01-01, terms: https://a.example/x}\n- {name: B, expires: 2026-01-01, terms: [https://a.example/x]}\n- {name: C, expires: 2026-01-01, terms: {url: www.a.example, checked: 2026-1-5}}\n- {name: D, expires: 2026-01-01, terms: Somewhere}\n",
        &[
            (1, 41, "`terms` must be a mapping, found `https://a.example/x`", "write `terms: {url: https://a.example/x}`"),
            (2, 41, "`terms` must be a mapping, found a list", "write `terms: {url: https://www.example.org/terms}`"),
            (3, 47, "`www.a.example` is not a web address", "write `https://www.a.example`"),
            (3, 71, "`2026-1-5` is not a date", "write `2026-01-05`"),
            (4, 41, "`terms` must be a mapping, found `Somewhere`", "write `terms: {url: https://www.example.org/terms}`"),
        ],
    ),
    (
        "contacts that are a number, a link or a list",
        b"- {name: A, expires: 2026-01-01, check: 2446, support: +47 900 00 001, cancel: www.a.example}\n- {name: B, expires: 2026-01-01, check: \"*100#\", support: [Ask], cancel: []}\n- {name: C, expires: 2026-01-01, check: \"\", support: \"a\\nb\", cancel: 0x10}\n- {name: D, expires: 2026-01-01, check: 1 month, support: 1e3}\n",
        &[
            (1, 41, "`check` must be a mapping or a sentence, found `2446`", "write `check: {call: \"2446\"}`"),
            (1, 56, "`support` must be a mapping or a sentence, found `+47 900 00 001`", "write `support: {call: \"+47 900 00 001\"}`"),
            (1, 80, "`cancel` must be a mapping or a sentence, found `www.a.example`", "write `cancel: {url: https://www.a.example}`"),
            (2, 41, "`check` must be a mapping or a sentence, found `*100#`", "write `check: {dial: \"*100#\"}`"),
            (2, 59, "`support` must be a mapping or a sentence, found a list", "write one sentence, or a mapping such as `support: {url: https://www.example.org}`"),
            (2, 74, "`cancel` must be a mapping or a sentence, found a list", "write one sentence, or a mapping such as `cancel: {url: https://www.example.org}`"),
            (3, 41, "`check` is empty", "give it a value, or remove the line"),
            (3, 54, "a line break where one line is wanted", "write it on one line"),
            (3, 70, "`cancel` must be a mapping or a sentence, found `0x10`", ""),
            (4, 41, "`check` must be a mapping or a sentence, found `1 month`", ""),
            (4, 59, "`support` must be a mapping or a sentence, found `1e3`", ""),
        ],
    ),
    (
        "a sentence as a key",
        b"- {name: A, expires: 2026-01-01, check: {sentence: Look, action: Look}, support: {action: [Ask], name: B}}\n",
        &[
            (1, 42, "unknown key `sentence`", "allowed here: action, url, app, dial, sms, call"),
            (1, 91, "`action` must be text, found a list", ""),
            (1, 98, "unknown key `name`", "allowed here: action, url, app, dial, sms, call"),
        ],
    ),
    (
        "a way without a validity behind one without a value",
        b"- {name: A, expires: 2026-01-01, renewal: [~, {method: shop, validity: 3 m}, {method: app}]}\n",
        &[
            (1, 44, "a way in `renewal` must be a mapping, found `~`", "give it a value, or remove the line"),
            (1, 72, "`3 m` is ambiguous: months or minutes?", "write `3 months`"),
            (1, 79, "this way has no `validity`, and another way has one", "add how long a renewal in this way lasts, such as `validity: 3 months`"),
        ],
    ),
];
