//! `--expect`: the feed is the file that was published, once caches have let go of the one before.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Server, check_in, feed, honest, problems};
use crate::harness::Place;

#[test]
fn caches_are_waited_for() {
    let (old, new) = (feed().replace("One", "Two"), feed());
    let place = Place::with("sims.ics", &new);
    let count = AtomicUsize::new(0);
    // A cache that lets go of the old feed after the six first requests.
    let server = Server::new(move |request, out| {
        let is_old = count.fetch_add(1, Ordering::Relaxed) < 6;
        honest(request, out, if is_old { &old } else { &new });
    });
    let left = check_in(&place, &server.url(), &["--expect", "sims.ics"]);
    let err = format!(
        "{}: other bytes than expected; waiting for caches\n",
        server.shown()
    );
    assert_eq!((left.code, left.err.as_str()), (Some(0), err.as_str()));
    assert_eq!(problems(&left), [""; 0]);
    // Five clients, one again in vain, then all five, and three with conditions.
    assert_eq!(server.requests().len(), 5 + 1 + 5 + 3);
    assert!(left.out.contains("  One expires on"), "{}", left.out);
}

#[test]
fn other_bytes_are_an_error_in_the_end() {
    let text = feed();
    let place = Place::with("sims.ics", text.replace("One", "Two"));
    let server = Server::new(move |request, out| honest(request, out, &text));
    let options = ["--expect", "sims.ics", "--expect-within", "10ms"];
    let left = check_in(&place, &server.url(), &options);
    let error = "error: the bytes for Google, iOS, Outlook, Thunderbird and curl are not those of the expected file";
    assert_eq!((left.code, problems(&left)), (Some(1), vec![error]));
    let left = check_in(&place, &server.url(), &["--expect", "none.ics"]);
    let error = "error: cannot read `none.ics`: no such file or directory\n";
    assert_eq!((left.code, left.err.as_str()), (Some(3), error));
}
