//! A clock that is set while a server runs: over the end of the year, back, and by a year.
//!
//! The machine's own clock is not changed. A preloaded library adds an offset to the time that the
//! server reads.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Client, End, command, is_well};
use crate::harness::{EPOCH, Place};
use crate::serve::{Server, modified, until};

/// Adds the number in a file to the seconds of the real-time clock. Monotonic clocks are unchanged.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static volatile long long *shift;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CLOCK_SHIFT");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *map = mmap(0, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (map != MAP_FAILED)
        shift = map;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME && shift)
        time->tv_sec += *shift;
    return result;
}
"#;

/// Sets the clock of a server.
struct Hand(fs::File);

impl Hand {
    /// Sets the time for the process that has this clock.
    fn set(&self, unix: i64) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("a time after 1970").as_secs().cast_signed();
        let shift = (unix - now).to_ne_bytes();
        self.0.write_all_at(&shift, 0).expect("a shift");
    }
}

/// Gives a command its own clock.
fn with_clock(place: &Place, command: &mut Command, unix: i64) -> Hand {
    place.file("shim.c", SHIM);
    let compiler = std::env::var_os("CC").unwrap_or("cc".into());
    let made = Command::new(compiler)
        .args(["-shared", "-fPIC", "-o"])
        .args([place.path("shim.so"), place.path("shim.c")])
        .output();
    let made = made.expect("a C compiler is installed");
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
    place.file("shift", [0; 8]);
    let hand = fs::File::options().write(true).open(place.path("shift"));
    let hand = Hand(hand.expect("a file"));
    hand.set(unix);
    command.env("LD_PRELOAD", place.path("shim.so"));
    command.env("CLOCK_SHIFT", place.path("shift"));
    hand
}

/// 2026-12-31T15:59:00Z: a minute before midnight in Shanghai.
const EVE: i64 = 1_798_732_740;
const YEAR: i64 = 365 * 86_400;

const PLANS: &str = "calendar: {timezone: Asia/Shanghai}\nplans:\n  - name: A\n    \
                     renewed: 2020-01-15\n    validity: 1 month\n    \
                     renewal: {method: auto-debit}\n";

fn date(client: &mut Client) -> i64 {
    let health = client.ask("GET", "/healthz", &[]).expect("an answer");
    let date = httpdate::parse_http_date(health.field("date").expect("a date"));
    let since = date.expect("a date").duration_since(UNIX_EPOCH);
    since.expect("a time after 1970").as_secs().cast_signed()
}

#[test]
fn the_year_ends_and_comes_again() {
    let place = Place::with("sims.yaml", PLANS);
    let year = |today: &str| place.run(&["build", "sims.yaml", "--today", today]).out;
    let (old, new, later) = (year("2026-12-31"), year("2027-01-01"), year("2028-01-01"));
    assert!(old != new && new != later);
    let mut command = command(&place, &["sims.yaml", "--poll=200ms"]);
    command.env("SOURCE_DATE_EPOCH", EPOCH);
    let hand = with_clock(&place, &mut command, EVE);
    let server = Server::of(command);
    let end = AtomicBool::new(false);
    thread::scope(|scope| {
        let _ending = End(&end);
        let allowed = [&old, &new, &later];
        let (end, address) = (&end, server.address);
        // Meanwhile every client gets the feed of one of the years, and a page.
        for _ in 0..2 {
            scope.spawn(move || {
                let mut client = Client::new(address);
                while !end.load(Ordering::Relaxed) {
                    let feed = client.ask("GET", "/sims.ics", &[]).expect("an answer");
                    assert!(
                        allowed.contains(&&feed.text().to_owned()),
                        "{}",
                        feed.text()
                    );
                    let page = client.ask("GET", "/sims", &[]).expect("an answer");
                    assert_eq!(page.status, 200);
                }
            });
        }
        let mut client = Client::new(address);
        let mut tags: Vec<(&String, String)> = Vec::new();
        let mut dates = Vec::new();
        for (time, feed, day) in [
            (EVE, &old, "31 December 2026"),
            (EVE + 120, &new, "1 January 2027"),
            // A wrong clock is corrected.
            (EVE, &old, "31 December 2026"),
            (EVE + YEAR + 120, &later, "1 January 2028"),
            (EVE + 120, &new, "1 January 2027"),
        ] {
            hand.set(time);
            let served = until(|| {
                let served = client.ask("GET", "/sims.ics", &[]).expect("an answer");
                (served.text() == feed).then_some(served)
            });
            let tag = served.field("etag").expect("a tag").to_owned();
            // The same feed always has the same tag, and each change has a later date.
            match tags.iter().find(|(known, _)| *known == feed) {
                Some((_, known)) => assert_eq!(*known, tag, "{day}"),
                None => {
                    assert!(tags.iter().all(|(_, known)| *known != tag), "{day}");
                    tags.push((feed, tag));
                }
            }
            dates.push(modified(&served));
            assert!(dates.is_sorted_by(|a, b| a < b), "{day}");
            // The Date is the time of the clock.
            let said = date(&mut client);
            assert!((time..time + 60).contains(&said), "{said} at {time}, {day}");
        }
        assert_eq!(tags.len(), 3);
    });
    is_well(&server);
}

/// A file that is missing for a moment is taken for a checkout in progress, whatever the clock
/// says.
#[test]
fn a_clock_that_is_set_deletes_nothing() {
    let place = Place::with("lists/sims.yaml", PLANS);
    place.file("lists/other.yaml", crate::serve::PLANS);
    let mut command = command(&place, &["lists"]);
    let hand = with_clock(&place, &mut command, EVE);
    let server = Server::of(command);
    let mut client = Client::new(server.address);
    for time in [EVE + 3600, EVE - 3600, EVE + YEAR, EVE] {
        fs::remove_file(place.path("lists/sims.yaml")).expect("a removal");
        let name = format!("At {time}");
        // The server reads files in the order of the writes, so once it serves the first text of
        // the other file, it knows that this file is missing. Then the clock is set, and the server
        // reads the clock each time it reads files.
        for look in 0..3 {
            let other = format!("{name} look {look}");
            place.file(
                "lists/other.yaml",
                format!("- {{name: {other}, expires: 2027-01-31}}\n"),
            );
            until(|| {
                let feed = client.ask("GET", "/sims.ics", &[]).expect("an answer");
                assert_eq!(feed.status, 200, "{other}");
                let feed = client.ask("GET", "/other.ics", &[]).expect("an answer");
                feed.text().contains(&other).then_some(())
            });
            if look == 0 {
                hand.set(time);
            }
        }
        place.file(
            "lists/sims.yaml",
            PLANS.replace("name: A", &format!("name: {name}")),
        );
        until(|| {
            let feed = client.ask("GET", "/sims.ics", &[]).expect("an answer");
            feed.text().contains(&name).then_some(())
        });
    }
    is_well(&server);
}
