//! The workflow for a repository of plans: its commands, run as GitHub runs them, with a real git
//! and a bare repository for its remote. What installs weekahead is not run: the program that was
//! built here is on the PATH instead. tests/deploy/tickets.py runs what the issues of a repository
//! are for.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_yaml::Value;

use crate::harness::{Left, Place, names, repository};

const KEY: &str = "0123456789abcdef0123456789abcdef";

/// A repository of plans in the middle of a run, and what the run's expressions are.
struct Run {
    place: Place,
    workflow: Value,
    expressions: Vec<(&'static str, &'static str)>,
}

fn workflow() -> Value {
    let text = fs::read_to_string(repository().join("deploy/plans.yml")).expect("the workflow");
    serde_yaml::from_str(&text).expect("YAML")
}

impl Run {
    /// A clone with a list in it, as a checkout leaves one.
    fn new() -> Self {
        let run = Self {
            place: Place::new(),
            workflow: workflow(),
            expressions: vec![
                ("inputs.id", "example"),
                ("inputs.date", ""),
                ("inputs.paid", ""),
                ("inputs.way", ""),
                ("inputs.receipt", ""),
                ("github.ref_name", "main"),
                ("github.actor", "kari"),
                ("github.actor_id", "7"),
                ("github.repository", "kari/plans"),
                ("github.token", "token"),
                ("secrets.WEEKAHEAD_KEY", KEY),
                ("steps.pages.outputs.page_url", "https://site.invalid/"),
            ],
        };
        run.git("", &["init", "--quiet", "--bare", "remote.git"]);
        run.git("", &["clone", "--quiet", "remote.git", "work"]);
        run.git("work", &["checkout", "--quiet", "-b", "main"]);
        run.list(
            "- id: example  # stays\n  name: Example\n  renewed: 2026-10-05\n  validity: 3 months\n",
        );
        run.stub("gh", "echo true");
        let program = env!("CARGO_BIN_EXE_weekahead");
        run.stub("weekahead", &format!("exec '{program}' \"$@\""));
        run
    }

    fn set(&mut self, expression: &str, value: &'static str) {
        let mut all = self.expressions.iter_mut();
        let known = all.find(|(name, _)| *name == expression);
        known.expect("an expression").1 = value;
    }

    /// Commits a list and pushes it.
    fn list(&self, text: &str) {
        self.place.file("work/plans.yaml", text);
        self.git("work", &["add", "plans.yaml"]);
        self.git("work", &["commit", "--quiet", "-m", "plans"]);
        self.git("work", &["push", "--quiet", "origin", "main"]);
    }

    /// A program that is on the PATH before others.
    fn stub(&self, name: &str, script: &str) {
        let name = format!("bin/{name}");
        self.place.file(&name, format!("#!/bin/sh\n{script}\n"));
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.place.path(&name), mode).expect("a mode");
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(["-c", "init.defaultBranch=main"])
            .args(arguments)
            .current_dir(self.place.path(folder))
            .env("HOME", self.place.path(""))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        let left = Left::of(&mut command);
        assert_eq!(left.code, Some(0), "{arguments:?}: {}", left.err);
        left.out
    }

    /// Records what the form says, and pushes it.
    fn renew(&self) -> Left {
        match self.step("renew", "Record what the form says") {
            left if left.code != Some(0) => left,
            _ => self.step("renew", "Push the renewal"),
        }
    }

    /// Runs the commands of one step.
    fn step(&self, job: &str, name: &str) -> Left {
        let steps = self.workflow["jobs"][job]["steps"].as_sequence();
        let mut steps = steps.expect("steps").iter();
        let step = steps.find(|step| step["name"].as_str() == Some(name));
        let step = step.unwrap_or_else(|| panic!("no step {name}"));
        let path = std::env::var("PATH").unwrap_or_default();
        let bin = self.place.path("bin");
        let mut command = Command::new("bash");
        command
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c"])
            .arg(step["run"].as_str().expect("commands"))
            .current_dir(self.place.path("work"))
            .env_clear()
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("HOME", self.place.path(""))
            .env("TZ", "UTC")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("CI", "true")
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_OUTPUT", self.place.path("output"));
        let body = &self.workflow["jobs"][job];
        for env in [&self.workflow["env"], &body["env"], &step["env"]] {
            for (name, value) in env.as_mapping().into_iter().flatten() {
                let name = name.as_str().expect("a name");
                let value = value.as_str().expect("a text");
                command.env(name, self.evaluate(value));
            }
        }
        Left::of(&mut command)
    }

    /// A text with its expressions put in; one that is not known fails the test.
    fn evaluate(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once("}}").expect("a closed expression");
            let name = name.trim();
            let known = self.expressions.iter().find(|(known, _)| *known == name);
            out += known.unwrap_or_else(|| panic!("unknown {name}")).1;
            out += rest;
        }
        out
    }

    /// The list as the remote has it.
    fn pushed(&self) -> String {
        self.git("remote.git", &["show", "main:plans.yaml"])
    }
}

#[test]
fn nothing_that_is_typed_becomes_a_command() {
    let workflow = workflow();
    let jobs = workflow["jobs"].as_mapping().expect("jobs");
    let (mut runs, mut installs) = (0, Vec::new());
    for (job, body) in jobs {
        for step in body["steps"].as_sequence().expect("steps") {
            let Some(run) = step["run"].as_str() else {
                continue;
            };
            assert!(!run.contains("${{"), "{job:?}: {run}");
            runs += 1;
            if step["name"].as_str() == Some("Install weekahead") {
                installs.push(step);
            }
        }
        // What records a renewal may write contents alone, and what is about issues may write them.
        let writes = |what: &str| body["permissions"][what].as_str() == Some("write");
        let expected = match job.as_str() {
            Some("renew") => (true, false),
            Some("answer" | "tickets") => (false, true),
            _ => (false, false),
        };
        assert_eq!((writes("contents"), writes("issues")), expected, "{job:?}");
    }
    assert_eq!(runs, 12);
    // The answer needs no program.
    assert_eq!(installs.len(), jobs.len() - 1);
    assert!(installs.iter().all(|install| *install == installs[0]));
    assert_eq!(workflow["permissions"]["contents"].as_str(), Some("read"));
    let steps = workflow["jobs"]["publish"]["steps"].as_sequence();
    let fetches = |step: &&Value| step["with"]["fetch-depth"].as_u64() == Some(0);
    assert_eq!(steps.expect("steps").iter().filter(fetches).count(), 1);
}

#[test]
#[ignore = "needs git and bash"]
fn a_pull_request_is_checked() {
    let run = Run::new();
    let left = run.step("check", "Check the plans");
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    run.list("- {name: A, expires: 2026-02-30}\n");
    let left = run.step("check", "Check the plans");
    assert_eq!(left.code, Some(1));
    assert!(left.out.contains("--> plans.yaml:1:22"), "{}", left.out);
}

#[test]
#[ignore = "needs git and bash"]
fn a_renewal_is_recorded_and_pushed() {
    let mut run = Run::new();
    run.set("inputs.date", "2026-11-01");
    run.set("inputs.paid", "49 NOK");
    run.set("inputs.receipt", "$(touch x) `y` 'z'");
    let left = run.renew();
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    let list = run.pushed();
    for part in [
        "- id: example  # stays\n",
        "  renewed: 2026-11-01\n",
        "paid: 49 NOK",
        "$(touch x) `y`",
    ] {
        assert!(list.contains(part), "{list}");
    }
    let log = run.git(
        "remote.git",
        &["log", "-1", "--format=%an <%ae> %s", "main"],
    );
    assert_eq!(
        log,
        "kari <7+kari@users.noreply.github.com> Renew example on 2026-11-01\n"
    );

    // The same day again, and ids that are none, change nothing.
    for id in ["example", "--help", "$(touch x)", "x; touch x"] {
        run.set("inputs.id", id);
        let left = run.renew();
        assert_ne!(left.code, Some(0), "{id}");
        assert_eq!(run.pushed(), list, "{id}");
    }
    assert_eq!(names(&run.place.path("work")), [".git", "plans.yaml"]);
}

#[test]
#[ignore = "needs git and bash"]
fn a_renewal_is_put_on_top_of_what_was_pushed_meanwhile() {
    let mut run = Run::new();
    run.set("inputs.date", "2026-11-01");
    run.git(
        "",
        &["clone", "--quiet", "-b", "main", "remote.git", "other"],
    );
    run.place.file("other/README", "x");
    run.git("other", &["add", "README"]);
    run.git("other", &["commit", "--quiet", "-m", "other"]);
    run.git("other", &["push", "--quiet", "origin", "main"]);
    let left = run.renew();
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
    assert!(run.pushed().contains("renewed: 2026-11-01"));
    assert_eq!(run.git("remote.git", &["show", "main:README"]), "x");
}

#[test]
#[ignore = "needs git and bash"]
fn the_site_has_the_feed_under_its_secret_and_nothing_else() {
    let run = Run::new();
    let left = run.step("publish", "Build the site");
    assert_eq!(
        (left.code, left.err.as_str()),
        (Some(0), ""),
        "{}",
        left.out
    );
    let tokens = names(&run.place.path("work/site"));
    let [token] = tokens.as_slice() else {
        panic!("{tokens:?}");
    };
    assert_eq!(left.out, format!("::add-mask::{token}\n"));
    let folder = format!("work/site/{token}");
    assert_eq!(names(&run.place.path(&folder)), ["plans.ics"]);
    let feed = run.place.read(&format!("{folder}/plans.ics"));
    assert!(feed.contains("SUMMARY:Example expires on 5 Jan 2027\r\n"));

    // The address is the one that `url` tells the owner.
    let base = "https://kari.github.io/plans";
    let mut url = run
        .place
        .command(&["url", "work/plans.yaml", "--base-url", base]);
    let url = Left::of(url.env("WEEKAHEAD_KEY", KEY));
    let address = format!("  calendar  {base}/{token}/plans.ics\n");
    assert!(url.out.contains(&address), "{}", url.out);
}

#[cfg(feature = "fetch")]
#[test]
#[ignore = "needs git and bash"]
fn what_was_published_is_checked_where_it_is_served() {
    let mut run = Run::new();
    assert_eq!(run.step("publish", "Build the site").code, Some(0));
    let tokens = names(&run.place.path("work/site"));
    let feed = run
        .place
        .read(&format!("work/site/{}/plans.ics", tokens[0]));
    let server = crate::check_url::serving(feed);
    let base = format!("http://{}/plans/", server.address);
    run.set("steps.pages.outputs.page_url", base.leak());
    let left = run.step("publish", "Check what is served");
    assert_eq!(
        (left.code, left.err.as_str()),
        (Some(0), ""),
        "{}",
        left.out
    );
    assert!(!left.out.contains(&tokens[0]), "{}", left.out);
    let target = format!("/plans/{}/plans.ics", tokens[0]);
    let requests = server.requests();
    assert!(requests.iter().all(|request| request.target == target));
    assert_eq!(requests.len(), 8);
}

#[test]
#[ignore = "needs git and bash"]
fn nothing_is_published_without_a_key_or_in_public() {
    let mut run = Run::new();
    for (key, private, said) in [
        (KEY, "false", "::error::this repository is public"),
        ("", "true", "::error::the secret WEEKAHEAD_KEY is missing"),
    ] {
        run.set("secrets.WEEKAHEAD_KEY", key);
        run.stub("gh", &format!("echo {private}"));
        let left = run.step("publish", "Build the site");
        assert_eq!(left.code, Some(1));
        assert!(left.out.starts_with(said), "{}", left.out);
        assert!(!run.place.path("work/site").exists());
    }
}
