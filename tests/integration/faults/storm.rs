//! Clients that poll without a pause while the plans are rewritten in every way.

use std::collections::HashMap;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::thread;

use super::lists::generation;
use super::poll::{KINDS, Ledger};
use super::writer::{PROBE, WAYS, Writer};
use super::{Client, Dice, End, command, is_well, times};
use crate::harness::{Place, lines};
use crate::serve::{Server, as_nobody, until};

/// Starts a server for the files of a writer. The server runs as a user whom permissions restrict.
fn start(writer: &mut Writer<'_>, argument: &str) -> Server {
    let mut command = command(writer.place, &[argument, PROBE]);
    as_nobody(writer.place, &mut command);
    let server = Server::of(command);
    writer.reader = Some(server.address);
    server
}

/// Runs clients of all kinds while `work` runs, then ends them.
fn meanwhile(server: &Server, ledgers: &[Ledger<'_>], work: impl FnOnce()) {
    let end = AtomicBool::new(false);
    thread::scope(|scope| {
        let ending = End(&end);
        let clients: Vec<_> = (0..KINDS)
            .flat_map(|kind| ledgers.iter().map(move |ledger| (kind, ledger)))
            .map(|(kind, ledger)| {
                let end = &end;
                scope.spawn(move || ledger.poll(server.address, kind, end))
            })
            .collect();
        work();
        drop(ending);
        for client in clients {
            let answers = client.join().expect("a client that found nothing wrong");
            assert!(answers > 10, "{answers}");
        }
    });
    is_well(server);
}

#[test]
fn a_file_is_rewritten_in_every_way() {
    // Each way follows several different ways.
    for (argument, order) in [("lists", [1, 3]), ("lists/sims.yaml", [5, 7])] {
        let place = Place::new();
        let mut writer = Writer::new(&place);
        let server = start(&mut writer, argument);
        let ledger = [Ledger::new("/sims.ics", true, &generation)];
        meanwhile(&server, &ledger, || {
            for step in &order[..times(1, 2)] {
                for way in 0..WAYS.len() {
                    let (name, way) = WAYS[way * step % WAYS.len()];
                    let wanted = writer.next(way);
                    ledger[0].wait_for(wanted, || format!("{name}: {}", server.log()));
                }
            }
        });
        // Each generation was served, and nothing else.
        assert_eq!(ledger[0].feeds() as u64, writer.generation + 1);
    }
}

#[test]
fn a_file_is_rewritten_without_a_rest() {
    let place = Place::new();
    let mut writer = Writer::new(&place);
    let server = start(&mut writer, "lists");
    let ledger = [Ledger::new("/sims.ics", true, &generation)];
    let mut dice = Dice(7);
    meanwhile(&server, &ledger, || {
        for _ in 0..times(15, 300) {
            let way = dice.below(WAYS.len() as u64) as usize;
            writer.next(WAYS[way].1);
            // The server waits for 150 ms before it reads: clients get some hundred feeds meanwhile.
            ledger[0].wait_for_answers(dice.below(400));
        }
        ledger[0].wait_for(writer.generation, || server.log());
    });
}

/// Runs git.
fn git(place: &Place, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(arguments)
        .current_dir(place.path("tree"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", place.path("."))
        .output();
    let done = done.expect("git runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{arguments:?}: {said}");
}

/// A feed without its stamps. "List as of" is the day of a stamp.
fn without_stamps(feed: &str) -> String {
    let is_stamp = |line: &&String| {
        let mut names = ["DTSTAMP:", "LAST-MODIFIED:", "SEQUENCE:"].iter();
        names.any(|name| line.starts_with(name))
    };
    let lines = lines(feed);
    let kept = lines.iter().filter(|line| !is_stamp(line));
    let without_day = |line: &String| {
        let (before, day) = line.split_once("List as of ")?;
        let (_, after) = day.split_once('.')?;
        Some(format!("{before}{after}"))
    };
    kept.map(|line| without_day(line).unwrap_or_else(|| line.clone()) + "\n")
        .collect()
}

/// Whatever git does and whenever the server reads, it serves only committed texts. An older commit
/// has later stamps if a newer one was served before, and nothing else differs.
#[test]
#[ignore = "needs git"]
fn checkouts_are_commits_and_nothing_in_between() {
    const FILES: u64 = 3;
    const COMMITS: u64 = 4;
    let place = Place::new();
    std::fs::create_dir(place.path("tree")).expect("a folder");
    git(&place, &["init", "-q"]);
    let mut expected: Vec<HashMap<String, u64>> = vec![HashMap::new(); FILES as usize];
    for commit in 0..COMMITS {
        for file in 0..FILES {
            let text = super::lists::text(commit * FILES + file);
            place.file(&format!("tree/l{file}.yaml"), text);
        }
        let time = format!("2026-10-0{}T12:00:00Z", commit + 1);
        git(&place, &["add", "."]);
        let mut dated = Command::new("git");
        let dated = dated
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(["commit", "-qm", "next"])
            .current_dir(place.path("tree"))
            .env("HOME", place.path("."))
            .env("GIT_COMMITTER_DATE", time);
        assert!(dated.status().expect("git runs").success());
        git(&place, &["tag", &format!("c{commit}")]);
        for (file, expected) in expected.iter_mut().enumerate() {
            let mut build = place.command(&["build", &format!("tree/l{file}.yaml")]);
            let build = build.env_remove("SOURCE_DATE_EPOCH");
            let feed = crate::harness::Left::of(build).out;
            expected.insert(without_stamps(&feed), commit);
        }
    }
    let judges: Vec<_> = expected
        .iter()
        .map(|expected| {
            |feed: &str| match expected.get(&without_stamps(feed)) {
                Some(commit) => *commit,
                None => panic!("no commit has {feed}"),
            }
        })
        .collect();
    let ledgers: Vec<_> = judges
        .iter()
        .enumerate()
        .map(|(file, judge)| Ledger::new(&format!("/l{file}.ics"), false, judge))
        .collect();
    let server = Server::of(command(&place, &["tree"]));
    let mut dice = Dice(11);
    meanwhile(&server, &ledgers, || {
        for step in 0..times(16, 400) {
            let tag = format!("c{}", dice.below(COMMITS));
            match step % 4 {
                0 | 1 => git(&place, &["checkout", "-q", &tag]),
                2 => git(&place, &["reset", "-q", "--hard", &tag]),
                _ => git(&place, &["checkout", "-q", "-B", "work", &tag]),
            }
            ledgers[0].wait_for_answers(dice.below(400));
        }
        for commit in ["c0", "c3"] {
            git(&place, &["checkout", "-q", commit]);
            let mut client = Client::new(server.address);
            for (file, expected) in expected.iter().enumerate() {
                until(|| {
                    let path = format!("/l{file}.ics");
                    let feed = client.ask("GET", &path, &[]).expect("an answer");
                    let made_of = expected.get(&without_stamps(feed.text()))?;
                    (format!("c{made_of}") == commit).then_some(())
                });
            }
        }
    });
}
