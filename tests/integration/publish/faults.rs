//! Faults between the program and the store, and kills at any point. No feed is torn or lost, no
//! file is left over in the store, and after the next run the store is the same as after an
//! undisturbed run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use super::proxy::{Dice, Fate, Proxy, xml};
use super::server::{Object, Store, command, publish, settled};
use crate::harness::{Left, Place};

/// The number of feeds in each of two states of the plans. Some feeds are in both states.
const FEEDS: usize = 5;
const STATES: [&str; 2] = ["one", "two"];

type Objects = BTreeMap<String, Object>;

fn place() -> Place {
    let place = Place::new();
    for (state, folder) in STATES.iter().enumerate() {
        for feed in state..state + FEEDS {
            let plans = format!("- {{name: Card {feed}, expires: 2027-01-1{state}}}\n");
            // One feed is the same in both.
            let plans = if feed == 1 {
                plans.replace("11}", "10}")
            } else {
                plans
            };
            place.file(&format!("{folder}/feed {feed}.yaml"), plans);
        }
    }
    place
}

/// The objects that undisturbed runs make from both states.
fn undisturbed(store: &Store, place: &Place) -> [Objects; 2] {
    STATES.map(|state| {
        let url = format!("{}/{state}", store.url());
        publish(place, &store.endpoint(), &[state, "--to", &url]);
        store.objects(&format!("{state}/"))
    })
}

/// A number of rounds: few unless a variable asks for more.
fn rounds(few: usize) -> usize {
    let asked = std::env::var("WEEKAHEAD_ROUNDS").ok();
    asked.map_or(few, |asked| asked.parse().expect("a number of rounds"))
}

/// Checks that every object is whole and known.
fn is_sound(objects: &Objects, states: &[Objects; 2], what: &str) {
    let mut known = BTreeSet::new();
    for (key, object) in objects {
        if key.starts_with(".weekahead/") {
            let text = str::from_utf8(&object.body).expect("a manifest is text");
            let manifest: serde_json::Value = serde_json::from_str(text).expect(what);
            let entries = manifest["entries"].as_object().expect("entries");
            for entry in entries.values() {
                let unsettled = entry.get("unsettled").and_then(|it| it.get("announced"));
                let paths = [entry.get("files"), entry.get("announced"), unsettled];
                for paths in paths.into_iter().flatten() {
                    let paths = paths.as_object().expect("paths");
                    known.extend(paths.keys().cloned());
                }
            }
        }
    }
    for (key, object) in objects {
        if !key.starts_with(".weekahead/") {
            let is_whole = states.iter().any(|state| state.get(key) == Some(object));
            assert!(is_whole, "{what}: `{key}` is torn");
            assert!(known.contains(key), "{what}: `{key}` is in no manifest");
        }
    }
    for key in states[0].keys().filter(|key| states[1].contains_key(*key)) {
        let is_there = key.starts_with(".weekahead/") || objects.contains_key(key);
        assert!(is_there, "{what}: `{key}` is lost");
    }
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn faults_on_the_way_change_nothing() {
    let store = Store::new();
    let place = place();
    let states = undisturbed(&store, &place);
    let url = format!("{}/site", store.url());
    for round in 0..rounds(6) {
        let proxy = Proxy::new(Some(store.address()), move |request, nth| {
            // Each request has its own random numbers, so the order of the requests does not
            // matter.
            let mut hasher = DefaultHasher::new();
            (round, request, nth).hash(&mut hasher);
            let mut dice = Dice::new(hasher.finish());
            match dice.below(24) {
                0 => Fate::CutBefore,
                1 => Fate::CutIn,
                2 => Fate::CutAfter,
                3 => Fate::CutAnswer,
                4 => Fate::Answer(503, xml("SlowDown")),
                5 => Fate::Answer(500, xml("InternalError")),
                6 => Fate::AnswerAfter(500, xml("InternalError")),
                7 if request.method == "PUT" => {
                    Fate::Answer(409, xml("ConditionalRequestConflict"))
                }
                _ => Fate::Pass,
            }
        });
        let state = round % 2;
        publish(&place, &proxy.endpoint(), &[STATES[state], "--to", &url]);
        let objects = store.objects("site/");
        assert!(is_as(&objects, &states[state]), "round {round}");
    }
}

/// Whether a site is what an undisturbed run makes.
fn is_as(objects: &Objects, state: &Objects) -> bool {
    let settled = |objects: &Objects| -> BTreeMap<String, Option<Object>> {
        let whole = objects.iter().filter_map(|(key, object)| {
            if !key.starts_with(".weekahead/") {
                return Some((key.clone(), Some(object.clone())));
            }
            let text = settled(&object.body)?;
            Some((format!("{key} {text}"), None))
        });
        whole.collect()
    };
    settled(objects) == settled(state)
}

/// A run with the old plans whose request for a path waits at the proxy.
struct Late {
    child: Child,
    go_on: mpsc::Sender<()>,
    proxy: Proxy,
}

impl Late {
    fn start(place: &Place, store: &Store, url: &str, method: &'static str, about: &str) -> Self {
        let (reached, reach) = mpsc::channel::<()>();
        let (go_on, wait) = mpsc::channel::<()>();
        let wait = Mutex::new(Some((reached, wait)));
        let about = about.to_owned();
        let proxy = Proxy::new(Some(store.address()), move |request, _| {
            if request.method == method && request.target.contains(&about) {
                let first = wait.lock().expect("a lock").take();
                if let Some((reached, wait)) = first {
                    reached.send(()).expect("the test");
                    let _ = wait.recv();
                }
            }
            Fate::Pass
        });
        let arguments = [
            "one",
            "--quiet",
            "--to",
            url,
            "--base-url",
            "https://cal.example.org",
        ];
        let mut command = command(place, &proxy.endpoint(), &arguments);
        let child = command.spawn().expect("it starts");
        reach.recv().expect("a request");
        Self {
            child,
            go_on,
            proxy,
        }
    }

    /// Lets the request reach the store, and waits until the run ends by itself.
    fn ends(mut self) {
        self.go_on.send(()).expect("the proxy");
        assert_eq!(self.child.wait().expect("it ends").code(), Some(0));
    }

    /// Lets the request reach the store after the run is dead.
    fn dies(mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it ends");
        self.go_on.send(()).expect("the proxy");
        drop(self.proxy);
    }
}

/// A request that is delayed while another run does all the work.
#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn what_comes_late_is_mended() {
    let store = Store::new();
    let place = place();
    let new = |day: &str| {
        for feed in 0..FEEDS {
            let plans = format!("- {{name: Card {feed}, expires: 2027-01-{day}}}\n");
            place.file(&format!("one/feed {feed}.yaml"), plans);
        }
    };
    for (name, method, about) in [
        ("put", "PUT", "feed%203.ics"),
        ("page", "PUT", "feed%203"),
        ("manifest", "PUT", ".weekahead/"),
        ("front", "PUT", "index.html"),
    ] {
        for (dies, day) in [(false, "20"), (true, "21")] {
            let url = format!("{}/{name}{dies}", store.url());
            new("10");
            let late = Late::start(&place, &store, &url, method, about);
            new(day);
            publish(&place, &store.endpoint(), &["one", "--to", &url]);
            if dies {
                late.dies();
                publish(&place, &store.endpoint(), &["one", "--to", &url]);
            } else {
                late.ends();
            }
            let whole = format!("{}/whole{day}", store.url());
            publish(&place, &store.endpoint(), &["one", "--to", &whole]);
            let whole = store.objects(&format!("whole{day}/"));
            let objects = store.objects(&format!("{name}{dies}/"));
            assert!(is_as(&objects, &whole), "{name}, dies: {dies}");
        }
    }
}

/// A removal that is delayed while another run, with other plans, puts the same file again.
#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn what_is_removed_late_is_put_again() {
    let store = Store::new();
    let place = place();
    let states = undisturbed(&store, &place);
    for dies in [false, true] {
        let url = format!("{}/{dies}", store.url());
        publish(&place, &store.endpoint(), &["two", "--to", &url]);
        let late = Late::start(&place, &store, &url, "POST", "delete");
        publish(&place, &store.endpoint(), &["two", "--to", &url]);
        match dies {
            true => late.dies(),
            false => late.ends(),
        }
        publish(&place, &store.endpoint(), &["two", "--to", &url]);
        let objects = store.objects(&format!("{dies}/"));
        assert!(is_as(&objects, &states[1]), "dies: {dies}");
    }
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn a_burst_passes() {
    let store = Store::new();
    let place = place();
    let states = undisturbed(&store, &place);
    let url = format!("{}/site", store.url());
    let count = AtomicUsize::new(0);
    let proxy = Proxy::new(Some(store.address()), move |_, _| {
        match count.fetch_add(1, Ordering::SeqCst) {
            10..60 => Fate::Answer(503, xml("SlowDown")),
            _ => Fate::Pass,
        }
    });
    publish(&place, &proxy.endpoint(), &["one", "--to", &url]);
    assert!(store.objects("site/") == states[0]);
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn an_answer_that_does_not_come_is_read_back() {
    let store = Store::new();
    let place = place();
    let states = undisturbed(&store, &place);
    // The store carries out the first put of every file, but the program gets no answer.
    for (name, fate) in [
        ("cut", Fate::CutAfter),
        ("late", Fate::AnswerAfter(503, xml("SlowDown"))),
    ] {
        let url = format!("{}/{name}", store.url());
        let proxy = Proxy::new(Some(store.address()), move |request, nth| {
            let is_hit = request.method == "PUT" && nth == 0;
            if is_hit { fate.clone() } else { Fate::Pass }
        });
        publish(&place, &proxy.endpoint(), &["one", "--to", &url]);
        assert!(store.objects(&format!("{name}/")) == states[0], "{name}");
    }
}

#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn a_store_that_is_silent_once_is_asked_again() {
    let store = Store::new();
    let place = place();
    let states = undisturbed(&store, &place);
    let url = format!("{}/site", store.url());
    let proxy = Proxy::new(Some(store.address()), move |request, nth| {
        let is_hit = nth == 0 && request.target.contains("front.json");
        if is_hit { Fate::Silence } else { Fate::Pass }
    });
    let arguments = [
        "one",
        "--quiet",
        "--to",
        &url,
        "--base-url",
        "https://cal.example.org",
    ];
    let mut command = command(&place, &proxy.endpoint(), &arguments);
    let left = Left::of(command.env("AWS_TIMEOUT", "1s"));
    assert_eq!((left.code, left.err.as_str()), (Some(0), ""));
    assert!(store.objects("site/") == states[0]);
}

/// The program is killed when the store gets a request, before or after the store carries it out,
/// while other requests continue.
#[cfg(unix)]
#[test]
#[ignore = "needs moto, which tests/publish/setup.sh installs"]
fn a_kill_at_any_point_is_mended_by_the_next_run() {
    let store = Store::new();
    let place = place();
    let states = undisturbed(&store, &place);
    let url = format!("{}/site", store.url());
    publish(&place, &store.endpoint(), &["two", "--to", &url]);
    let mut dice = Dice::new(5);
    let mut kills = 0;
    let mut state = 0;
    for round in 0..rounds(20) {
        // Some runs are killed while they repair the store.
        if dice.below(3) > 0 {
            state = 1 - state;
        }
        let (at, is_done) = (dice.below(60), dice.below(2) == 1);
        let (reached, kill) = mpsc::channel();
        let ended = reached.clone();
        let (killed, go_on) = mpsc::channel::<()>();
        let (count, reached, go_on) = (
            AtomicUsize::new(0),
            Mutex::new(Some(reached)),
            Mutex::new(go_on),
        );
        let passed = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&passed);
        let proxy = Proxy::new(Some(store.address()), move |_, _| {
            counted.fetch_add(1, Ordering::SeqCst);
            if count.fetch_add(1, Ordering::SeqCst) == at {
                let reached = reached.lock().expect("a lock").take().expect("once");
                if reached.send(true).is_ok() {
                    // The request waits until the run is dead or has ended by itself.
                    let _ = go_on.lock().expect("a lock").recv();
                }
                return if is_done {
                    Fate::CutAfter
                } else {
                    Fate::CutBefore
                };
            }
            Fate::Pass
        });
        let arguments = [
            STATES[state],
            "--quiet",
            "--to",
            &url,
            "--base-url",
            "https://cal.example.org",
        ];
        let mut child = command(&place, &proxy.endpoint(), &arguments)
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let id = child.id();
        let waiting = std::thread::spawn(move || {
            child.wait().expect("it ends");
            let _ = ended.send(false);
        });
        // A run may end before it reaches this request.
        let is_reached = kill.recv().expect("one of them");
        if is_reached {
            let status = std::process::Command::new("kill")
                .args(["-9", &id.to_string()])
                .status()
                .expect("kill");
            assert!(status.success(), "round {round}");
            kills += 1;
        }
        waiting.join().expect("it ends");
        drop(killed);
        drop(proxy);
        let what = format!("round {round}, killed at request {at}");
        is_sound(&store.objects("site/"), &states, &what);
        if dice.below(2) == 0 {
            publish(&place, &store.endpoint(), &[STATES[state], "--to", &url]);
            let objects = store.objects("site/");
            assert!(is_as(&objects, &states[state]), "{what}");
        }
    }
    assert!(kills > 0, "some are killed");
    publish(&place, &store.endpoint(), &["one", "--to", &url]);
    let objects = store.objects("site/");
    assert!(is_as(&objects, &states[0]));
    fs::remove_dir_all(place.path("one")).expect("a folder");
}
