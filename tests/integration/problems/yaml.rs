//! Files that are not YAML, or whose values have the wrong types.

use super::Row;

pub(crate) const TABLE: &[Row] = &[
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
        "an unknown key that is like no known one",
        b"- name: A\n  expires: 2026-01-01\n  colour: red\n",
        &[
            (3, 3, "unknown key `colour`", "allowed here: id, name, provider, number, expires, renewed, validity, extends, grace, price, renewal, check, support, cancel, terms, remind, tags, notes, history, ended"),
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
        "lists and mappings where text belongs",
        b"- name: [a]\n  expires: {x: y}\n  remind: {a: b}\n  tags: {a: 1}\n  steps: 1\n",
        &[
            (1, 9, "`name` must be text, found a list", ""),
            (2, 12, "`expires` must be a date, found a mapping", ""),
            (3, 11, "`remind` must be a length of time or a list of them, found a mapping", ""),
            (4, 9, "`tags` must be text or a list of texts, found a mapping", ""),
            (5, 3, "unknown key `steps`", "allowed here: id, name, provider, number, expires, renewed, validity, extends, grace, price, renewal, check, support, cancel, terms, remind, tags, notes, history, ended"),
        ],
    ),
    (
        "text where mappings and lists belong",
        b"- name: A\n  expires: 2026-01-01\n  renewal: website\n  history: x\n  check: \"*100#\"\n  support: \"1\"\n",
        &[
            (3, 12, "`renewal` must be a mapping or a list of mappings, found `website`", "write `renewal: {method: website}`"),
            (4, 12, "`history` must be a list, found `x`", "begin each item with `- `"),
            (5, 10, "`check` must be a mapping or a sentence, found `*100#`", "write `check: {dial: \"*100#\"}`"),
            (6, 12, "`support` must be a mapping or a sentence, found `1`", "write `support: {call: \"1\"}`"),
        ],
    ),
    (
        "items of the list that are not plans",
        b"- Telenor\n- [a]\n-\n- {name: A, expires: 2026-01-01}\n",
        &[
            (1, 3, "a plan must be a mapping, found `Telenor`", "write `- name: Telenor`"),
            (2, 3, "a plan must be a mapping, found a list", ""),
            (3, 2, "a plan has no value", "give it a value, or remove the line"),
        ],
    ),
    (
        "text in the place of the list",
        b"hello\n",
        &[
            (1, 1, "a list of plans was expected, found text", "begin each plan with `- name: `"),
        ],
    ),
    (
        "null where text belongs",
        b"- name: null\n  expires:\n  notes: ~\n",
        &[
            (1, 9, "`name` must be text, found `null`", "give it a value, or remove the line; if you mean the word, put it in quotes"),
            (2, 3, "`expires` has no value", "give it a value, or remove the line"),
            (3, 10, "`notes` must be text, found `~`", "give it a value, or remove the line; if you mean the word, put it in quotes"),
        ],
    ),
    (
        "null where a certain format is expected",
        b"- {name: A, expires: null, remind: null, price: ~, renewal: {url: null, method: null}, history: null}\n",
        &[
            (1, 22, "`expires` must be a date, found `null`", "give it a value, as in `2027-01-31`, or remove the line"),
            (1, 36, "`remind` must be a length of time or a list of them, found `null`", "give it a value, as in `[7d, 1d]`, or remove the line"),
            (1, 49, "`price` must be a price, found `~`", "give it a value, as in `49 NOK`, or remove the line"),
            (1, 67, "`url` must be a web address, found `null`", "give it a value, as in `https://www.example.org`, or remove the line"),
            (1, 81, "`method` must be text, found `null`", "give it a value, or remove the line"),
            (1, 97, "`history` must be a list, found `null`", "give it a value, or remove the line"),
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
        "characters beyond ASCII that YAML does not allow",
        b"- name: \"A\xc2\x9bB\"\n  provider: C\xef\xbf\xbeD\n  notes: \xef\xbf\xbf\n  expires: 2026-01-01\n",
        &[
            (1, 11, "control character U+009B", "remove it"),
            (2, 14, "control character U+FFFE", "remove it"),
            (3, 10, "control character U+FFFF", "remove it"),
        ],
    ),
    (
        "a noncharacter in a date",
        b"- {name: A, expires: \"\\uFFFE\"}\n",
        &[
            (1, 22, "`\\u{fffe}` is not a date", "write year, month and day as `2026-10-05`"),
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
            (1, 9, "`name` is empty", "give it a value, or remove the line"),
            (3, 13, "`provider` is empty", "give it a value, or remove the line"),
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
        "mappings and a list without a value",
        b"calendar:\nplans:\n- name: A\n  expires: 2026-01-01\n  check: ~\n  support:\n  history:\n",
        &[
            (1, 1, "`calendar` has no value", "give it a value, or remove the line"),
            (5, 10, "`check` must be a mapping or a sentence, found `~`", "give it a value, or remove the line"),
            (6, 3, "`support` has no value", "give it a value, or remove the line"),
            (7, 3, "`history` has no value", "give it a value, or remove the line"),
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
        "a tag",
        b"- name: !foo A\n  expires: !!timestamp 2026-01-01\n",
        &[
            (1, 9, "the tag `!foo` is not known here", "a text that begins with `!` needs quotes"),
            (2, 12, "the tag `!!timestamp` is not known here", "a text that begins with `!` needs quotes"),
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
            (1, 10, "a `:` where no key can be", "a text with `: ` in it needs quotes; a key needs its own line"),
        ],
    ),
    (
        "an indent that matches no line above",
        b"- name: A\n   expires: 2026-01-01\n",
        &[
            (2, 11, "a `:` where no key can be", "a text with `: ` in it needs quotes; a key needs its own line"),
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
        "a list of leads without brackets",
        b"- name: A\n  expires: 2026-01-01\n  remind: 14d, 7d, 1d\n",
        &[
            (3, 11, "`14d, 7d, 1d` is not one length of time: years, months, weeks and days come once each, in that order, without commas", "a list needs brackets: `[14d, 7d, 1d]`"),
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
            (3, 5, "this item is not in line with its list", "put each `-` of a list into the same column"),
        ],
    ),
    (
        "an alias of a whole plan",
        b"- &x {name: A, expires: 2026-01-01}\n- *x\n",
        &[
            (2, 3, "`A` is the id of another plan already", "a plan without `id` uses its name as the id: give this one an `id`"),
        ],
    ),
    (
        "a text that begins with a bang",
        b"- {name: !a , expires: 2026-01-01}\n",
        &[
            (1, 10, "the tag `!a` is not known here", "a text that begins with `!` needs quotes"),
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
        "leads without brackets, the longer first",
        b"- name: A\n  expires: 2026-01-01\n  remind: 3 months, 1 week\n",
        &[
            (3, 11, "`3 months, 1 week` is not one length of time: years, months, weeks and days come once each, in that order, without commas", "a list needs brackets: `[14d, 7d, 1d]`"),
        ],
    ),
    (
        "a wrong value of a misspelt key",
        b"- name: A\n  expire: 2027-02-30\n",
        &[
            (2, 3, "unknown key `expire`", "did you mean `expires`?"),
            (2, 11, "`2027-02-30` does not exist: February 2027 has 28 days", ""),
        ],
    ),
    (
        "keys that are guessed, with values of other types",
        b"calendar: {lang: nb, notes: x}\nplans:\n- {name: A, expires: 2027-01-31, support: {tel: \"+47\"}, phone: \"1\", renew: {method: website}}\n- {name: B, expire: {a: b}, renewals: [{method: x}], history: [{on: 2026-01-01, no: 12}]}\n",
        &[
            (1, 12, "unknown key `lang`", "did you mean `language`?"),
            (1, 22, "unknown key `notes`", "did you mean `notices`?"),
            (3, 44, "unknown key `tel`", "did you mean `call`?"),
            (3, 57, "unknown key `phone`", "did you mean `number`?"),
            (3, 69, "unknown key `renew`", "did you mean `renewal`?"),
            (4, 13, "unknown key `expire`", "did you mean `expires`?"),
            (4, 29, "unknown key `renewals`", "did you mean `renewal`?"),
            (4, 49, "unknown method `x`: allowed website, app, third-party, shop, voucher, sms, call, ussd, auto-debit, other", ""),
            (4, 81, "unknown key `no`", "did you mean `on`?"),
        ],
    ),
    (
        "full-width colons and commas",
        "- name：Telenor\n- {name: A，expires: 2027-01-31}\n".as_bytes(),
        &[
            (1, 3, "a plan must be a mapping, found `name：Telenor`", "write the colon `:` with a space after it, as in `- name: My SIM`"),
            (2, 11, "a full-width `，` where YAML needs `,`", "write the comma `,` with a space after it, as in `{name: A, expires: 2027-01-31}`"),
        ],
    ),
    (
        "a full-width colon behind a key",
        "- name: A\n  expires：2027-01-31\n".as_bytes(),
        &[
            (2, 10, "a full-width `：` where YAML needs `:`", "write the colon `:` with a space after it, as in `name: My SIM`"),
        ],
    ),
    (
        "a full-width colon behind the first key",
        "- name：A\n  expires: 2027-01-31\n".as_bytes(),
        &[
            (1, 3, "a plan must be a mapping, found `name：A expires`", "write the colon `:` with a space after it, as in `- name: My SIM`"),
            (1, 7, "a full-width `：` where YAML needs `:`", "write the colon `:` with a space after it, as in `name: My SIM`"),
        ],
    ),
    (
        "no space behind a colon",
        b"calendar:\n  language:nb\nplans:\n- {name: A, expires:2027-01-01}\n- name:My SIM\n- name: B\n  expires:2027-01-01\n",
        &[
            (2, 3, "`calendar` must be a mapping, found `language:nb`", "write the colon `:` with a space after it: `language: nb`"),
            (4, 13, "unknown key `expires:2027-01-01`", "write the colon `:` with a space after it: `expires: 2027-01-01`"),
            (5, 3, "a plan must be a mapping, found `name:My SIM`", "write the colon `:` with a space after it, as in `- name: My SIM`"),
            (7, 3, "a key and a colon were expected here", "write the colon `:` with a space after it: `expires: 2027-01-01`"),
        ],
    ),
    (
        "a plan in brackets without its list",
        b"{id: a, name: A, expires: 2027-01-31}\n",
        &[
            (1, 2, "a list of plans was expected, found a plan", "write it as a list: `- {\u{2026}}`"),
        ],
    ),
    (
        "a key between two columns",
        b"- name: A\n expires: 2027-01-31\n",
        &[
            (2, 2, "this line has the indent of no key above", "put the keys of one mapping into the same column"),
        ],
    ),
    (
        "a plan without its dash",
        b"name: A\nexpires: 2027-01-31\n",
        &[
            (1, 1, "a list of plans was expected, found a plan", "write it as a list: `- name: …`, and put its other keys in line with `name`"),
        ],
    ),
];
