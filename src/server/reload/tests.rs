//! Tests of a live site that need a clock that moves.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::{DateTime, Datelike as _, FixedOffset, Offset as _, Utc};

use crate::server::reload::live_site::{LiveSite, Options};
use crate::server::reload::make::Maker;
use crate::server::reload::pending_changes::PendingChanges;
use crate::server::{Counts, Snapshot};
use crate::site::Site;
use crate::time::clock::{Clock, MachineZone};
use crate::time::revision::Revision;

/// A live site of one file, and the time that its clock shows.
fn start(path: &Path, now: &str) -> (LiveSite, Arc<AtomicI64>) {
    let clock_time = Arc::new(AtomicI64::new(unix(now)));
    let read = Arc::clone(&clock_time);
    let read_clock =
        move || DateTime::from_timestamp(read.load(Ordering::Relaxed), 0).unwrap_or_default();
    let zone = MachineZone::System {
        at: utc_until_2100,
        at_local: |_| Some(Utc.fix()),
    };
    let clock = Clock::new(read_clock, zone, None);
    let options = Options {
        maker: Maker {
            site: Arc::new(Site::of_server(None, None)),
            clock,
            styled: false,
        },
        stale_after: Duration::from_secs(3600),
        epoch: Some(Revision::from_unix(1_700_000_000)),
        reads_twice: false,
        counts: Arc::new(Counts::default()),
        snapshot: Arc::new(ArcSwap::from_pointee(Snapshot::default())),
    };
    let mut live_site = LiveSite::new(vec![path.to_owned()], None, options);
    live_site.refresh(&PendingChanges::default());
    (live_site, clock_time)
}

/// Makes the site read a file that had an event.
fn read_file(live_site: &mut LiveSite, path: &Path) {
    live_site.refresh(&PendingChanges {
        paths: [(path.to_owned(), Instant::now())].into(),
        ..PendingChanges::default()
    });
}

/// A machine's time zone that makes this program panic from the year 2100 on.
fn utc_until_2100(time: DateTime<Utc>) -> FixedOffset {
    assert!(time.year() < 2100, "a fault");
    Utc.fix()
}

fn unix(text: &str) -> i64 {
    let time: DateTime<Utc> = text.parse().expect("a time");
    time.timestamp()
}

#[test]
fn a_new_year_makes_feeds_again_that_depend_on_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.yaml");
    let plans = "calendar: {timezone: Asia/Shanghai}\nplans:\n  - name: A\n    renewed: 2020-01-15\n    \
                 validity: 1 month\n    renewal: {method: auto-debit}\n";
    fs::write(&path, plans).expect("a file");
    // In Shanghai the year ends at four in the afternoon, UTC.
    let (mut live_site, clock_time) = start(&path, "2026-12-31T15:59:59Z");
    let before = live_site.feed("plans").expect("a feed");
    assert!(before.contains("DTSTART;VALUE=DATE:20250115"));
    assert!(!before.contains("DTSTART;VALUE=DATE:20280315"));
    read_file(&mut live_site, &path);
    assert_eq!(live_site.feed("plans"), Some(before.clone()));
    clock_time.fetch_add(1, Ordering::Relaxed);
    read_file(&mut live_site, &path);
    let after = live_site.feed("plans").expect("a feed");
    assert!(!after.contains("DTSTART;VALUE=DATE:20250115"));
    assert!(after.contains("DTSTART;VALUE=DATE:20260115"));
    assert!(after.contains("DTSTART;VALUE=DATE:20280315"));
    // And back, as when a wrong clock is corrected.
    clock_time.fetch_sub(1, Ordering::Relaxed);
    read_file(&mut live_site, &path);
    assert_eq!(live_site.feed("plans"), Some(before));
}

#[test]
fn a_stale_feed_says_so_on_each_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.yaml");
    let plans = "calendar: {timezone: Europe/Oslo}\nplans: [{name: A, expires: 2027-01-31}]\n";
    fs::write(&path, plans).expect("a file");
    let (mut live_site, clock_time) = start(&path, "2026-11-23T22:30:00Z");
    let good = live_site.feed("plans").expect("a feed");
    let mut dates = vec![live_site.last_modified("plans")];
    fs::write(&path, "nonsense").expect("a write");
    read_file(&mut live_site, &path);
    clock_time.fetch_add(3599, Ordering::Relaxed);
    read_file(&mut live_site, &path);
    assert_eq!(live_site.feed("plans"), Some(good.clone()));
    clock_time.fetch_add(1, Ordering::Relaxed);
    read_file(&mut live_site, &path);
    let stale = live_site.feed("plans").expect("a feed");
    // 23:30 in UTC is half past midnight of the next day in Oslo.
    let event = stale.rsplit("BEGIN:VEVENT").next().expect("an event");
    assert!(event.contains("DTSTART;VALUE=DATE:20261124\r\n"), "{event}");
    assert!(event.contains("DTSTAMP:20261123T233000Z\r\n"), "{event}");
    assert!(event.contains("SEQUENCE:217639800\r\n"), "{event}");
    dates.push(live_site.last_modified("plans"));
    clock_time.fetch_add(23 * 3600 + 1799, Ordering::Relaxed);
    live_site.tick();
    assert_eq!(live_site.feed("plans").as_ref(), Some(&stale));
    // At each midnight of Oslo the same event moves to the new day.
    for (day, stamp, sequence) in [
        ("20261125", "20261124T230000Z", "217724400"),
        ("20261126", "20261125T230000Z", "217810800"),
    ] {
        clock_time.fetch_add(1, Ordering::Relaxed);
        live_site.tick();
        let moved = event
            .replace("DATE:20261124", &format!("DATE:{day}"))
            .replace("20261123T233000Z", stamp)
            .replace("SEQUENCE:217639800", &format!("SEQUENCE:{sequence}"));
        let next = day.parse::<u32>().expect("a number") + 1;
        let moved = moved.replace(
            "DTEND;VALUE=DATE:20261125",
            &format!("DTEND;VALUE=DATE:{next}"),
        );
        let feed = live_site.feed("plans").expect("a feed");
        assert_eq!(feed, stale.replace(event, &moved));
        dates.push(live_site.last_modified("plans"));
        clock_time.fetch_add(86_399, Ordering::Relaxed);
    }
    fs::write(&path, plans).expect("a write");
    read_file(&mut live_site, &path);
    assert_eq!(live_site.feed("plans"), Some(good));
    dates.push(live_site.last_modified("plans"));
    assert_eq!(
        dates,
        [
            "Tue, 14 Nov 2023 22:13:24 GMT",
            "Mon, 23 Nov 2026 23:30:00 GMT",
            "Tue, 24 Nov 2026 23:00:00 GMT",
            "Wed, 25 Nov 2026 23:00:00 GMT",
            // The feed is as before, and clients got another one meanwhile.
            "Wed, 25 Nov 2026 23:00:01 GMT",
        ]
    );
}

#[test]
fn a_panic_leaves_the_last_good_feed_and_a_site_that_runs_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.yaml");
    let list = |name: &str| format!("- {{name: {name}, expires: 2027-01-31}}\n");
    // Only a list without a time zone depends on that of the machine.
    let first = "calendar: {timezone: Europe/Oslo}\nplans: [{name: First, expires: 2027-01-31}]\n";
    fs::write(&path, first).expect("a file");
    let (mut live_site, clock_time) = start(&path, "2099-12-31T23:59:59Z");
    let good = live_site.feed("plans").expect("a feed");
    clock_time.fetch_add(1, Ordering::Relaxed);
    fs::write(&path, list("Second")).expect("a write");
    read_file(&mut live_site, &path);
    assert_eq!(live_site.feed("plans"), Some(good));
    clock_time.fetch_sub(1, Ordering::Relaxed);
    fs::write(&path, list("Third one")).expect("a write");
    read_file(&mut live_site, &path);
    let feed = live_site.feed("plans").expect("a feed");
    assert!(feed.contains("SUMMARY:Third"), "{feed}");
}

/// A writer may be at work on a file that has had no event yet, or none since the file settled.
#[test]
fn a_change_without_an_event_is_not_read_yet() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plans.yaml");
    let list = |name: &str| format!("- {{name: {name}, expires: 2027-01-31}}\n");
    fs::write(&path, list("First")).expect("a file");
    let (mut live_site, _) = start(&path, "2026-11-23T12:00:00Z");
    let good = live_site.feed("plans").expect("a feed");
    // This text is a whole list and also the beginning of a longer one.
    fs::write(&path, list("Second")).expect("a write");
    assert_eq!(
        live_site.refresh(&PendingChanges::default()),
        std::slice::from_ref(&path)
    );
    assert_eq!(live_site.feed("plans"), Some(good.clone()));
    let before = Instant::now().checked_sub(Duration::from_secs(60));
    let event_of = |of: &Path, when: Instant| PendingChanges {
        paths: [(of.to_owned(), when)].into(),
        ..PendingChanges::default()
    };
    // The file's last event was a minute ago, and the file has changed since.
    let early = event_of(&path, before.expect("a minute ago"));
    assert_eq!(live_site.refresh(&early), std::slice::from_ref(&path));
    assert_eq!(live_site.feed("plans"), Some(good.clone()));
    // A writer that has the file open may write more, whatever other files are read.
    let mut unsettled = PendingChanges {
        all: true,
        ..PendingChanges::default()
    };
    unsettled.mark_unsettled(&path);
    assert!(live_site.refresh(&unsettled).is_empty());
    assert_eq!(live_site.feed("plans"), Some(good));
    assert!(
        live_site
            .refresh(&event_of(&path, Instant::now()))
            .is_empty()
    );
    let feed = live_site.feed("plans").expect("a feed");
    assert!(feed.contains("SUMMARY:Second"), "{feed}");
}

/// Events name a file behind a link by another path.
#[cfg(unix)]
#[test]
fn a_change_behind_a_link_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a path");
    let (path, target) = (root.join("plans.yaml"), root.join("text"));
    let list = |name: &str| format!("- {{name: {name}, expires: 2027-01-31}}\n");
    fs::write(&target, list("First")).expect("a file");
    std::os::unix::fs::symlink("text", &path).expect("a link");
    let (mut live_site, _) = start(&path, "2026-11-23T12:00:00Z");
    let good = live_site.feed("plans").expect("a feed");
    fs::write(&target, list("Second")).expect("a write");
    let mut unsettled = PendingChanges::default();
    unsettled.mark_unsettled(&target);
    assert!(live_site.refresh(&unsettled).is_empty());
    assert_eq!(live_site.feed("plans"), Some(good));
    read_file(&mut live_site, &target);
    let feed = live_site.feed("plans").expect("a feed");
    assert!(feed.contains("SUMMARY:Second"), "{feed}");
}
