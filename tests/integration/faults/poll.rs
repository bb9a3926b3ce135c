//! Clients that poll without a pause and check every answer.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::SystemTime;

use flate2::read::GzDecoder;

use super::{Client, Cut, length};
use crate::serve::Response;
use crate::wait::DEADLINE;

/// Kinds of clients.
pub(super) const KINDS: usize = 6;

/// What all clients together know about one feed.
pub(super) struct Ledger<'j> {
    path: String,
    /// Returns the number of the text from which a feed was made. Panics if it is not a whole feed.
    judge: &'j (dyn Fn(&str) -> u64 + Sync),
    /// Whether a later feed must have a higher number. If so, each number is served once, and so it
    /// has one date.
    is_ordered: bool,
    known: Mutex<Known>,
    /// Notified when something more is known.
    has_more: Condvar,
}

#[derive(Default)]
struct Known {
    /// By encoding and entity tag.
    by_tag: HashMap<(bool, String), Feed>,
    by_body: HashMap<(bool, u64), String>,
    /// By number, when the feed was last modified.
    modified: HashMap<u64, SystemTime>,
    newest: u64,
    /// How many answers with a feed there were.
    answers: usize,
}

#[derive(Clone, Copy)]
struct Feed {
    body: u64,
    length: usize,
    modified: SystemTime,
    number: u64,
}

impl<'j> Ledger<'j> {
    pub(super) fn new(
        path: &str,
        is_ordered: bool,
        judge: &'j (dyn Fn(&str) -> u64 + Sync),
    ) -> Self {
        Self {
            path: path.to_owned(),
            judge,
            is_ordered,
            known: Mutex::default(),
            has_more: Condvar::new(),
        }
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        // Only the first client that fails reports why. The others do not report the poisoned lock.
        let known = self.known.lock();
        known.unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest number that any client got.
    pub(super) fn newest(&self) -> u64 {
        self.known().newest
    }

    /// Waits until a condition holds for what is known.
    #[track_caller]
    fn wait_until(&self, is_known: impl Fn(&Known) -> bool, why: impl Fn() -> String) {
        let waited = self
            .has_more
            .wait_timeout_while(self.known(), DEADLINE, |known| !is_known(known));
        let (known, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let is_there = is_known(&known);
        drop(known);
        assert!(is_there, "it is not served: {}", why());
    }

    /// Waits until the newest feed that a client got has this number.
    #[track_caller]
    pub(super) fn wait_for(&self, number: u64, why: impl Fn() -> String) {
        self.wait_until(|known| known.newest == number, why);
    }

    /// Waits until the clients have got this many more feeds.
    #[track_caller]
    pub(super) fn wait_for_answers(&self, count: u64) {
        let before = self.known().answers as u64;
        let is_enough = |known: &Known| known.answers as u64 >= before + count;
        self.wait_until(is_enough, || format!("{count} more feeds"));
    }

    /// The number of different feeds.
    pub(super) fn feeds(&self) -> usize {
        self.known().modified.len()
    }

    /// Checks an answer to a request that was sent when `floor` was the newest number.
    fn check(&self, response: &Response, floor: u64) {
        let is_gzip = response.field("content-encoding") == Some("gzip");
        let tag = response.field("etag").expect("an entity tag").to_owned();
        let modified = response.field("last-modified").expect("a date");
        let modified = httpdate::parse_http_date(modified).expect("a date");
        let body = BuildHasherDefault::<DefaultHasher>::default().hash_one(&response.body);
        let mut known = self.known();
        let number = match known.by_tag.get(&(is_gzip, tag.clone())) {
            Some(feed) => {
                assert_eq!(feed.body, body, "other octets under the tag {tag}");
                assert_eq!(feed.modified, modified, "two dates of the tag {tag}");
                feed.number
            }
            None => {
                let before = known.by_body.insert((is_gzip, body), tag.clone());
                assert_eq!(before, None, "the same octets under the tag {tag}");
                let number = (self.judge)(&plain(response));
                let length = response.body.len();
                let feed = Feed {
                    body,
                    length,
                    modified,
                    number,
                };
                known.by_tag.insert((is_gzip, tag), feed);
                number
            }
        };
        let date = *known.modified.entry(number).or_insert(modified);
        if self.is_ordered {
            assert_eq!(date, modified, "{number} has two dates");
            assert!(number >= floor, "{number} came after {floor}");
            let mut others = known.modified.iter();
            let odd = others.find(|(other, date)| (**other).cmp(&number) != (*date).cmp(&modified));
            assert_eq!(odd, None, "{number} is of {modified:?}");
        }
        known.newest = known.newest.max(number);
        known.answers += 1;
        drop(known);
        self.has_more.notify_all();
    }

    /// Runs a client of one kind until it is told to end. Returns the number of its answers.
    pub(super) fn poll(&self, address: SocketAddr, kind: usize, end: &AtomicBool) -> usize {
        let mut client = Client::new(address);
        let mut answers = 0;
        let mut last: Option<Response> = None;
        while !end.load(Ordering::Relaxed) {
            match self.ask(&mut client, kind, &mut last) {
                Ok(()) => answers += 1,
                Err(cut) => panic!("{cut} after {answers} answers to {kind}"),
            }
        }
        answers
    }

    /// Sends one request.
    pub(super) fn ask(
        &self,
        client: &mut Client,
        kind: usize,
        last: &mut Option<Response>,
    ) -> Result<(), Cut> {
        let floor = self.newest();
        match kind % KINDS {
            // Whole feeds on one connection; compressed feeds; a new connection for each request.
            0 => self.whole(client, &[], floor),
            1 => self.whole(client, &["Accept-Encoding: gzip"], floor),
            2 => self.whole(client, &["Connection: close"], floor),
            3 => {
                let field = |last: &Response| format!("If-None-Match: {}", tag(last));
                self.unless(client, last, field, |old, new| tag(old) == tag(new), floor)
            }
            4 => {
                let date = |last: &Response| last.field("last-modified").map(str::to_owned);
                let field = |last: &Response| {
                    format!("If-Modified-Since: {}", date(last).unwrap_or_default())
                };
                let is_same = |old: &Response, new: &Response| date(old) == date(new);
                self.unless(client, last, field, is_same, floor)
            }
            _ => {
                let head = client.ask("HEAD", &self.path, &[])?;
                assert_eq!(head.status, 200, "{}", head.head);
                if let Some(feed) = self.known().by_tag.get(&(false, tag(&head))) {
                    assert_eq!(length(&head), feed.length);
                }
                let page = self.path.trim_end_matches(".ics");
                for path in [page, "/healthz"] {
                    let response = client.ask("GET", path, &[])?;
                    assert_eq!(response.status, 200, "{path}: {}", response.head);
                    assert!(!response.body.is_empty(), "{path}");
                }
                Ok(())
            }
        }
    }

    fn whole(&self, client: &mut Client, fields: &[&str], floor: u64) -> Result<(), Cut> {
        let response = client.ask("GET", &self.path, fields)?;
        assert_eq!(response.status, 200, "{}", response.head);
        self.check(&response, floor);
        Ok(())
    }

    /// Sends a conditional request, as calendars do.
    fn unless(
        &self,
        client: &mut Client,
        last: &mut Option<Response>,
        field: impl Fn(&Response) -> String,
        is_same: impl Fn(&Response, &Response) -> bool,
        floor: u64,
    ) -> Result<(), Cut> {
        let Some(known) = last else {
            let response = client.ask("GET", &self.path, &[])?;
            self.check(&response, floor);
            *last = Some(response);
            return Ok(());
        };
        let response = client.ask("GET", &self.path, &[&field(known)])?;
        match response.status {
            304 => {
                assert!(is_same(known, &response), "{}", response.head);
                assert_eq!(tag(known), tag(&response), "{}", response.head);
                if self.is_ordered {
                    let tag = (false, tag(&response));
                    let number = self.known().by_tag[&tag].number;
                    assert!(number >= floor, "304 for {number} after {floor}");
                }
            }
            200 => {
                assert!(!is_same(known, &response), "{}", response.head);
                assert_ne!(known.body, response.body, "{}", response.head);
                self.check(&response, floor);
                *known = response;
            }
            _ => panic!("{}", response.head),
        }
        Ok(())
    }
}

fn tag(response: &Response) -> String {
    response.field("etag").expect("an entity tag").to_owned()
}

fn plain(response: &Response) -> String {
    let mut text = String::new();
    match response.field("content-encoding") {
        Some(_) => GzDecoder::new(response.body.as_slice())
            .read_to_string(&mut text)
            .expect("gzip of text"),
        None => response
            .body
            .as_slice()
            .read_to_string(&mut text)
            .expect("text"),
    };
    text
}
