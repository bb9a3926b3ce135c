//! How long a feed takes: each step, the whole, and beside it the same job done plainly, in an
//! afternoon.
//!
//! `cargo bench --bench build` prints a table of times, of one process: what ran before has warmed
//! its heap. `benches/against/run.sh` compares whole processes, their processor time and memory.
//! `cargo test --benches` only checks that both sides make the same events.

#[path = "build/afternoon.rs"]
mod afternoon;
#[path = "build/ours.rs"]
mod ours;
#[path = "build/plans.rs"]
mod plans;
#[path = "build/same.rs"]
mod same;

use std::env;

use chrono::NaiveDate;
use divan::Bencher;
use divan::counter::ItemsCount;
use plans::Events;
use weekahead::internals::{self, Calendar, Renewal};

fn main() {
    same::check();
    if env::args().any(|argument| argument == "--bench") {
        divan::main();
    }
}

/// Plans in one file.
const PLANS: [usize; 3] = [100, 10_000, 100_000];
/// Files, and plans in each.
const FILES: usize = 100;
const PLANS_EACH: [usize; 2] = [100, 1_000];

/// The text to the list.
#[divan::bench(args = PLANS, max_time = 8)]
fn read(bencher: Bencher<'_, '_>, plans: usize) {
    let text = plans::text(0, plans, Events::Several);
    bencher
        .counter(ItemsCount::new(plans))
        .bench(|| ours::read(text.as_bytes()));
}

/// The same, and a renewal of a plan in its middle, proved: to be compared with `read`.
#[divan::bench(args = PLANS, max_time = 8)]
fn renew(bencher: Bencher<'_, '_>, plans: usize) {
    let text = plans::text(0, plans, Events::Several);
    let on = NaiveDate::from_ymd_opt(2030, 1, 1).unwrap_or_default();
    let renewal = Renewal {
        way: None,
        on,
        paid: None,
        receipt: Some("SMS ref 8842".to_owned()),
        note: None,
        validity: None,
        from_expiry: false,
    };
    let document = ours::read(text.as_bytes());
    let takes_it = |index: &usize| internals::renew(&document, *index, &renewal, on).is_ok();
    let Some(index) = (plans / 2..plans).find(takes_it) else {
        return;
    };
    bencher.counter(ItemsCount::new(plans)).bench(|| {
        let document = ours::read(text.as_bytes());
        internals::renew(&document, index, &renewal, on).map(|edit| edit.text.len())
    });
}

/// The list to the days that matter.
#[divan::bench(args = PLANS, max_time = 8)]
fn schedule(bencher: Bencher<'_, '_>, plans: usize) {
    let text = plans::text(0, plans, Events::Several);
    let document = ours::read(text.as_bytes());
    bencher
        .counter(ItemsCount::new(plans))
        .bench(|| ours::schedules(document.list()));
}

/// The days to the bytes of a calendar.
#[divan::bench(args = PLANS, max_time = 8)]
fn write(bencher: Bencher<'_, '_>, plans: usize) {
    let text = plans::text(0, plans, Events::Several);
    let document = ours::read(text.as_bytes());
    let list = document.list();
    let schedules = ours::schedules(list);
    let head = ours::head(list);
    bencher.counter(ItemsCount::new(plans)).bench(|| {
        let mut calendar = Calendar::new(&head, ours::revision(), plans);
        for (plan, schedule) in list.plans.iter().zip(&schedules) {
            let written = calendar.plan(plan, &list.settings, None, schedule);
            written.expect("events of a usual size");
        }
        calendar.finish(head.name, &list.settings)
    });
}

/// The text of one file to the bytes of its feed.
mod whole_file {
    use super::{Bencher, Events, ItemsCount, PLANS, afternoon, ours, plans};

    #[divan::bench(args = PLANS, max_time = 8)]
    fn ours(bencher: Bencher<'_, '_>, plans: usize) {
        let text = plans::text(0, plans, Events::Several);
        bencher
            .counter(ItemsCount::new(plans))
            .bench(|| ours::feed(text.as_bytes()));
    }

    #[divan::bench(args = PLANS, max_time = 8)]
    fn the_afternoon(bencher: Bencher<'_, '_>, plans: usize) {
        let text = plans::text(0, plans, Events::Several);
        bencher
            .counter(ItemsCount::new(plans))
            .bench(|| afternoon::feed(&text));
    }
}

/// The texts of 100 files, each to the bytes of its feed; the argument is the plans in each.
mod whole_hundred_files {
    use super::{Bencher, Events, FILES, ItemsCount, PLANS_EACH, afternoon, ours, plans};

    fn texts(plans: usize) -> Vec<String> {
        (0..FILES)
            .map(|file| plans::text(file, plans, Events::Several))
            .collect()
    }

    #[divan::bench(args = PLANS_EACH, max_time = 8)]
    fn ours(bencher: Bencher<'_, '_>, plans: usize) {
        let texts = texts(plans);
        let bytes: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
        bencher
            .counter(ItemsCount::new(FILES * plans))
            .bench(|| ours::feeds(&bytes));
    }

    #[divan::bench(args = PLANS_EACH, max_time = 8)]
    fn the_afternoon(bencher: Bencher<'_, '_>, plans: usize) {
        let texts = texts(plans);
        bencher.counter(ItemsCount::new(FILES * plans)).bench(|| {
            let feeds = texts.iter().map(|text| afternoon::feed(text));
            feeds.collect::<Vec<String>>()
        });
    }
}
