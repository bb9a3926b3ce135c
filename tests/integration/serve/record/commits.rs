//! Recordings that are committed. What is committed, and what is refused, is tested with the
//! command; here it is the same through a form.

use std::process::Command;

use super::{FORM, MAPPING, Site, Way, secrets};
use crate::harness::Place;
use crate::serve::Server;

/// A repository with a list, and a server that commits to it.
fn site() -> Site {
    let place = Place::with("sims.yaml", MAPPING);
    place.file(".gitignore", "/key\n");
    place.file("other.txt", "other\n");
    place.secret("key", secrets::KEY);
    git(&place, &["init", "--quiet", "--initial-branch=main"]);
    git(&place, &["config", "user.name", "Ola"]);
    git(&place, &["config", "user.email", "ola@example.org"]);
    git(&place, &["add", "sims.yaml", ".gitignore", "other.txt"]);
    git(&place, &["commit", "--quiet", "-m", "Begin"]);
    let server = Server::start(
        &place,
        &["sims.yaml", "--record", "--commit", "--key-file", "key"],
    );
    Site {
        server,
        before: MAPPING.to_owned(),
        place,
        way: Way::Direct,
    }
}

fn git(place: &Place, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(arguments)
        .current_dir(place.path("."))
        .env("HOME", place.path("."))
        .env("GIT_CONFIG_NOSYSTEM", "1");
    let output = git.output().expect("git runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
#[ignore = "needs git"]
fn each_recording_and_each_undo_is_a_commit() {
    let site = site();
    site.place.file("other.txt", "staged\n");
    git(&site.place, &["add", "other.txt"]);
    site.place.file("receipts/2021.pdf", "%PDF");
    let action = site.record_action("telenor");
    let form = FORM.replace("receipt=", "receipt=receipts%2F2021.pdf");
    let response = site.post(&action, &form);
    assert_eq!(response.status, 303, "{}", response.text());
    let undo = site.undo_action("telenor").expect("an undo");
    assert_eq!(site.post(&undo, "").status, 303);
    let log = git(&site.place, &["log", "--format=%an: %s", "--name-status"]);
    assert_eq!(
        log,
        "Ola: Take back the renewal of telenor on 2021-02-03\n\nM\tsims.yaml\n\
         Ola: Renew telenor on 2021-02-03\n\nA\treceipts/2021.pdf\nM\tsims.yaml\n\
         Ola: Begin\n\nA\t.gitignore\nA\tother.txt\nA\tsims.yaml\n"
    );
    assert_eq!(git(&site.place, &["show", "HEAD:sims.yaml"]), MAPPING);
    // What else is staged stays staged.
    assert_eq!(
        git(&site.place, &["status", "--porcelain"]),
        "M  other.txt\n"
    );
}

#[test]
#[ignore = "needs git"]
fn a_change_that_cannot_be_committed_is_recorded_all_the_same() {
    let site = site();
    let changed = MAPPING.replace("# mine", "# ours");
    site.place.file("sims.yaml", &changed);
    site.record("telenor");
    assert!(site.file().contains("on: 2021-02-03") && site.file().contains("# ours"));
    assert_eq!(git(&site.place, &["log", "--format=%s"]), "Begin\n");
    site.server.log_with("the change is not committed");
    let page = site.get(&site.plan_link("telenor"));
    assert!(page.text().contains("sims.yaml"), "{}", page.text());
}

/// A device may not make the server commit any file that lies in the repository.
#[test]
#[ignore = "needs git"]
fn only_a_receipt_is_committed_with_the_list() {
    let site = site();
    site.place.file("private/token", "secret");
    for receipt in ["private%2Ftoken", ".%2Fkey", "..%2F..%2Fetc%2Fpasswd"] {
        let action = site.record_action("telenor");
        let form = FORM.replace("receipt=", &format!("receipt={receipt}"));
        assert_eq!(site.post(&action, &form).status, 303, "{receipt}");
        let names = git(&site.place, &["show", "--format=%s", "--name-only"]);
        assert_eq!(
            names, "Renew telenor on 2021-02-03\n\nsims.yaml\n",
            "{receipt}"
        );
        let undo = site.undo_action("telenor").expect("an undo");
        assert_eq!(site.post(&undo, "").status, 303);
    }
}
