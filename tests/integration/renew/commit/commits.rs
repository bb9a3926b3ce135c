//! What `--commit` commits.

use std::fs;

use super::{MESSAGE, PLANS, RENEWED, Repository};
use crate::harness::Left;

#[test]
#[ignore = "needs git"]
fn the_plans_file_and_its_receipt_are_committed_alone() {
    for options in [&[][..], &["--object-format=sha256"]] {
        let repository = Repository::empty(options);
        repository.place.file("repo/other", "one\n");
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "-m", "first"]);
        repository.place.file("repo/other", "two\n");
        repository.git(&["add", "other"]);
        repository.place.file("repo/other", "three\n");
        repository.place.file("repo/new", "");
        repository
            .place
            .file("repo/receipts/ræ [1].pdf", "%PDF\r\n");
        let first = repository.head();
        let left = repository.renew(&["--receipt", "receipts/ræ [1].pdf"]);
        assert_eq!(left.code, Some(0), "{}", left.err);
        let short = repository.git(&["rev-parse", "--short", "HEAD"]);
        let said = format!("committed on `main` as `{}`: {MESSAGE}\n", short.trim());
        assert_eq!(Repository::said(&left), said);
        assert_eq!(
            repository.git(&["log", "-1", "--format=%P%n%an <%ae>%n%cn <%ce>%n%B"]),
            format!("{first}Åse <aase@example.org>\nÅse <aase@example.org>\n{MESSAGE}\n\n")
        );
        assert_eq!(
            repository.git(&[
                "-c",
                "core.quotePath=false",
                "show",
                "--format=",
                "--name-status",
                "--no-renames",
                "HEAD"
            ]),
            "M\tplans.yaml\nA\treceipts/ræ [1].pdf\n"
        );
        assert_eq!(repository.git(&["status", "--short"]), "MM other\n?? new\n");
        assert_eq!(repository.git(&["show", ":other"]), "two\n");
        assert_eq!(
            repository.git(&["show", "HEAD:receipts/ræ [1].pdf"]),
            "%PDF\r\n"
        );
        assert_eq!(repository.git(&["fsck", "--strict"]), "");
        for reference in ["HEAD", "main"] {
            let reflog = repository.git(&["reflog", "-1", "--format=%gs", reference]);
            assert_eq!(reflog, format!("commit: {MESSAGE}\n"), "{reference}");
        }
        repository.has_nothing_left();
    }
}

#[test]
#[ignore = "needs git"]
fn the_mode_stays_and_a_mark_is_committed() {
    let repository = Repository::new();
    let plans = format!("\u{feff}{PLANS}").replace('\n', "\r\n");
    repository.place.file("repo/plans.yaml", &plans);
    repository.place.set_mode("repo/plans.yaml", 0o755);
    repository.git(&["commit", "--quiet", "-am", "second"]);
    let left = repository.renew(&[]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(
        repository.git(&["show", "HEAD:plans.yaml"]),
        format!("\u{feff}{RENEWED}").replace('\n', "\r\n")
    );
    let entry = repository.git(&["ls-tree", "HEAD", "plans.yaml"]);
    assert!(entry.starts_with("100755 blob "), "{entry}");
    assert_eq!(repository.git(&["status", "--short"]), "");
}

#[test]
#[ignore = "needs git"]
fn what_is_left_to_do_is_to_push() {
    let repository = Repository::new();
    repository.git(&["init", "--quiet", "--bare", "../bare"]);
    repository.git(&["remote", "add", "backup", "../bare"]);
    let left = repository.renew(&[]);
    assert!(
        left.err
            .ends_with("\nstill to do:\n  git push -u backup HEAD\n"),
        "{}",
        left.err
    );
    repository.git(&["push", "--quiet", "-u", "backup", "HEAD"]);
    let plans = "repo/plans.yaml";
    let mut command = repository.place.command(&[
        "renew",
        "sim",
        plans,
        "--on",
        "yesterday",
        "--today",
        "2026-11-02",
        "--commit",
    ]);
    let left = Left::of(&mut command);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let root = repository
        .place
        .path("repo")
        .canonicalize()
        .expect("a folder");
    let push = format!("\nstill to do:\n  git -C {} push\n", root.display());
    assert!(left.err.ends_with(&push), "{}", left.err);
    let subject = repository.git(&["log", "-1", "--format=%s"]);
    assert_eq!(subject, "Renew sim on 2026-11-01\n");
}

#[test]
#[ignore = "needs git"]
fn a_dry_run_says_what_it_would_commit() {
    let repository = Repository::new();
    repository.place.file("repo/x.pdf", "x");
    let (head, index) = (repository.head(), repository.index());
    let left = repository.renew(&["--dry-run", "--receipt", "x.pdf"]);
    assert_eq!(left.code, Some(0));
    assert_eq!(
        Repository::said(&left),
        format!(
            "a dry run: nothing was written\nit would commit `plans.yaml` and `x.pdf` on `main`: {MESSAGE}\n"
        )
    );
    repository
        .place
        .file("repo/plans.yaml", format!("# x\n{PLANS}"));
    let left = repository.renew(&["--dry-run"]);
    assert_eq!(left.code, Some(3));
    assert_eq!(
        Repository::said(&left),
        "a dry run: nothing was written\nerror: it would be recorded, but not committed: `plans.yaml` had changes already that are not committed\n"
    );
    assert_eq!((repository.head(), repository.index()), (head, index));
    let mut command = repository.renewal("repo", &["-", "--dry-run"]);
    let file = fs::File::open(repository.place.path("repo/plans.yaml"));
    let left = Left::of(command.stdin(file.expect("a list")));
    assert_eq!(left.code, Some(3));
    assert!(
        left.err
            .ends_with("but not committed: standard input is in no git repository\n"),
        "{}",
        left.err
    );
}

#[test]
#[ignore = "needs git"]
fn a_receipt_is_committed_only_if_git_would_take_it() {
    let only_plans = "M\tplans.yaml\n";
    for (receipt, expected) in [
        ("x.pdf", "M\tplans.yaml\nA\tx.pdf\n"),
        ("committed.pdf", only_plans),
        ("changed.pdf", "M\tchanged.pdf\nM\tplans.yaml\n"),
        ("staged.pdf", "M\tplans.yaml\nA\tstaged.pdf\n"),
        ("ignored.pdf", only_plans),
        ("../outside.pdf", only_plans),
        (".git/config", only_plans),
        ("inner/x.pdf", only_plans),
        ("missing.pdf", only_plans),
        ("folder", only_plans),
        ("SMS ref 8842", only_plans),
    ] {
        let repository = Repository::new();
        let file = |name: &str, text: &str| repository.place.file(&format!("repo/{name}"), text);
        file(".gitignore", "ignored.pdf\n");
        file("committed.pdf", "one");
        file("changed.pdf", "one");
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "-m", "second"]);
        for name in [
            "x.pdf",
            "changed.pdf",
            "staged.pdf",
            "ignored.pdf",
            "inner/x.pdf",
            "folder/x",
        ] {
            file(name, "two");
        }
        repository.place.file("outside.pdf", "two");
        repository.git_in("repo/inner", &["init", "--quiet"]);
        repository.git(&["add", "staged.pdf"]);
        let left = repository.renew(&["--receipt", receipt]);
        assert_eq!(left.code, Some(0), "{receipt}: {}", left.err);
        assert_eq!(repository.changed(), expected, "{receipt}");
    }
    let repository = Repository::new();
    repository.place.file("repo/x.pdf", "one");
    repository.git(&["add", "x.pdf"]);
    repository.place.file("repo/x.pdf", "two");
    repository.refuses(
        &["--receipt", "x.pdf"],
        "`x.pdf` had staged changes already",
    );
}

#[test]
#[ignore = "needs git"]
fn worktrees_and_submodules_are_committed_in() {
    let repository = Repository::new();
    repository.git(&["worktree", "add", "--quiet", "-b", "side", "../side"]);
    let left = Left::of(&mut repository.renewal("side", &[]));
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert!(
        left.err.contains("\ncommitted on `side` as `"),
        "{}",
        left.err
    );
    assert_eq!(repository.git_in("side", &["status", "--short"]), "");
    assert_eq!(repository.git(&["show", "side:plans.yaml"]), RENEWED);
    assert_eq!(repository.git(&["show", "main:plans.yaml"]), PLANS);

    repository.git(&["init", "--quiet", "../outer"]);
    let add = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "../repo",
        "sub",
    ];
    repository.git_in("outer", &add);
    let left = Left::of(&mut repository.renewal("outer/sub", &[]));
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(repository.git_in("outer/sub", &["status", "--short"]), "");
    assert_eq!(
        repository.git_in("outer/sub", &["show", "HEAD:plans.yaml"]),
        RENEWED
    );
}

#[test]
#[ignore = "needs git"]
fn other_forms_of_an_index_stay() {
    let prepared = || {
        let repository = Repository::new();
        for name in ["a/x", "b/x", "b/c/x"] {
            repository.place.file(&format!("repo/{name}"), "x\n");
        }
        repository.place.file("repo/lists/plans.yaml", PLANS);
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "-m", "second"]);
        repository
    };
    for commands in [
        &[&["update-index", "--split-index"][..]][..],
        &[
            &["config", "core.splitIndex", "true"],
            &["update-index", "--split-index"],
        ],
        &[&["sparse-checkout", "set", "--cone", "lists"]],
        &[&[
            "sparse-checkout",
            "set",
            "--cone",
            "--sparse-index",
            "lists",
        ]],
        &[&["update-index", "--untracked-cache"]],
        &[&["update-index", "--index-version", "4"]],
    ] {
        let repository = prepared();
        for command in commands {
            repository.git(command);
        }
        let left = Left::of(&mut repository.renewal("repo/lists", &[]));
        assert_eq!(left.code, Some(0), "{commands:?}: {}", left.err);
        assert_eq!(repository.git(&["status", "--short"]), "", "{commands:?}");
        assert_eq!(
            repository.changed(),
            "M\tlists/plans.yaml\n",
            "{commands:?}"
        );
        let shared = crate::harness::names(&repository.place.path("repo/.git"));
        let shared = shared
            .iter()
            .filter(|name| name.starts_with("sharedindex."));
        let is_split = commands
            .iter()
            .any(|command| command.contains(&"--split-index"));
        assert_eq!(shared.count(), usize::from(is_split), "{commands:?}");
        // Git itself leaves trees of a sparse index behind.
        let check = ["fsck", "--strict", "--no-dangling"];
        assert_eq!(repository.git(&check), "", "{commands:?}");
    }
}

/// Nothing of a partial clone is fetched, and what is not there is not needed.
#[test]
#[ignore = "needs git"]
fn a_partial_clone_fetches_nothing() {
    let repository = Repository::new();
    repository.place.file("repo/other", "x\n");
    repository.git(&["add", "."]);
    repository.git(&["commit", "--quiet", "-m", "second"]);
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repository.place.path("repo").display());
    let clone = [
        "clone",
        "--quiet",
        "--filter=blob:none",
        "--sparse",
        &url,
        "../clone",
    ];
    repository.git(&clone);
    repository.git_in(
        "clone",
        &["sparse-checkout", "set", "--no-cone", "/plans.yaml"],
    );
    repository.git_in("clone", &["config", "remote.origin.url", "file:///nowhere"]);
    let left = Left::of(&mut repository.renewal("clone", &[]));
    assert_eq!(left.code, Some(0), "{}", left.err);
    let shown = repository.git_in(
        "clone",
        &["diff-tree", "-r", "--name-only", "HEAD~", "HEAD"],
    );
    assert_eq!(shown, "plans.yaml\n");
}
