//! Plans files in many layouts before and after a new plan, byte for byte.

use weekahead::internals::{AddError, Document, FieldValue, Fields, add};

/// The keys and values of a plan with a name and a last day.
pub(crate) fn fields(name: &str) -> Fields {
    vec![
        ("expires", FieldValue::Plain("2027-03-31".to_owned())),
        ("name", FieldValue::Text(name.to_owned())),
    ]
}

#[test]
fn a_plan_is_added_in_the_style_of_the_list() {
    for (why, before, after) in [
        (
            "flow plans",
            "- {name: A, expires: 2027-01-31}\n",
            "- {name: A, expires: 2027-01-31}\n- {name: X, expires: 2027-03-31}\n",
        ),
        (
            "spaces in the brackets, and no line break at the end",
            "-  { name: A, expires: 2027-01-31 }",
            "-  { name: A, expires: 2027-01-31 }\n-  { name: X, expires: 2027-03-31 }",
        ),
        (
            "a tab after the dash",
            "-\t{name: A, expires: 2027-01-31}\n",
            "-\t{name: A, expires: 2027-01-31}\n-\t{name: X, expires: 2027-03-31}\n",
        ),
        (
            "the last plan decides",
            "- {name: A, expires: 2027-01-31}\n- name: B\n  expires: 2027-01-31\n",
            "- {name: A, expires: 2027-01-31}\n- name: B\n  expires: 2027-01-31\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "three spaces after the dash",
            "-   name: A\n    expires: 2027-01-31\n",
            "-   name: A\n    expires: 2027-01-31\n-   name: X\n    expires: 2027-03-31\n",
        ),
        (
            "an indented bare list",
            "  - name: A\n    expires: 2027-01-31\n",
            "  - name: A\n    expires: 2027-01-31\n  - name: X\n    expires: 2027-03-31\n",
        ),
        (
            "a list without an indent below `plans`, and keys after it",
            "plans:\n- name: A\n  expires: 2027-01-31\ncalendar: {name: C}\n",
            "plans:\n- name: A\n  expires: 2027-01-31\n- name: X\n  expires: 2027-03-31\ncalendar: {name: C}\n",
        ),
        (
            "keys below the dash",
            "-\n  name: A\n  expires: 2027-01-31\n",
            "-\n  name: A\n  expires: 2027-01-31\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "blank lines between plans",
            "- name: A\n  expires: 2027-01-31\n\n- name: B\n  expires: 2027-01-31\n",
            "- name: A\n  expires: 2027-01-31\n\n- name: B\n  expires: 2027-01-31\n\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "blank lines inside of plans only",
            "- name: A\n\n  expires: 2027-01-31\n- name: B\n\n  expires: 2027-01-31\n",
            "- name: A\n\n  expires: 2027-01-31\n- name: B\n\n  expires: 2027-01-31\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "CR LF",
            "- name: A\r\n  expires: 2027-01-31\r\n\r\n- name: B\r\n  expires: 2027-01-31\r\n",
            "- name: A\r\n  expires: 2027-01-31\r\n\r\n- name: B\r\n  expires: 2027-01-31\r\n\r\n- name: X\r\n  expires: 2027-03-31\r\n",
        ),
        (
            "CR",
            "- name: A\r  expires: 2027-01-31\r",
            "- name: A\r  expires: 2027-01-31\r- name: X\r  expires: 2027-03-31\r",
        ),
        (
            "a document with its marks",
            "%YAML 1.2\n---\n- name: A\n  expires: 2027-01-31\n...\n# end\n",
            "%YAML 1.2\n---\n- name: A\n  expires: 2027-01-31\n- name: X\n  expires: 2027-03-31\n...\n# end\n",
        ),
        (
            "JSON on one line",
            "[{\"name\": \"A\", \"expires\": \"2027-01-31\"}]\n",
            "[{\"name\": \"A\", \"expires\": \"2027-01-31\"}, {\"name\": \"X\", \"expires\": \"2027-03-31\"}]\n",
        ),
        (
            "JSON on several lines",
            "{\n  \"plans\": [\n    {\"name\": \"A\", \"expires\": \"2027-01-31\"}\n  ]\n}\n",
            "{\n  \"plans\": [\n    {\"name\": \"A\", \"expires\": \"2027-01-31\"},\n    {\"name\": \"X\", \"expires\": \"2027-03-31\"}\n  ]\n}\n",
        ),
        (
            "quoted keys in block style",
            "\"plans\":\n  - \"name\": A\n    \"expires\": 2027-01-31\n",
            "\"plans\":\n  - \"name\": A\n    \"expires\": 2027-01-31\n  - \"name\": \"X\"\n    \"expires\": \"2027-03-31\"\n",
        ),
        (
            "a flow list on one line",
            "plans: [{name: A, expires: 2027-01-31}]\n",
            "plans: [{name: A, expires: 2027-01-31}, {name: X, expires: 2027-03-31}]\n",
        ),
        (
            "a comma at its end",
            "plans: [{name: A, expires: 2027-01-31},]\n",
            "plans: [{name: A, expires: 2027-01-31}, {name: X, expires: 2027-03-31},]\n",
        ),
        (
            "on several lines, with a comma and comments at its end",
            "plans: [\n  {name: A, expires: 2027-01-31},  # a, b\n  # end\n]\n",
            "plans: [\n  {name: A, expires: 2027-01-31},  # a, b\n  {name: X, expires: 2027-03-31},\n  # end\n]\n",
        ),
        (
            "on several lines, without a comma at its end",
            "plans: [\n  {name: A, expires: 2027-01-31}  # a\n]\n",
            "plans: [\n  {name: A, expires: 2027-01-31},  # a\n  {name: X, expires: 2027-03-31}\n]\n",
        ),
        (
            "a plan with an anchor",
            "- &a {name: A, expires: 2027-01-31}\n",
            "- &a {name: A, expires: 2027-01-31}\n- {name: X, expires: 2027-03-31}\n",
        ),
        (
            "a plan that merges another",
            "- &a\n  name: A\n  expires: 2027-01-31\n- <<: *a\n  name: B\n",
            "- &a\n  name: A\n  expires: 2027-01-31\n- <<: *a\n  name: B\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "a list with an anchor, and plans over several lines",
            "plans: &all\n  - {name: A,\n     expires: 2027-01-31\n    }  # a\n",
            "plans: &all\n  - {name: A,\n     expires: 2027-01-31\n    }  # a\n  - {name: X, expires: 2027-03-31}\n",
        ),
        (
            "texts over several lines",
            "- name: A\n  expires: 2027-01-31\n  notes: a\n\n    b\n",
            "- name: A\n  expires: 2027-01-31\n  notes: a\n\n    b\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "a comment and a blank line between plans",
            "- {name: A, expires: 2027-01-31}\n# b\n\n# c\n- {name: B, expires: 2027-01-31}\n",
            "- {name: A, expires: 2027-01-31}\n# b\n\n# c\n- {name: B, expires: 2027-01-31}\n\n- {name: X, expires: 2027-03-31}\n",
        ),
        (
            "a list in the last plan",
            "- name: A\n  expires: 2027-01-31\n  tags:\n  - a\n  - b\n",
            "- name: A\n  expires: 2027-01-31\n  tags:\n  - a\n  - b\n- name: X\n  expires: 2027-03-31\n",
        ),
    ] {
        check(why, before, after);
    }
}

#[test]
fn comments_stay_where_they_belong() {
    for (why, before, after) in [
        (
            "directly behind the last plan, and at the end",
            "- name: A\n  expires: 2027-01-31  # a\n# behind\n\n# end\n",
            "- name: A\n  expires: 2027-01-31  # a\n# behind\n- name: X\n  expires: 2027-03-31\n\n# end\n",
        ),
        (
            "indented as plans",
            "plans:\n  - name: A\n    expires: 2027-01-31\n  # behind\n\n  # - name: B\n\n# end\n",
            "plans:\n  - name: A\n    expires: 2027-01-31\n  # behind\n\n  # - name: B\n\n  - name: X\n    expires: 2027-03-31\n\n# end\n",
        ),
        (
            "directly above the next key",
            "plans:\n  - name: A\n    expires: 2027-01-31\n# settings\ncalendar: {name: C}\n",
            "plans:\n  - name: A\n    expires: 2027-01-31\n  - name: X\n    expires: 2027-03-31\n# settings\ncalendar: {name: C}\n",
        ),
        (
            "behind the last plan, with a blank line before the next key",
            "plans:\n  - name: A\n    expires: 2027-01-31\n# behind\n\n# settings\ncalendar: {name: C}\n",
            "plans:\n  - name: A\n    expires: 2027-01-31\n# behind\n  - name: X\n    expires: 2027-03-31\n\n# settings\ncalendar: {name: C}\n",
        ),
        (
            "after a block of lines",
            "plans:\n- name: A\n  expires: 2027-01-31\n  notes: |\n    a\n\n    # no comment\n\n# settings\ncalendar: {name: C}\n",
            "plans:\n- name: A\n  expires: 2027-01-31\n  notes: |\n    a\n\n    # no comment\n- name: X\n  expires: 2027-03-31\n\n# settings\ncalendar: {name: C}\n",
        ),
        (
            "after a block of lines that keeps blank lines",
            "- name: A\n  expires: 2027-01-31\n  notes: |+\n    a\n\n\n# end\n",
            "- name: A\n  expires: 2027-01-31\n  notes: |+\n    a\n\n\n- name: X\n  expires: 2027-03-31\n# end\n",
        ),
        (
            "a block that keeps blank lines at the end of the file",
            "- name: A\n  expires: 2027-01-31\n  notes: >+\n    a\n\n",
            "- name: A\n  expires: 2027-01-31\n  notes: >+\n    a\n\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "a block without a line break at its end",
            "- name: A\n  expires: 2027-01-31\n  notes: |+\n    a",
            "- name: A\n  expires: 2027-01-31\n  notes: |+\n    a\n- name: X\n  expires: 2027-03-31",
        ),
        (
            "blank lines at the end",
            "- {name: A, expires: 2027-01-31}\n  \n\n",
            "- {name: A, expires: 2027-01-31}\n- {name: X, expires: 2027-03-31}\n  \n\n",
        ),
    ] {
        check(why, before, after);
    }
}

#[test]
fn an_empty_list_gets_its_first_plan() {
    for (why, before, after) in [
        ("nothing", "", "- name: X\n  expires: 2027-03-31\n"),
        (
            "a comment",
            "# mine\n",
            "# mine\n\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "a comment without a line break",
            "# mine",
            "# mine\n\n- name: X\n  expires: 2027-03-31\n",
        ),
        (
            "a comment that ends with CR LF",
            "# mine\r\n",
            "# mine\r\n\r\n- name: X\r\n  expires: 2027-03-31\r\n",
        ),
        ("a mark", "---\n", "---\n- name: X\n  expires: 2027-03-31\n"),
        ("brackets", "[]\n", "- name: X\n  expires: 2027-03-31\n"),
        (
            "brackets with a space",
            "[ ]\n",
            "[{name: X, expires: 2027-03-31} ]\n",
        ),
        (
            "`plans` in brackets",
            "plans: []  # none\ncalendar:\n    name: C\n",
            "plans:  # none\n    - name: X\n      expires: 2027-03-31\ncalendar:\n    name: C\n",
        ),
        (
            "`plans` in brackets with a comment",
            "plans: [\n  # none\n]\n",
            "plans: [{name: X, expires: 2027-03-31}\n  # none\n]\n",
        ),
        (
            "`plans` in brackets with an anchor",
            "plans: &all []\n",
            "plans: &all [{name: X, expires: 2027-03-31}]\n",
        ),
        (
            "`plans` in brackets with a tag",
            "plans: !!seq []\n",
            "plans: !!seq [{name: X, expires: 2027-03-31}]\n",
        ),
        (
            "brackets on the next line",
            "plans:  # all\n  []\n",
            "plans:  # all\n  [{name: X, expires: 2027-03-31}]\n",
        ),
        (
            "null on the next line",
            "plans:\n  null\n",
            "plans:\n  [{name: X, expires: 2027-03-31}]\n",
        ),
        (
            "brackets behind a mark",
            "--- []\n",
            "--- [{name: X, expires: 2027-03-31}]\n",
        ),
        (
            "an explicit key",
            "? plans\n: []\n",
            "? plans\n:\n  - name: X\n    expires: 2027-03-31\n",
        ),
        (
            "`plans` without a value",
            "calendar:\n  name: C\nplans:",
            "calendar:\n  name: C\nplans:\n  - name: X\n    expires: 2027-03-31",
        ),
        (
            "`plans` with comments below it",
            "plans:   # all\n  # - name: A\n\n# end\n",
            "plans:   # all\n  # - name: A\n  - name: X\n    expires: 2027-03-31\n\n# end\n",
        ),
        (
            "`plans: null` before `calendar`",
            "plans: null\ncalendar: {name: C}\n",
            "plans:\n  - name: X\n    expires: 2027-03-31\ncalendar: {name: C}\n",
        ),
        (
            "`plans: ~`",
            "plans: ~   # none\n",
            "plans:   # none\n  - name: X\n    expires: 2027-03-31\n",
        ),
        (
            "no `plans`",
            "calendar:\n  name: C\n",
            "calendar:\n  name: C\n\nplans:\n  - name: X\n    expires: 2027-03-31\n",
        ),
        (
            "JSON",
            "{calendar: {name: C}}\n",
            "{calendar: {name: C}, plans: [{name: X, expires: 2027-03-31}]}\n",
        ),
        (
            "JSON with a list",
            "{plans: []}\n",
            "{plans: [{name: X, expires: 2027-03-31}]}\n",
        ),
        (
            "JSON with null",
            "{plans: null}\n",
            "{plans: [{name: X, expires: 2027-03-31}]}\n",
        ),
    ] {
        check(why, before, after);
    }
}

fn check(why: &str, before: &str, after: &str) {
    let addition = add(before, &fields("X")).unwrap_or_else(|error| panic!("{why}: {error:?}"));
    assert_eq!(addition.text, after, "{why}");
    let read = Document::read(after.as_bytes()).unwrap_or_else(|error| panic!("{why}: {error:?}"));
    let plan = read.list().plans.last().expect("a plan");
    assert_eq!(plan.id, "X", "{why}");
}

#[test]
fn texts_are_in_quotes_where_they_need_them() {
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let plan = vec![
        ("name", text("No")),
        ("number", text("+47 900 00 001")),
        ("expires", FieldValue::Plain("2027-03".to_owned())),
        (
            "renewal",
            FieldValue::Map(vec![("action", text("a, b")), ("dial", text("*100#"))]),
        ),
        ("tags", FieldValue::List(vec![text("a"), text("b: c")])),
        ("notes", text("One.\nTwo #2.")),
    ];
    let block = add("- name: A\n  expires: 2027-01-31\n", &plan).expect("a plan");
    assert_eq!(
        block.text,
        "- name: A\n  expires: 2027-01-31\n\
         - name: \"No\"\n  number: \"+47 900 00 001\"\n  expires: 2027-03\n  \
           renewal: {action: \"a, b\", dial: \"*100#\"}\n  tags: [a, \"b: c\"]\n  \
           notes: |\n    One.\n    Two #2.\n"
    );
    let flow = add("- {name: A, expires: 2027-01-31}\n", &plan).expect("a plan");
    assert_eq!(
        flow.text,
        "- {name: A, expires: 2027-01-31}\n\
         - {name: \"No\", number: \"+47 900 00 001\", expires: 2027-03, \
         renewal: {action: \"a, b\", dial: \"*100#\"}, tags: [a, \"b: c\"], \
         notes: \"One.\\nTwo #2.\"}\n"
    );
}

#[test]
fn a_list_that_stands_elsewhere_is_left_alone() {
    for (text, place, message) in [
        (
            "<<: {plans: &l [{name: A, expires: 2027-01-31}]}\nplans: *l\n",
            "*l",
            "the list of plans is an alias: adding a plan would change another place too",
        ),
        (
            "<<: {plans: [{name: A, expires: 2027-01-31}]}\n",
            "<<",
            "the list of plans comes from `<<`: adding a plan would change another place too",
        ),
        (
            "? plans\n: - name: A\n    expires: 2027-01-31\n",
            "name",
            "the list is written in a form that weekahead cannot change",
        ),
    ] {
        let error = add(text, &fields("X")).expect_err(text);
        let AddError::ByHand(problem, lines) = error else {
            panic!("{text}: {error:?}");
        };
        assert_eq!(&text[problem.span], place, "{text}");
        assert_eq!(problem.what.message, message);
        assert_eq!(lines, ["- name: X", "  expires: 2027-03-31"]);
    }
}

#[test]
fn a_broken_file_and_a_taken_id_are_refused() {
    for (text, expected) in [
        ("- {name: A}\n", "a plan needs a date"),
        ("plans: 3\n", "`plans` must be a list, found `3`"),
        ("- name: A\n  expires: [\n", "`[` is never closed"),
        ("calendar: {nmae: C}\nplans: []\n", "unknown key `nmae`"),
        ("calender: {name: C}\n", "unknown key `calender`"),
    ] {
        let error = add(text, &fields("X")).expect_err(text);
        let AddError::InvalidFile(problems) = error else {
            panic!("{text}: {error:?}");
        };
        assert_eq!(problems.list()[0].what.message, expected, "{text}");
    }
    let taken = |is_name| AddError::IdTaken {
        id: "X".to_owned(),
        is_name,
    };
    let list = "- {name: X, expires: 2027-01-31}\n";
    assert_eq!(add(list, &fields("X")), Err(taken(true)));
    let mut plan = fields("Y");
    plan.push(("id", FieldValue::Text("X".to_owned())));
    assert_eq!(add(list, &plan), Err(taken(false)));
}
