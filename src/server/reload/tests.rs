//! What needs a clock that moves.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::{DateTime, Datelike as _, NaiveDateTime, NaiveTime, Utc};

use crate::server::reload::live_site::{LiveSite, Options, PendingChanges};
use crate::server::reload::make::Maker;
use crate::server::{Counts, Snapshot};
use crate::site::Site;
use crate::time::clock::Clock;
use crate::time::revision::Revision;

/// A keeper of a file, and the hand that moves its clock.
fn keeper(path: &Path, start: &str) -> (LiveSite, Arc<AtomicI64>) {
    let hand = Arc::new(AtomicI64::new(unix(start)));
    let read = Arc::clone(&hand);
    let now = move || DateTime::from_timestamp(read.load(Ordering::Relaxed), 0).unwrap_or_default();
    let clock = Clock::new(
        now,
        local,
        |day| day.and_time(NaiveTime::MIN).and_utc(),
        None,
    );
    let options = Options {
        maker: Maker {
            site: Arc::new(Site::of_server(None, None)),
            clock,
            styled: false,
        },
        stale_after: Duration::from_secs(3600),
        epoch: Some(Revision::from_unix(1_700_000_000)),
        state: None,
        reads_twice: false,
        counts: Arc::new(Counts::default()),
        site: Arc::new(ArcSwap::from_pointee(Snapshot::default())),
    };
    let mut keeper = LiveSite::new(vec![path.to_owned()], options);
    keeper.refresh(&PendingChanges::default());
    (keeper, hand)
}

/// Has a file looked at that something was heard of.
fn look(keeper: &mut LiveSite, path: &Path) {
    keeper.refresh(&PendingChanges {
        paths: [(path.to_owned(), Instant::now())].into(),
        ..PendingChanges::default()
    });
}

/// The zone of a machine on which this program fails from the year 2100 on.
fn local(time: DateTime<Utc>) -> NaiveDateTime {
    assert!(time.year() < 2100, "a fault");
    time.naive_utc()
}

fn unix(text: &str) -> i64 {
    let time: DateTime<Utc> = text.parse().expect("a time");
    time.timestamp()
}

#[test]
fn the_turn_of_the_year_renews_what_depends_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.yaml");
    let plans = "calendar: {timezone: Asia/Shanghai}\nplans:\n  - name: A\n    renewed: 2020-01-15\n    \
                 validity: 1 month\n    renewal: {method: auto-debit}\n";
    fs::write(&path, plans).expect("a file");
    // In Shanghai the year ends at four in the afternoon, UTC.
    let (mut keeper, hand) = keeper(&path, "2026-12-31T15:59:59Z");
    let before = keeper.feed("plans").expect("a feed");
    assert!(before.contains("DTSTART;VALUE=DATE:20250115"));
    assert!(!before.contains("DTSTART;VALUE=DATE:20280315"));
    look(&mut keeper, &path);
    assert_eq!(keeper.feed("plans"), Some(before.clone()));
    hand.fetch_add(1, Ordering::Relaxed);
    look(&mut keeper, &path);
    let after = keeper.feed("plans").expect("a feed");
    assert!(!after.contains("DTSTART;VALUE=DATE:20250115"));
    assert!(after.contains("DTSTART;VALUE=DATE:20260115"));
    assert!(after.contains("DTSTART;VALUE=DATE:20280315"));
    // And back, as a clock that was wrong is set.
    hand.fetch_sub(1, Ordering::Relaxed);
    look(&mut keeper, &path);
    assert_eq!(keeper.feed("plans"), Some(before));
}

#[test]
fn a_feed_is_stale_on_the_day_on_which_it_became_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.yaml");
    let plans = "calendar: {timezone: Europe/Oslo}\nplans: [{name: A, expires: 2027-01-31}]\n";
    fs::write(&path, plans).expect("a file");
    let (mut keeper, hand) = keeper(&path, "2026-11-23T22:30:00Z");
    let good = keeper.feed("plans").expect("a feed");
    fs::write(&path, "nonsense").expect("a write");
    look(&mut keeper, &path);
    hand.fetch_add(3599, Ordering::Relaxed);
    look(&mut keeper, &path);
    assert_eq!(keeper.feed("plans"), Some(good.clone()));
    hand.fetch_add(1, Ordering::Relaxed);
    look(&mut keeper, &path);
    let stale = keeper.feed("plans").expect("a feed");
    // 23:30 in UTC is half past midnight of the next day in Oslo.
    let event = stale.rsplit("BEGIN:VEVENT").next().expect("an event");
    assert!(event.contains("DTSTART;VALUE=DATE:20261124\r\n"), "{event}");
    assert!(event.contains("DTSTAMP:20261123T233000Z\r\n"), "{event}");
    // It stays the same event from then on.
    hand.fetch_add(86_400, Ordering::Relaxed);
    look(&mut keeper, &path);
    assert_eq!(keeper.feed("plans"), Some(stale));
    fs::write(&path, plans).expect("a write");
    look(&mut keeper, &path);
    assert_eq!(keeper.feed("plans"), Some(good));
}

#[test]
fn a_fault_leaves_the_last_good_feed_and_somebody_who_keeps_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.yaml");
    let list = |name: &str| format!("- {{name: {name}, expires: 2027-01-31}}\n");
    fs::write(&path, list("First")).expect("a file");
    let (mut keeper, hand) = keeper(&path, "2099-12-31T23:59:59Z");
    let good = keeper.feed("plans").expect("a feed");
    hand.fetch_add(1, Ordering::Relaxed);
    fs::write(&path, list("Second")).expect("a write");
    look(&mut keeper, &path);
    assert_eq!(keeper.feed("plans"), Some(good));
    hand.fetch_sub(1, Ordering::Relaxed);
    fs::write(&path, list("Third one")).expect("a write");
    look(&mut keeper, &path);
    let feed = keeper.feed("plans").expect("a feed");
    assert!(feed.contains("SUMMARY:Third"), "{feed}");
}

/// A writer may be at work on a file of which nothing was heard yet, or not since it had settled.
#[test]
fn what_was_not_heard_of_is_not_read_yet() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.yaml");
    let list = |name: &str| format!("- {{name: {name}, expires: 2027-01-31}}\n");
    fs::write(&path, list("First")).expect("a file");
    let (mut keeper, _) = keeper(&path, "2026-11-23T12:00:00Z");
    let good = keeper.feed("plans").expect("a feed");
    // A whole list, and the beginning of a longer one.
    fs::write(&path, list("Second")).expect("a write");
    assert_eq!(
        keeper.refresh(&PendingChanges::default()),
        std::slice::from_ref(&path)
    );
    assert_eq!(keeper.feed("plans"), Some(good.clone()));
    let before = Instant::now().checked_sub(Duration::from_secs(60));
    let heard = |of: &Path, when: Instant| PendingChanges {
        paths: [(of.to_owned(), when)].into(),
        ..PendingChanges::default()
    };
    // It was quiet for a minute, as far as anybody heard, and is younger.
    let early = heard(&path, before.expect("a minute ago"));
    assert_eq!(keeper.refresh(&early), std::slice::from_ref(&path));
    assert_eq!(keeper.feed("plans"), Some(good.clone()));
    // Whoever has it open may go on, whatever else is read.
    let mut unsettled = PendingChanges {
        all: true,
        ..PendingChanges::default()
    };
    unsettled.leave(&path);
    assert!(keeper.refresh(&unsettled).is_empty());
    assert_eq!(keeper.feed("plans"), Some(good));
    assert!(keeper.refresh(&heard(&path, Instant::now())).is_empty());
    let feed = keeper.feed("plans").expect("a feed");
    assert!(feed.contains("SUMMARY:Second"), "{feed}");
}

/// Behind a link the system calls a file by another name.
#[cfg(unix)]
#[test]
fn what_happens_behind_a_link_is_heard() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a path");
    let (path, target) = (root.join("plans.yaml"), root.join("text"));
    let list = |name: &str| format!("- {{name: {name}, expires: 2027-01-31}}\n");
    fs::write(&target, list("First")).expect("a file");
    std::os::unix::fs::symlink("text", &path).expect("a link");
    let (mut keeper, _) = keeper(&path, "2026-11-23T12:00:00Z");
    let good = keeper.feed("plans").expect("a feed");
    fs::write(&target, list("Second")).expect("a write");
    let mut unsettled = PendingChanges::default();
    unsettled.leave(&target);
    assert!(keeper.refresh(&unsettled).is_empty());
    assert_eq!(keeper.feed("plans"), Some(good));
    look(&mut keeper, &target);
    let feed = keeper.feed("plans").expect("a feed");
    assert!(feed.contains("SUMMARY:Second"), "{feed}");
}
