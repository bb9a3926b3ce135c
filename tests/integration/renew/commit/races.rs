//! Other runs, other commits and kills in the middle of a commit.

use std::fs;
use std::process::Stdio;

use super::{MESSAGE, PLANS, RENEWED, Repository};
use crate::harness::Left;

#[test]
#[ignore = "needs git"]
fn two_runs_at_once_are_two_commits() {
    let repository = Repository::new();
    for name in ["one", "two"] {
        repository.place.file(&format!("repo/{name}.yaml"), PLANS);
    }
    repository.git(&["add", "."]);
    repository.git(&["commit", "--quiet", "-m", "second"]);
    let start = |arguments: &[&str]| {
        let mut command = repository.renewal("repo", arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("the program runs")
    };
    let ends = |runs: Vec<std::process::Child>| {
        let ends = runs.into_iter().map(|run| {
            let output = run.wait_with_output().expect("it ends");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            (output.status.code(), said)
        });
        ends.collect::<Vec<_>>()
    };
    // Two lists of one repository.
    for (code, said) in ends(vec![start(&["one.yaml"]), start(&["two.yaml"])]) {
        assert_eq!(code, Some(0), "{said}");
    }
    // Two renewals in one list.
    let first = ["plans.yaml", "--on", "2026-10-04"];
    let second = ["plans.yaml", "--on", "2026-10-05"];
    let all = ends(vec![start(&first), start(&second)]);
    let count = all.iter().filter(|(code, _)| *code == Some(0)).count();
    // The older one is refused if the newer one comes first.
    let refused = all
        .iter()
        .filter(|(code, said)| *code == Some(2) && said.contains("is older than the last one"));
    assert_eq!(count + refused.count(), 2, "{all:?}");
    let commits = repository.git(&["rev-list", "--count", "HEAD"]);
    assert_eq!(commits.trim(), (4 + count).to_string());
    assert_eq!(repository.git(&["status", "--short"]), "");
    assert_eq!(repository.git(&["fsck", "--strict"]), "");
}

/// A git that runs a script at one of its commands, before or after the command.
fn interrupt(repository: &Repository, at: &str, then: &str) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut all = std::env::split_paths(&path).map(|folder| folder.join("git"));
    let real = all.find(|git| git.is_file()).expect("git is installed");
    let script = format!(
        "#!/bin/sh\nreal='{}'\nfor word; do if [ \"$word\" = {at} ]; then\n{then}\nfi; done\nexec \"$real\" \"$@\"\n",
        real.display()
    );
    repository.place.file("bin/git", script);
    repository.place.set_mode("bin/git", 0o755);
    let mut all = std::ffi::OsString::from(repository.place.path("bin"));
    all.push(":");
    all.push(path);
    all
}

/// Wherever the program is killed, the repository is valid, and the change is not undone by the next
/// commit.
#[test]
#[ignore = "needs git"]
fn a_kill_leaves_a_valid_repository() {
    for (at, expected) in [
        ("hash-object", " M plans.yaml\n"),
        ("update-index", " M plans.yaml\n"),
        ("read-tree", "M  plans.yaml\n"),
        ("write-tree", "M  plans.yaml\n"),
        ("commit-tree", "M  plans.yaml\n"),
        ("update-ref", "M  plans.yaml\n"),
    ] {
        let repository = Repository::new();
        let path = interrupt(&repository, at, "kill -9 $PPID; exit 1");
        let left = Left::of(repository.renewal("repo", &[]).env("PATH", path));
        assert_eq!(left.code, None, "{at}: {}", left.err);
        assert_eq!(repository.place.read("repo/plans.yaml"), RENEWED, "{at}");
        assert_eq!(repository.git(&["status", "--short"]), expected, "{at}");
        repository.git(&["fsck", "--strict"]);
        repository.git(&["commit", "--quiet", "-am", "by hand"]);
        assert_eq!(
            repository.git(&["show", "HEAD:plans.yaml"]),
            RENEWED,
            "{at}"
        );
        // The next run removes what is left.
        let mut command = repository.place.command(&[
            "renew",
            "sim",
            "repo/plans.yaml",
            "--today",
            "2026-10-06",
            "--commit",
        ]);
        let left = Left::of(&mut command);
        assert_eq!(left.code, Some(0), "{at}: {}", left.err);
        repository.has_nothing_left();
    }
}

#[test]
#[ignore = "needs git"]
fn a_commit_that_comes_first_is_kept() {
    // Plain `git commit` would take what is staged with it.
    let meanwhile = "if [ ! -e ../seen ]; then : > ../seen
        new=$(\"$real\" commit-tree 'HEAD^{tree}' -p HEAD -m meanwhile)
        \"$real\" update-ref HEAD $new
    fi";
    let repository = Repository::new();
    let path = interrupt(&repository, "update-ref", meanwhile);
    let left = Left::of(repository.renewal("repo", &[]).env("PATH", path));
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(
        repository.git(&["log", "--format=%s"]),
        format!("{MESSAGE}\nmeanwhile\nfirst\n")
    );
    assert_eq!(repository.git(&["status", "--short"]), "");
}

/// If the branch cannot be moved, nothing stays staged.
#[test]
#[ignore = "needs git"]
fn a_refused_branch_leaves_the_index_as_it_was() {
    let repository = Repository::new();
    repository.place.file("repo/.git/refs/heads/main.lock", "");
    repository.place.file("repo/x.pdf", "x");
    let left = repository.renew(&["--receipt", "x.pdf"]);
    assert_eq!(left.code, Some(3));
    assert!(
        left.err
            .contains("error: recorded, but not committed: git failed: "),
        "{}",
        left.err
    );
    assert_eq!(
        repository.git(&["status", "--short"]),
        " M plans.yaml\n?? x.pdf\n"
    );
    assert!(
        left.err.ends_with("still to do:\n  git add -- plans.yaml x.pdf\n  git commit -m 'Renew sim on 2026-10-05' -- plans.yaml x.pdf\n"),
        "{}",
        left.err
    );
}

/// A repository may come from somebody else, with links where the program writes.
#[test]
#[ignore = "needs git"]
fn a_link_in_place_of_the_temporary_index_is_not_followed() {
    let repository = Repository::new();
    repository.place.file("precious", "precious\n");
    for name in ["weekahead-index", "weekahead-index.lock"] {
        let link = repository.place.path(&format!("repo/.git/{name}"));
        std::os::unix::fs::symlink("../../precious", link).expect("a link");
    }
    let left = repository.renew(&[]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(repository.place.read("precious"), "precious\n");
    assert_eq!(repository.git(&["status", "--short"]), "");

    // The configuration can name another working tree.
    let repository = Repository::new();
    fs::create_dir(repository.place.path("other")).expect("a folder");
    repository.git(&["config", "core.worktree", "../../other"]);
    let left = repository.renew(&[]);
    assert_eq!(left.code, Some(3), "{}", left.err);
    let [repo, other] = ["repo", "other"].map(|name| {
        let path = repository.place.path(name).canonicalize();
        path.expect("a folder").display().to_string()
    });
    let reason = format!(
        "error: recorded, but not committed: the working tree of the repository in `{repo}` is `{other}`\n"
    );
    assert!(left.err.contains(&reason), "{}", left.err);
    assert_eq!(repository.git(&["log", "--format=%s"]), "first\n");
}
