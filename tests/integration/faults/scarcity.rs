//! A system with few resources: descriptors, memory, threads.

use std::net::TcpStream;
use std::process::Command;

use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::lists::{generation, text};
use super::poll::{KINDS, Ledger};
use super::writer::{WAYS, Writer};
use super::{Client, command, is_well};
use crate::harness::{Left, Place};
use crate::serve::{PLANS, Server, as_nobody, until};

/// The program, run under a `ulimit` of the shell.
fn limited(place: &Place, limit: &str, arguments: &[&str]) -> Command {
    let like = place.command(&[]);
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{limit} && exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_weekahead"))
        .args(arguments)
        .current_dir(place.path("."))
        .env_clear();
    let set = like
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    command.envs(set);
    command
}

const SERVE: [&str; 4] = ["serve", "lists", "--listen", "127.0.0.1:0"];

#[test]
fn few_descriptors_are_shared_fairly() {
    let place = Place::new();
    let mut writer = Writer::new(&place);
    let arguments = [&SERVE[..], &["--header-timeout", "300ms"]].concat();
    let mut command = limited(&place, "ulimit -n 96", &arguments);
    command.env_remove("SOURCE_DATE_EPOCH");
    let server = Server::of(command);
    let warning = "the limit of open files allows no more connections connections=32";
    assert!(server.log().contains(warning), "{}", server.log());
    // There are six times as many clients as fit, and they connect again.
    let ledger = Ledger::new("/sims.ics", true, &generation);
    let mut client = Client::new(server.address);
    let mut last = None;
    for (_, way) in WAYS.iter().take(4) {
        let crowd: Vec<TcpStream> = (0..192).map(|_| server.connect()).collect();
        let wanted = writer.next(*way);
        until(|| {
            for kind in 0..KINDS {
                let asked = ledger.ask(&mut client, kind, &mut last);
                asked.expect("an answer");
            }
            (ledger.newest() == wanted).then_some(())
        });
        drop(crowd);
    }
    // There were always enough descriptors for files.
    let log = server.log();
    assert!(!log.contains("too many open files"), "{log}");
    is_well(&server);
}

#[test]
fn without_descriptors_the_last_good_feed_stays() {
    let place = Place::new();
    let mut writer = Writer::new(&place);
    let server = Server::of(command(&place, &["lists", "--idle-timeout", "1h"]));
    let id = Pid::from_raw(i32::try_from(server.id()).expect("an id"));
    let limit = |current| Rlimit {
        current: Some(current),
        maximum: Some(1024),
    };
    let ledger = Ledger::new("/sims.ics", true, &generation);
    let mut client = Client::new(server.address);
    let mut ask = || ledger.ask(&mut client, 0, &mut None).expect("an answer");
    ask();
    for (_, way) in [WAYS[0], WAYS[3], WAYS[6]] {
        // The limit is lower than the number of open descriptors, so the server can neither read
        // files or folders nor accept connections.
        prlimit(id, Resource::Nofile, limit(3)).expect("a limit");
        let before = ledger.newest();
        let log = server.log().len();
        let wanted = writer.next(way);
        server.log_after(log, "too many open files");
        ask();
        assert_eq!(ledger.newest(), before);
        prlimit(id, Resource::Nofile, limit(1024)).expect("a limit");
        until(|| {
            ask();
            (ledger.newest() == wanted).then_some(())
        });
    }
    is_well(&server);
}

#[test]
fn too_few_descriptors_to_serve_are_a_sentence() {
    let place = Place::with("lists/sims.yaml", PLANS);
    for few in [8, 12, 16, 31] {
        let left = Left::of(&mut limited(&place, &format!("ulimit -n {few}"), &SERVE));
        assert_eq!(
            (left.code, left.out.as_str(), left.err),
            (
                Some(3),
                "",
                format!(
                    "error: cannot serve: no more than {few} files may be open at a time\n\
                     hint: allow 32 or more (`ulimit -n`)\n"
                )
            )
        );
    }
    let server = Server::of(limited(&place, "ulimit -n 32", &SERVE));
    assert_eq!(server.get("/sims.ics").status, 200);
    place.file("lists/sims.yaml", "- {name: Two, expires: 2027-01-31}\n");
    until(|| server.get("/sims.ics").text().contains("Two").then_some(()));
    assert!(
        !server.log().contains("too many open files"),
        "{}",
        server.log()
    );
    is_well(&server);
}

/// Shells have different options for the limit of processes.
const NO_THREADS: &str = "{ ulimit -u 1 2>/dev/null || ulimit -p 1; }";

#[test]
fn without_threads_files_are_read_one_by_one() {
    let place = Place::new();
    for number in 0..20 {
        let list = format!("- {{name: Plan {number}, expires: 2027-01-31}}\n");
        place.file(&format!("lists/l{number}.yaml"), list);
    }
    for arguments in [
        &["check", "lists"][..],
        &["build", "lists", "-o", "-"],
        &["list", "lists", "--today", "2026-11-23"],
    ] {
        let whole = place.run(arguments);
        assert_eq!(whole.code, Some(0), "{}", whole.err);
        let mut command = limited(&place, NO_THREADS, arguments);
        as_nobody(&place, &mut command);
        assert_eq!(Left::of(&mut command), whole, "{arguments:?}");
    }
}

#[test]
fn no_threads_to_serve_with_are_a_sentence() {
    let place = Place::with("lists/sims.yaml", PLANS);
    let mut command = limited(&place, NO_THREADS, &SERVE);
    as_nobody(&place, &mut command);
    let left = Left::of(&mut command);
    assert_eq!(
        (left.code, left.out.as_str(), left.err.as_str()),
        (
            Some(3),
            "",
            "error: cannot start threads: resource temporarily unavailable\n"
        )
    );
}

/// What strangers and plans files may do to the server of a small machine.
#[test]
fn little_memory_is_enough() {
    let place = Place::new();
    let mut writer = Writer::new(&place);
    // The limit counts addresses. Each thread takes a stack, and glibc's allocator takes 64 MiB for
    // each thread unless it is told to use one heap. Without strangers the server uses 46 MiB.
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let limit = format!("ulimit -v {}", (128 + 8 * processors) << 10);
    let mut command = limited(&place, &limit, &SERVE);
    command.env("MALLOC_ARENA_MAX", "1");
    let server = Server::of(command);
    let body = vec![b'x'; 3 << 20];
    let head = format!(
        "PUT /sims.ics HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
        body.len() + 1
    );
    let big = [head.as_bytes(), &body].concat();
    let row = b"GET /sims.ics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000);
    let _crowd: Vec<TcpStream> = (0..400)
        .map(|at| {
            let mut stream = server.connect();
            stream.set_nonblocking(true).expect("a mode");
            let what = if at % 4 == 0 { &big } else { &row };
            // This writes as much as the system accepts.
            let _ = std::io::Write::write(&mut stream, what);
            stream
        })
        .collect();
    let mut client = Client::new(server.address);
    let mut serves = |wanted: u64| {
        until(|| {
            let feed = client.ask("GET", "/sims.ics", &[]).expect("an answer");
            (generation(feed.text()) == wanted).then_some(())
        });
    };
    serves(0);
    // Texts that would become large if their aliases were expanded without a limit.
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned()
        + &(0..8)
            .map(|level| {
                let (from, to) = (char::from(b'a' + level), char::from(b'b' + level));
                let nine = format!("*{from},").repeat(9);
                format!("{to}: &{to} [{}]\n", nine.trim_end_matches(','))
            })
            .collect::<String>();
    for hostile in [bomb, "[".repeat(4 << 20), "- {name: A}\n".repeat(20_000)] {
        let log = server.log().len();
        place.file("lists/sims.yaml", hostile);
        server.log_after(log, "cannot be used");
        serves(writer.generation);
    }
    let last = writer.next(WAYS[0].1);
    serves(last);
    assert_eq!(generation(server.get("/sims.ics").text()), last);
    assert_eq!(place.read("lists/sims.yaml"), text(last));
    is_well(&server);
}
