//! Stopping a busy server.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::process::Signal;

use super::lists::generation;
use super::poll::{KINDS, Ledger};
use super::writer::{WAYS, Writer};
use super::{Client, Cut, command};
use crate::harness::Place;
use crate::serve::{Server, until};

/// A client whose request was accepted gets the whole answer. Other clients are refused at once.
#[test]
fn under_load_every_answer_is_whole_or_none() {
    let place = Place::new();
    let mut writer = Writer::new(&place);
    let mut plans = String::new();
    for number in 0..2000 {
        writeln!(plans, "- {{name: Plan {number}, expires: 2027-01-31}}").expect("text");
    }
    place.file("many.yaml", plans);
    let mut server = Server::of(command(&place, &["lists", "many.yaml"]));
    let address = server.address;
    let many = server.get("/many.ics");
    let ledger = Ledger::new("/sims.ics", true, &generation);
    let answers = AtomicUsize::new(0);
    thread::scope(|scope| {
        for kind in 0..KINDS {
            let (ledger, answers) = (&ledger, &answers);
            scope.spawn(move || {
                let mut client = Client::new(address);
                let mut last = None;
                loop {
                    match ledger.ask(&mut client, kind, &mut last) {
                        Ok(()) => answers.fetch_add(1, Ordering::Relaxed),
                        Err(Cut::Before) => return,
                        Err(cut) => panic!("{cut}"),
                    };
                }
            });
        }
        for _ in 0..4 {
            let many = &many;
            scope.spawn(move || {
                let mut client = Client::new(address);
                loop {
                    match client.ask("GET", "/many.ics", &[]) {
                        Ok(answer) => assert!(answer.body == many.body, "{}", answer.head),
                        Err(Cut::Before) => return,
                        Err(cut) => panic!("{cut}"),
                    }
                }
            });
        }
        writer.next(WAYS[0].1);
        until(|| (answers.load(Ordering::Relaxed) > 60).then_some(()));
        writer.next(WAYS[1].1);
        server.signal(Signal::TERM);
        assert_eq!(server.wait().code(), Some(0));
    });
    let log = server.log();
    assert!(log.contains("stopped"), "{log}");
    for fault in ["cut", "fault", "panicked"] {
        assert!(!log.contains(fault), "{log}");
    }
}
