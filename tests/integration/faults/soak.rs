//! A server that runs for long: what it takes stays the same.
//!
//! Ten minutes by `WEEKAHEAD_SOAK=600`. In the few seconds of every run memory has not settled, and
//! only descriptors and threads are judged.

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

/// What memory may grow by between the second tenth of a run and its last, by their medians, in
/// KiB. In ten minutes there are hundreds of reloads and more than a hundred thousand requests: a
/// reload that keeps its text (13 KiB), or a request that keeps 32 octets, is more than this. An
/// allocator's noise is less.
const GROWTH: usize = 2048;

/// What a process takes.
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
    // A text for each reload; 32 octets for each of a hundred requests; every tenth descriptor.
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

/// A connection that ends in a way that is not the usual one.
fn churn(address: SocketAddr, dice: &mut Dice) {
    let Ok(mut stream) = std::net::TcpStream::connect(address) else {
        panic!("nobody listens");
    };
    let request = b"GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    // Whatever becomes of these is the same to us.
    let _ = match dice.below(6) {
        0 => stream.write_all(&request[..20]),
        1 => stream.write_all(b"nonsense\r\n\r\n"),
        // Answers that nobody reads.
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

/// Watches a server for so long, and returns what it took meanwhile, and that in words.
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
    // A page and a reload have been: what is made once is there.
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
                // No faster than the server answers.
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
    // Everybody is gone, and has left no descriptor and no thread behind.
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
    // Threads that make pages end after ten seconds of rest; there are never many.
    assert!(after.threads <= before.threads + 2, "{figures}");
    // Past the test harness: whoever runs it for long wants to know.
    let _ = writeln!(std::io::stderr(), "SOAK: {figures}");
    (samples, figures)
}

/// Lets whoever the server runs as write.
fn open_to_all(place: &Place) {
    use std::os::unix::fs::PermissionsExt as _;
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(place.path("state"), open).expect("a mode");
}
