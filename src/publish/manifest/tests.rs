use chrono::NaiveDate;
use chrono_tz::Tz;

use super::{Digest, Entry, InFlight, Manifest, Ownership, Part, Period, Shard};

#[test]
fn every_part_belongs_to_one_shard() {
    for count in [1, 2, 3, 4, 7, 256] {
        let shards: Vec<Shard> = (1..=count)
            .map(|index| Shard::parse(&format!("{index}/{count}")).expect("a shard"))
            .collect();
        for part in Part::all() {
            let owners = shards.iter().filter(|shard| shard.owns(part)).count();
            assert_eq!(owners, 1, "{part:?} of {count}");
        }
    }
    assert!(Shard { index: 1, count: 1 }.owns(Part::Front));
}

#[test]
fn a_shard_is_one_of_some() {
    for text in ["", "1", "0/4", "5/4", "1/257", "+1/2", "1/2/3", "a/b", "1/"] {
        let error = Shard::parse(text).expect_err(text);
        assert_eq!(
            error.message,
            format!("`{text}` is no shard: I/N was expected, with I from 1 to N and N up to 256")
        );
    }
}

#[test]
fn pieces_count_with_their_lengths() {
    let of = |pieces: &[&str]| Digest::of(pieces.iter().map(|piece| piece.as_bytes()));
    assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
    assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    assert_ne!(of(&["", "a"]), of(&["a"]));
}

#[test]
fn what_is_written_is_read() {
    let mut manifest = Manifest::default();
    let digest = Digest::of([&b"x"[..]]);
    let day = |month, day| NaiveDate::from_ymd_opt(2027, month, day).expect("a day");
    manifest.site = Some("s3://bucket/site".to_owned());
    manifest.entries.insert(
        "漢 \"a\"".to_owned(),
        Entry {
            input: digest.clone(),
            period: Some(Period {
                since: day(1, 1),
                until: day(2, 1),
                zone: Some(Tz::Europe__Oslo),
            }),
            cache_control: "no-store".to_owned(),
            files: [("a/b.ics".to_owned(), digest.clone())].into(),
            kept: [("c".to_owned(), digest.clone())].into(),
            announced: [("a/b".to_owned(), [digest.clone()].into())].into(),
            unsettled: Some(InFlight {
                since: 1,
                announced: [("d".to_owned(), [digest].into())].into(),
            }),
        },
    );
    assert_eq!(Manifest::read(&manifest.write()), Ok(manifest));
    for (text, message) in [
        (
            "<html>",
            "it is not a manifest: expected value at line 1 column 1",
        ),
        (
            "{\"version\": 2, \"entries\": {}}",
            "it is a manifest of version 2, and this program reads version 1",
        ),
    ] {
        let error = Manifest::read(text.as_bytes()).expect_err(text);
        assert_eq!(error.message, message);
    }
}

#[test]
fn no_path_leads_out() {
    for path in ["../evil", "/evil", "a//b", "a/../../b", "", "a/", "."] {
        let mut manifest = Manifest::default();
        let mut entry = Entry::unknown();
        entry.files.insert(path.to_owned(), Digest::of([]));
        manifest.entries.insert("a".to_owned(), entry);
        let error = Manifest::read(&manifest.write()).expect_err(path);
        let message = format!("it is not a manifest: `{path}` is not a path");
        assert_eq!(error.message, message);
    }
}

#[test]
fn what_another_run_may_still_do_is_forgotten_after_a_while() {
    let digest = Digest::of([]);
    let unsettled = |since| InFlight {
        since,
        announced: [("a".to_owned(), [digest.clone()].into())].into(),
    };
    let left = |now| unsettled(1000).at(now).map(|left| left.since);
    assert_eq!(left(1000), Some(1000));
    assert_eq!(left(1000 + 1199), Some(1000));
    assert_eq!(left(1000 + 1200), None);
    assert_eq!(left(900), Some(900), "a clock was wrong");
    let mut entry = Entry::unknown();
    entry.unsettled = Some(unsettled(1000));
    assert!(entry.is_doubtful() && !entry.is_pending());
    assert_eq!(entry.claim("a"), Ownership::Intents([digest].into()));
    assert_eq!(entry.claim("b"), Ownership::Intents([].into()));
}
