//! Files whose values are wrong.

use super::Row;

pub(crate) const TABLE: &[Row] = &[
    (
        "a missing name",
        b"- expires: 2026-01-01\n",
        &[
            (1, 3, "a plan needs a `name`", "add a line such as `name: My SIM`"),
        ],
    ),
    (
        "no date",
        b"- name: A\n",
        &[
            (1, 3, "a plan needs a date", "add `expires: 2027-01-31`, or `renewed: 2026-10-05` with `validity: 3 months`"),
        ],
    ),
    (
        "a renewal without a validity",
        b"- {name: A, renewed: 2026-01-01}\n",
        &[
            (1, 13, "`renewed` needs `validity`", "say how long a renewal lasts, as in `validity: 3 months`"),
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
            (4, 44, "a second `auto-debit`: a plan can have only one", ""),
        ],
    ),
    (
        "`until` of a method that is not automatic",
        b"- name: A\n  expires: 2026-01-01\n  renewal: {method: shop, until: 2026-01-01}\n",
        &[
            (3, 27, "only a way with `method: auto-debit` can have an `until`", "add `method: auto-debit`, or remove the line"),
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
            (3, 13, "`0` is shorter than a day: allowed from 1 day", ""),
        ],
    ),
    (
        "a validity of 0 days",
        b"- name: A\n  renewed: 2026-01-01\n  validity: 0 days\n",
        &[
            (3, 13, "`0 days` is shorter than a day: allowed from 1 day", ""),
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
            (1, 52, "`extends` needs `expires` with `validity`, and no `renewed`", "give the date itself, `expires`, instead of `renewed`, or remove `extends`"),
        ],
    ),
    (
        "extends from something else",
        b"- {name: A, expires: 2026-01-01, validity: 1 year, extends: from-today}\n",
        &[
            (1, 61, "unknown extends `from-today`: allowed from-renewal, from-expiry, never-shorter", ""),
        ],
    ),
    (
        "a duplicate id",
        b"- {id: a, name: A, expires: 2026-01-01}\n- {id: a, name: B, expires: 2026-01-01}\n",
        &[
            (2, 8, "id `a` is used already", "give each plan an id of its own"),
        ],
    ),
    (
        "the same derived id twice",
        b"- {name: A, expires: 2026-01-01}\n- {name: A, expires: 2026-01-01}\n",
        &[
            (2, 10, "`A` is the id of another plan already", "a plan without `id` uses its name as the id: give this one an `id`"),
        ],
    ),
    (
        "an id that another plan derives",
        b"- {id: b, name: A, expires: 2026-01-01}\n- {name: b, expires: 2026-01-01}\n",
        &[
            (2, 10, "`b` is the id of another plan already", "a plan without `id` uses its name as the id: give this one an `id`"),
        ],
    ),
    (
        "a duplicate id in a plan with another problem",
        b"- {id: a, name: A, expires: 2026-01-01}\n- {id: a, name: B, expires: soon}\n",
        &[
            (2, 8, "id `a` is used already", "give each plan an id of its own"),
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
            (1, 57, "unknown numbers `mask`: allowed masked, full, hidden", "did you mean `masked`?"),
            (1, 74, "`9:00` is not a time of day", "write hours and minutes as `\"09:00\"`, 00:00 to 23:59"),
            (1, 86, "`foo` is not a web address", "a link begins with `https://` or `http://`"),
        ],
    ),
    (
        "prices",
        b"- name: A\n  expires: 2026-01-01\n  price: 49\n  history: [{on: 2026-01-01, paid: 5 kr}, {paid: 1 EUR}]\n",
        &[
            (3, 10, "`49` has no currency", "add its code of ISO 4217: `49 NOK`"),
            (4, 36, "`kr` in `5 kr` is not a currency code of ISO 4217", "write `5 NOK`, `5 SEK`, `5 DKK` or `5 ISK`"),
            (4, 44, "a renewal in `history` needs `on`, its day", ""),
        ],
    ),
    (
        "what an input method for Chinese writes",
        "- name: A\n  expires: “2027-01-31”\n  grace: 3月\n  price: ¥8\n  history: [{on: 2026/10/5, paid: 49克朗}]\n  remind: [7天，1天]\n".as_bytes(),
        &[
            (2, 12, "`“2027-01-31”` is not a date", "write `2027-01-31`"),
            (3, 10, "`3月` is ambiguous: a month of the year, or a number of months?", "write `3个月`"),
            (4, 10, "`¥8` is not a price", "write `8 CNY` or `8 JPY`"),
            (5, 18, "`2026/10/5` is not a date", "write `2026-10-05`"),
            (5, 35, "`克朗` in `49克朗` is not a currency code of ISO 4217", "write `49 NOK`, `49 SEK`, `49 DKK` or `49 ISK`"),
            (6, 12, "`7天，1天` is not one length of time: years, months, weeks and days come once each, in that order, without commas", "a list needs brackets and the comma `,`: `[14d, 7d, 1d]`"),
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
            (3, 28, "`0 days` is shorter than a day: allowed from 1 day", ""),
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
        "`until` without a method",
        b"- {name: A, expires: 2026-01-01, renewal: {until: 2027-01-01}}\n",
        &[
            (1, 44, "only a way with `method: auto-debit` can have an `until`", "add `method: auto-debit`, or remove the line"),
        ],
    ),
    (
        "too many leads",
        b"- {name: A, expires: 2026-01-01, remind: [1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d, 9d, 10d, 11d, 12d, 13d, 14d, 15d, 16d, 17d, 18d, 19d, 20d, 21d, 22d, 23d, 24d, 25d, 26d, 27d, 28d, 29d, 30d, 31d, 32d, 33d, 34d, 35d, 36d, 37d, 38d, 39d, 40d, 41d, 42d, 43d, 44d, 45d, 46d, 47d, 48d, 49d, 50d, 51d]}\n",
        &[
            (1, 43, "51 lengths of time: allowed up to 50", ""),
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
        "names that are blank",
        b"- {name: \"\\u2028\", expires: 2026-01-01}\n- {name: \"\\u3000\\_\", expires: 2026-01-01}\n",
        &[
            (1, 10, "`name` is empty", "give it a value, or remove the line"),
            (2, 10, "`name` is empty", "give it a value, or remove the line"),
        ],
    ),
    (
        "contacts without content",
        b"- {name: A, expires: 2026-01-01, support: \"\", check: {sms: SALDO to 2446}}\n",
        &[
            (1, 43, "`support` is empty", "give it a value, or remove the line"),
            (1, 60, "`sms` must be a mapping, found `SALDO to 2446`", "write `sms: {to: \"1933\", text: START}`"),
        ],
    ),
    (
        "lengths with abbreviated months",
        b"- {name: A, renewed: 2026-01-01, validity: 1y6m}\n- {name: B, renewed: 2026-01-01, validity: 2 years 3m}\n- {name: C, renewed: 2026-01-01, validity: 1m 3d}\n",
        &[
            (1, 44, "`1y6m` is ambiguous: months or minutes?", "write `1 year 6 months`"),
            (2, 44, "`2 years 3m` is ambiguous: months or minutes?", "write `2 years 3 months`"),
            (3, 44, "`1m 3d` is ambiguous: months or minutes?", "write `1 month 3 days`"),
        ],
    ),
    (
        "an offset for a time zone",
        b"calendar: {timezone: GMT+8}\nplans:\n- {name: A, expires: 2026-01-01}\n",
        &[
            (1, 22, "unknown time zone `GMT+8`", "write `Etc/GMT-8`, whose sign is reversed, or the name of a city's zone"),
        ],
    ),
    (
        "an abbreviation for a time zone",
        b"calendar: {timezone: PST}\nplans:\n- {name: A, expires: 2026-01-01}\n",
        &[
            (1, 22, "unknown time zone `PST`", "write a name of the IANA database, as in `Europe/Oslo`"),
        ],
    ),
    (
        "amounts that are wrong in any currency",
        b"- {name: A, expires: 2026-01-01, price: -5}\n- {name: B, expires: 2026-01-01, price: 2026-1-5}\n",
        &[
            (1, 41, "the amount `-5` in `-5` cannot be read: allowed 1 to 12 digits, then perhaps a point and 1 to 4 decimals", ""),
            (2, 41, "the amount `2026-1-5` in `2026-1-5` cannot be read: allowed 1 to 12 digits, then perhaps a point and 1 to 4 decimals", ""),
        ],
    ),
    (
        "ways that are text",
        b"- {name: A, expires: 2026-01-01, renewal: Top up 49 NOK, check: https://a.example/x, support: https://a.example/x}\n- {name: B, expires: 2026-01-01, renewal: https://a.example/x?a=b}\n- {name: C, expires: 2026-01-01, renewal: Auto debit, support: www.a.example}\n- name: D\n  expires: 2026-01-01\n  renewal: Top up, then check\n- name: E\n  expires: 2026-01-01\n  renewal: Whatever it takes, in a sentence of many words\n",
        &[
            (1, 43, "`renewal` must be a mapping or a list of mappings, found `Top up 49 NOK`", "write `renewal: {action: Top up 49 NOK}`"),
            (1, 65, "`check` must be a mapping or a sentence, found `https://a.example/x`", "write `check: {url: https://a.example/x}`"),
            (1, 95, "`support` must be a mapping or a sentence, found `https://a.example/x`", "write `support: {url: https://a.example/x}`"),
            (2, 43, "`renewal` must be a mapping or a list of mappings, found `https://a.example/x?a=b`", "write `renewal: {url: \"https://a.example/x?a=b\"}`"),
            (3, 43, "`renewal` must be a mapping or a list of mappings, found `Auto debit`", "write `renewal: {method: auto-debit}`"),
            (3, 64, "`support` must be a mapping or a sentence, found `www.a.example`", "write `support: {url: https://www.a.example}`"),
            (6, 12, "`renewal` must be a mapping or a list of mappings, found `Top up, then check`", "write `renewal: {action: \"Top up, then check\"}`"),
            (9, 12, "`renewal` must be a mapping or a list of mappings, found `Whatever it takes, in a sentence of many words`", "write `renewal: {action: \u{2026}}`"),
        ],
    ),
    (
        "histories of the wrong type",
        b"- {name: A, expires: 2026-01-01, history: {on: 2025-01-01}}\n- {name: B, expires: 2026-01-01, history: [2025-01-01]}\n- {name: C, expires: 2026-01-01, history: 2025-01-01}\n",
        &[
            (1, 43, "`history` must be a list, found a mapping", "write a list: `history: [{on: 2026-10-05}]`"),
            (2, 44, "a renewal in `history` must be a mapping, found `2025-01-01`", "write `{on: 2025-01-01}`"),
            (3, 43, "`history` must be a list, found `2025-01-01`", "write `history: [{on: 2025-01-01}]`"),
        ],
    ),
    (
        "texts without visible characters",
        b"- {name: \"\\u200b\", expires: 2026-01-01, tags: [\"\"]}\n",
        &[
            (1, 10, "`name` is empty", "give it a value, or remove the line"),
            (1, 48, "`tags` has an empty text", "give it a value, or remove the line"),
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
