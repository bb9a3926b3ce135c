//! Files that were made to hurt: each is refused with its reason. What is linear here takes a
//! second; what were quadratic would take hours and be noticed.

use std::fmt::Write as _;
use std::fs::File;
use std::process::Stdio;

use crate::harness::{Left, Place};

fn refusal(content: &[u8]) -> String {
    let place = Place::with("plans.yaml", content);
    let left = place.run(&["build", "plans.yaml", "-o", "plans.ics"]);
    assert_eq!(
        left.code,
        Some(1),
        "{}",
        &left.err[..left.err.len().min(300)]
    );
    assert_eq!(place.names(), ["plans.yaml"]);
    left.err.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn nesting_is_refused_at_once() {
    let deep = "error: nested too deep: allowed up to 64 levels";
    assert_eq!(refusal("[".repeat(100_000).as_bytes()), deep);
    assert_eq!(refusal("- ".repeat(100_000).as_bytes()), deep);
    assert_eq!(refusal("? ".repeat(100_000).as_bytes()), deep);
    assert_eq!(
        refusal(format!("- name: {}", "{a: ".repeat(100_000)).as_bytes()),
        deep
    );
    let mut blocks = String::new();
    for depth in 0..2000 {
        let _ = writeln!(blocks, "{}a:", " ".repeat(depth));
    }
    assert_eq!(refusal(blocks.as_bytes()), deep);
}

#[test]
fn a_bomb_of_aliases_stays_small() {
    let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
    for (from, to) in ('a'..'y').zip('b'..'z') {
        let aliases = vec![format!("*{from}"); 9].join(",");
        let _ = writeln!(bomb, "{to}: &{to} [{aliases}]");
    }
    assert_eq!(refusal(bomb.as_bytes()), "error: unknown key `a`");

    let mut merges = format!(
        "- &a {{name: A, expires: 2026-01-01, notes: \"{}\"}}\n",
        "x".repeat(60_000)
    );
    for index in 0..10_000 {
        let _ = writeln!(merges, "- {{<<: *a, id: i{index}}}");
    }
    assert_eq!(
        refusal(merges.as_bytes()),
        "error: aliases repeat too much text: allowed up to 64 MiB"
    );
    assert_eq!(
        refusal(b"- &a {name: x, expires: 2026-01-01, renewal: *a}\n- &c {<<: *c}\n"),
        "error: unknown key `name`"
    );
}

/// Found by fuzzing: each way of these took minutes, or as long as the machine lives.
#[test]
fn what_is_merged_again_and_again_is_looked_at_once() {
    // Twice into itself, and at 64 levels that twice.
    let itself = "- &a {name: A, expires: 2026-01-01, <<: *a, <<: *a}\n";
    assert_eq!(
        refusal(itself.as_bytes()),
        "error: `<<` leads back to itself"
    );
    for itself in ["[*a, *a]", "&b [*b, *a, *b]"] {
        let itself = format!("- &a {{nmae: , expires: 2026-01-01, <<: {itself}}}\n");
        assert_eq!(refusal(itself.as_bytes()), "error: unknown key `nmae`");
    }
    // A thousand wrong keys into a thousand plans.
    let keys: Vec<String> = (0..1000).map(|key| format!("k{key}: 1")).collect();
    let keys = keys.join(", ");
    let mut many = format!("- &a {{name: A, expires: 2026-01-01, {keys}}}\n");
    for plan in 0..8000 {
        let _ = writeln!(many, "- {{<<: *a, id: i{plan}}}");
    }
    assert_eq!(refusal(many.as_bytes()), "error: unknown key `k0`");
    // Thirty mappings, each twice into the next: a good list.
    let mut twice = String::from("- &b0 {name: A, expires: 2026-01-01}\n");
    for plan in 1..30 {
        let base = plan - 1;
        let _ = writeln!(
            twice,
            "- &b{plan} {{id: b{plan}, <<: [*b{base}, *b{base}]}}"
        );
    }
    let place = Place::with("plans.yaml", &twice);
    let feed = place.feed(&["build"]);
    assert_eq!(feed.matches("SUMMARY:A expires on 1 Jan 2026").count(), 30);
    let renewed = [
        "renew",
        "b29",
        "--on",
        "2026-01-01",
        "--until",
        "2026-07-01",
    ];
    let left = place.run(&renewed);
    assert_eq!(left.code, Some(1), "{}", left.err);
    assert!(left.err.contains("comes from `<<`"), "{}", left.err);
}

#[test]
fn a_file_may_have_64_mib_and_not_a_byte_more() {
    let limit = 64 << 20;
    let mut file = b"- {name: A, expires: 2026-01-01}\n".to_vec();
    file.resize(limit, b'#');
    let place = Place::with("plans.yaml", &file);
    assert_eq!(place.run(&["build", "-o", "plans.ics", "-q"]).code, Some(0));
    file.push(b'#');
    assert_eq!(
        refusal(&file),
        "error: the file is too long: allowed up to 64 MiB"
    );
}

#[cfg(unix)]
#[test]
fn what_never_ends_is_not_read_to_its_end() {
    let place = Place::new();
    let left = place.run(&["build", "/dev/zero"]);
    assert_eq!(left.code, Some(1));
    let first = left.err.lines().next();
    assert_eq!(
        first,
        Some("error: the file is too long: allowed up to 64 MiB")
    );

    let mut command = place.command(&["build", "-"]);
    command.stdin(Stdio::from(File::open("/dev/zero").expect("/dev/zero")));
    assert_eq!(Left::of(&mut command).code, Some(1));

    File::create(place.path("sparse.yaml"))
        .and_then(|file| file.set_len(1 << 40))
        .expect("a sparse file");
    assert_eq!(place.run(&["build", "sparse.yaml"]).code, Some(1));
}

/// A daily renewal for three years repeats its notes a thousand times.
#[test]
fn the_events_of_a_plan_stay_small() {
    const DAILY: &str = "renewed: 1900-01-01, validity: 1 day, renewal: {method: auto-debit}";
    let plan = |notes: usize| {
        let notes = "n".repeat(notes);
        format!(
            "- {{name: Small, expires: 2027-01-31}}\n- {{id: b, name: B, price: 1 EUR, {DAILY}, notes: {notes}}}\n"
        )
    };
    let error = "error: the events of this plan would have about 72 MiB: allowed up to 4 MiB
 --> plans.yaml:2:17
";
    let hint = "= hint: each event repeats the notes and the steps: shorten them, or make the `validity` longer\n";
    let place = Place::with("plans.yaml", plan(65_000));
    for (command, code) in [("build", 1), ("check", 1)] {
        let left = place.run(&[command, "--today", "2026-11-23"]);
        assert_eq!(left.code, Some(code));
        let said = left.out + &left.err;
        assert!(
            said.starts_with(error) && said.contains(hint),
            "{command}: {said}"
        );
    }
    let left = place.run(&["build", "--today", "2026-11-23", "-o", "all.ics"]);
    assert_eq!(left.code, Some(1), "{}", left.err);

    let place = Place::with("plans.yaml", plan(2_500));
    place.feed(&["build", "--today", "2026-11-23", "--quiet"]);
}

/// However many such plans a short file has, by an alias.
#[test]
fn a_feed_of_few_plans_stays_small() {
    use std::fmt::Write as _;
    let mut text = format!(
        "- {{name: A, expires: 2027-01-31, notes: &n {}}}\n",
        "n".repeat(3_000)
    );
    for index in 0..30 {
        let _ = writeln!(
            text,
            "- {{name: B{index}, renewed: 1900-01-01, validity: 1 day, renewal: {{method: auto-debit}}, notes: *n}}"
        );
    }
    let left = Place::with("plans.yaml", text).run(&["build", "--today", "2026-11-23"]);
    assert_eq!(left.code, Some(1));
    let first = left.err.lines().next();
    assert_eq!(
        first,
        Some("error: the feed is too long: allowed up to 65 MiB for 31 plans")
    );
}

#[test]
fn many_problems_are_counted_and_not_all_kept() {
    let mut plans = String::new();
    for index in 0..30_000 {
        let _ = writeln!(plans, "- {{name: a{index}, expires: 2026-02-30}}");
    }
    let place = Place::with("plans.yaml", plans);
    let more =
        "plans.yaml: 29950 more problems; `weekahead check --all plans.yaml` shows them all\n";
    for command in [
        &["build"][..],
        &["list"],
        &["renew", "a1"],
        #[cfg(feature = "serve")]
        &["serve", "--listen", "127.0.0.1:0"],
        &["publish", "--to", "site"],
        &["url", "--base-url", "https://a.example"],
        &["check"],
    ] {
        let left = place.run(command);
        assert_eq!(left.code, Some(1), "{command:?}: {}", left.err);
        let said = left.out + &left.err;
        assert_eq!(said.matches("error: ").count(), 50, "{command:?}");
        let (shown, _) = said.split_once(more).expect("how to see the others");
        assert!(shown.contains("--> plans.yaml:50:"), "{command:?}: {shown}");
    }
    let built = place.run(&["build"]).err;
    assert!(
        built.ends_with("\n30000 problems; nothing was written\n"),
        "{built}"
    );

    let all = place.run(&["check", "--all"]);
    assert_eq!((all.code, all.err.as_str()), (Some(1), ""));
    assert_eq!(all.out.matches("error: ").count(), 30_000);
    assert!(!all.out.contains("more problems"));
    assert!(all.out.ends_with("\n30000 errors\n"));

    let report = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&place.run(arguments).out).expect("JSON")
    };
    let (first, all) = (
        report(&["check", "--json"]),
        report(&["check", "--json", "--all"]),
    );
    let problems =
        |report: &serde_json::Value| report[0]["problems"].as_array().expect("problems").clone();
    assert_eq!(
        (&first[0]["omitted"], &all[0]["omitted"]),
        (&29_950.into(), &0.into())
    );
    assert_eq!(problems(&all).len(), 30_000);
    assert_eq!(problems(&first), problems(&all)[..50]);
}

/// What is wrong with the last plan stands first in the file, and the rules look at it last.
#[test]
fn the_first_problems_of_a_file_are_shown_whatever_finds_them() {
    let mut plans = String::from("calendar: {color: none}\nplans:\n");
    for index in 0..100 {
        let _ = writeln!(
            plans,
            "- {{number: '', nmae: a{index}, name: b, name: c, expires: x}}"
        );
    }
    let place = Place::with("plans.yaml", plans);
    let report = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&place.run(arguments).out).expect("JSON")
    };
    let (first, all) = (
        report(&["check", "--json"]),
        report(&["check", "--json", "--all"]),
    );
    let all = all[0]["problems"].as_array().expect("problems");
    let place_of = |problem: &serde_json::Value| {
        let number = |key: &str| problem[key].as_u64().expect("a number");
        (number("line"), number("column"))
    };
    assert!(all.is_sorted_by_key(place_of));
    let first_plan: Vec<_> = all
        .iter()
        .map(place_of)
        .filter(|place| place.0 == 3)
        .collect();
    assert_eq!(first_plan, [(3, 12), (3, 16), (3, 35), (3, 53)]);
    assert_eq!(
        first[0]["problems"].as_array().expect("problems")[..],
        all[..50]
    );
    assert_eq!(first[0]["omitted"], all.len() - 50);
}

/// Warnings are as many as problems can be.
#[test]
fn many_warnings_are_counted_and_not_all_shown() {
    let plan = |index| format!("- {{id: i{index}, name: A, expires: 2026-01-01}}\n");
    let plans: String = (0..60).map(plan).collect();
    let place = Place::with("a b.yaml", plans);
    let left = place.run(&["check", "a b.yaml", "--today", "2026-11-23"]);
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    assert_eq!(left.out.matches("warning: ").count(), 50);
    let end = "a b.yaml: 10 more problems; `weekahead check --all 'a b.yaml'` shows them all\n60 warnings\n";
    assert!(left.out.ends_with(end), "{}", left.out);
    let all = place.run(&["check", "--all", "a b.yaml", "--today", "2026-11-23"]);
    assert_eq!(all.out.matches("warning: ").count(), 60);
}

/// Each of these took from 45 to 136 times its size. `ulimit` bounds the address space, of which a
/// part is never touched.
#[cfg(unix)]
#[test]
fn a_refused_file_takes_little_memory() {
    const FILE_BYTES: usize = 1 << 20;
    const MAX_KIB: usize = 72 << 10;
    let repeat = |item: &str| item.repeat(FILE_BYTES / item.len());
    let number = |item: &dyn Fn(usize) -> String| {
        let count = FILE_BYTES / item(100_000).len();
        (100_000..100_000 + count).map(item).collect::<String>()
    };
    for (kind, text) in [
        ("mappings", repeat("- a: b\n")),
        ("names", number(&|n| format!("- name: x{n}\n"))),
        (
            "one id",
            repeat("- {id: a, name: B, expires: 2027-01-31}\n"),
        ),
        (
            "dates",
            number(&|n| format!("- {{name: x{n}, expires: 2027-02-30}}\n")),
        ),
        (
            "unknown keys",
            number(&|n| format!("- name: x\n  k{n}: 1\n  expires: 2027-01-31\n")),
        ),
        (
            "deep lists",
            repeat(&format!("- {}{}\n", "[".repeat(60), "]".repeat(60))),
        ),
        (
            "a long list in brackets",
            format!("[{}]", "a,".repeat(400_000)),
        ),
        (
            "a key again and again",
            format!("- {{{}}}", repeat("name: 1,")),
        ),
    ] {
        let place = Place::with("plans.yaml", &text);
        let mut command = std::process::Command::new("sh");
        command
            .args(["-c", &format!("ulimit -v {MAX_KIB} && exec \"$0\" build")])
            .arg(env!("CARGO_BIN_EXE_weekahead"))
            .current_dir(place.path("."));
        let left = Left::of(&mut command);
        assert_eq!(left.code, Some(1), "{kind}: {}", left.err);
        assert!(
            left.err.contains("; nothing was written\n"),
            "{kind}: {}",
            left.err
        );
    }
}

#[test]
fn millions_of_values_are_refused_soon() {
    let lists = format!("[{}]", "[],".repeat(2_000_000));
    assert!(refusal(lists.as_bytes()).starts_with("error: a plan must be a mapping"));
    let keys: String = (0..300_000).map(|index| format!("k{index}: 1,")).collect();
    assert_eq!(
        refusal(format!("{{{keys}}}").as_bytes()),
        "error: unknown key `k0`"
    );
    let twice = format!("- {{{}}}", "name: 1,".repeat(300_000));
    assert_eq!(refusal(twice.as_bytes()), "error: a plan needs a date");
    let line: Vec<String> = (0..50_000)
        .map(|index| format!("{{name: a{index}, expires: 2026-02-30}}"))
        .collect();
    let line = format!("[{}]", line.join(","));
    assert!(refusal(line.as_bytes()).starts_with("error: `2026-02-30` does not exist"));
}
