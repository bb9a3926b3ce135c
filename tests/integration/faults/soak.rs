//! A server that runs for a long time must not use more and more resources.
//!
//! `WEEKAHEAD_SOAK=600` runs it for ten minutes. In the few seconds of a normal run, memory does
//! not become stable, so the test checks only descriptors and threads.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::lists::generation;
use super::poll::{KINDS, Ledger};
use super::writer::{PROBE, WAYS, Writer};
use super::{Client, Dice, End, LONG, SHORT, command, is_well, soak};
use crate::harness::Place;
use crate::serve::{Server, as_nobody, until};

/// By how much the median memory may grow between the second tenth of a run and the last tenth, in
/// KiB. In ten minutes there are hundreds of reloads and more than a hundred thousand requests: a
/// reload that keeps its text (13 KiB), or a request that keeps 32 bytes, is more than this. The
/// noise of an allocator is less.
const GROWTH: usize = 2048;

/// The resources that a process uses.
#[derive(Debug, Clone, Copy)]
struct Taken {
    /// KiB in memory.
    resident: usize,
    descriptors: usize,
    threads: usize,
}

impl Taken {
    fn by(id: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{id}/status")).expect("a status");
        let figure = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            number.expect("a figure").parse().expect("a number")
        };
        let descriptors = fs::read_dir(format!("/proc/{id}/fd")).expect("descriptors");
        Self {
            resident: figure("VmRSS:"),
            descriptors: descriptors.count(),
            threads: figure("Threads:"),
        }
    }
}

/// The samples of the second tenth of a run and of its last.
fn ends(samples: &[Taken]) -> (&[Taken], &[Taken]) {
    let tenth = samples.len() / 10;
    let early = &samples[tenth..(2 * tenth).max(tenth + 1)];
    (early, &samples[9 * tenth..])
}

fn is_flat(samples: &[Taken]) -> bool {
    let (early, late) = ends(samples);
    let resident = |of: &[Taken]| median(of, |it| it.resident);
    let descriptors = |of: &[Taken]| median(of, |it| it.descriptors);
    // Clients come and go: a dozen connections are open at a time.
    resident(late) <= resident(early) + GROWTH && descriptors(late) <= descriptors(early) + 16
}

#[test]
fn a_leak_is_found_and_noise_is_none() {
    let run = |leak: usize, lost: usize| {
        let mut dice = Dice(1);
        let each = (0..1000).map(|reload| Taken {
            resident: 20_000 + dice.below(1000) as usize + reload * leak / 1024,
            descriptors: 20 + dice.below(10) as usize + reload * lost / 10,
            threads: 9,
        });
        each.collect::<Vec<_>>()
    };
    assert!(is_flat(&run(0, 0)));
    // A leak of a text for each reload, of 32 bytes for each of a hundred requests, and of every
    // tenth descriptor.
    assert!(!is_flat(&run(13 << 10, 0)));
    assert!(!is_flat(&run(3200, 0)));
    assert!(!is_flat(&run(0, 1)));
}

/// The median of a figure in a part of the samples.
fn median(samples: &[Taken], figure: fn(&Taken) -> usize) -> usize {
    let mut figures: Vec<usize> = samples.iter().map(figure).collect();
    figures.sort_unstable();
    figures[figures.len() / 2]
}

/// Makes a connection that ends in an unusual way.
fn churn(address: SocketAddr, dice: &mut Dice) {
    let Ok(mut stream) = std::net::TcpStream::connect(address) else {
        panic!("nobody listens");
    };
    let request = b"GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // The results of these writes do not matter.
    let _ = match dice.below(6) {
        0 => stream.write_all(&request[..20]),
        1 => stream.write_all(b"nonsense\r\n\r\n"),
        // The answers are never read.
        2 => stream.write_all(&request.repeat(5)),
        3 => stream.write_all(b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx"),
        4 => stream.shutdown(Shutdown::Write),
        _ => stream
            .write_all(request)
            .and_then(|()| stream.read(&mut [0; 9]).map(drop)),
    };
}

#[test]
fn what_a_server_takes_is_given_back() {
    run(SHORT);
}

#[test]
#[ignore = "takes minutes (WEEKAHEAD_SOAK=600)"]
fn what_a_server_takes_stays_the_same() {
    let length = soak();
    assert!(length >= LONG, "set WEEKAHEAD_SOAK to 120 or more seconds");
    let (samples, figures) = run(length);
    assert!(is_flat(&samples), "{figures}");
}

/// Watches a server for this long. Returns the samples of its resources, and a sentence about them.
fn run(length: Duration) -> (Vec<Taken>, String) {
    let place = Place::new();
    let mut writer = Writer::new(&place);
    let mut command = command(
        &place,
        &["lists", PROBE, "--state", "state", "--header-timeout", "2s"],
    );
    as_nobody(&place, &mut command);
    fs::create_dir(place.path("state")).expect("a folder");
    open_to_all(&place);
    let server = Server::of(command);
    writer.reader = Some(server.address);
    // After one page and one reload, everything that is made only once exists.
    let ledger = Ledger::new("/sims.ics", true, &generation);
    let mut client = Client::new(server.address);
    for kind in 0..KINDS {
        ledger.ask(&mut client, kind, &mut None).expect("an answer");
    }
    drop(client);
    let idle = || {
        until(|| {
            let taken = Taken::by(server.id());
            let open = fs::read_to_string(format!("/proc/{}/net/tcp", server.id()));
            let port = format!(":{:04X} ", server.address.port());
            let open = open.expect("connections");
            // Column 2 is our end; state 01 is established.
            let is_open = |line: &&str| {
                let mut columns = line.split_whitespace();
                let local = columns.nth(1).map(|local| format!("{local} "));
                local.is_some_and(|local| local.ends_with(&port)) && columns.nth(1) == Some("01")
            };
            (open.lines().filter(is_open).count() == 0).then_some(taken)
        })
    };
    let before = idle();
    let (end, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut samples = Vec::new();
    thread::scope(|scope| {
        let _ending = End(&end);
        for kind in 0..KINDS {
            let (ledger, end, answers, address) = (&ledger, &end, &answers, server.address);
            scope.spawn(move || {
                answers.fetch_add(ledger.poll(address, kind, end), Ordering::Relaxed)
            });
        }
        let (is_over, address) = (&end, server.address);
        scope.spawn(move || {
            let mut dice = Dice(3);
            let mut client = Client::new(address);
            while !is_over.load(Ordering::Relaxed) {
                churn(address, &mut dice);
                // This client waits for each answer, so it is no faster than the server.
                client.ask("GET", "/healthz", &[]).expect("an answer");
            }
        });
        let begun = Instant::now();
        let mut dice = Dice(5);
        while begun.elapsed() < length {
            let (name, way) = WAYS[dice.below(WAYS.len() as u64) as usize];
            let wanted = writer.next(way);
            ledger.wait_for(wanted, || format!("{name}: {}", server.log()));
            assert!(
                !server.log().contains("a fault"),
                "{name}: {}",
                server.log()
            );
            samples.push(Taken::by(server.id()));
        }
    });
    // All clients are gone, and no descriptor or thread is left behind.
    let after = until(|| {
        let after = idle();
        let is_back = after.descriptors <= before.descriptors;
        is_back.then_some(after)
    });
    let (early, late) = ends(&samples);
    let resident = |of: &[Taken]| median(of, |it| it.resident);
    let (first, last) = (resident(early), resident(late));
    let figures = format!(
        "{} s, {} reloads, {} answers: {} KiB at first, {first} in the second tenth, {last} in the \
         last, {} at the end; {} descriptors before, {} and {} meanwhile, {} after; {} threads \
         before, {} after",
        length.as_secs(),
        writer.generation,
        answers.load(Ordering::Relaxed),
        before.resident,
        after.resident,
        before.descriptors,
        median(early, |it| it.descriptors),
        median(late, |it| it.descriptors),
        after.descriptors,
        before.threads,
        after.threads,
    );
    is_well(&server);
    // Threads that make pages end after ten idle seconds. There are never many.
    assert!(after.threads <= before.threads + 2, "{figures}");
    // This bypasses the output capture of the test harness, since a person who runs a long soak
    // wants to see the figures.
    let _ = writeln!(std::io::stderr(), "SOAK: {figures}");
    (samples, figures)
}

/// Makes the state folder writable for the user that the server runs as.
fn open_to_all(place: &Place) {
    use std::os::unix::fs::PermissionsExt as _;
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(place.path("state"), open).expect("a mode");
}
