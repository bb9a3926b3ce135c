//! When a renewal is recorded, but not committed.

use super::{PLANS, RENEWED, Repository};
use crate::harness::{Left, Place};

#[test]
#[ignore = "needs git"]
fn a_file_that_git_has_otherwise_is_not_committed() {
    let changed = format!("# mine\n{PLANS}");
    let repository = Repository::new();
    repository.place.file("repo/plans.yaml", &changed);
    repository.refuses(
        &[],
        "`plans.yaml` had changes already that are not committed",
    );

    let repository = Repository::new();
    repository.place.file("repo/plans.yaml", &changed);
    repository.git(&["add", "plans.yaml"]);
    repository.refuses(&[], "`plans.yaml` had staged changes already");

    let repository = Repository::new();
    repository.git(&["rm", "--quiet", "--cached", "plans.yaml"]);
    repository.refuses(&[], "`plans.yaml` was removed from the index");

    let repository = Repository::new();
    repository.git(&["rm", "--quiet", "--cached", "plans.yaml"]);
    repository.git(&["commit", "--quiet", "-m", "second"]);
    repository.refuses(
        &[],
        "`plans.yaml` is not tracked by git\nhint: commit it once yourself",
    );

    let repository = Repository::new();
    repository.git(&["rm", "--quiet", "--cached", "plans.yaml"]);
    repository.place.file("repo/.gitignore", "*.yaml\n");
    repository.git(&["add", ".gitignore"]);
    repository.git(&["commit", "--quiet", "-m", "second"]);
    repository.refuses(&[], "`plans.yaml` is ignored by git");

    for option in ["--assume-unchanged", "--skip-worktree"] {
        let repository = Repository::new();
        repository.git(&["update-index", option, "plans.yaml"]);
        repository.refuses(
            &[],
            "`plans.yaml` is marked in the index, so git does not look for changes in it",
        );
    }
}

#[test]
#[ignore = "needs git"]
fn a_repository_in_another_state_gets_no_commit() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "--detach"]);
    repository.refuses(
        &[],
        "HEAD is not on a branch\nhint: switch to a branch with `git switch BRANCH`",
    );

    let repository = Repository::empty(&[]);
    repository.git(&["add", "."]);
    repository.refuses(
        &[],
        "the branch `main` has no commit yet\nhint: make the first commit yourself",
    );

    // Each of them stops at a conflict in another file.
    for (options, running, what) in [
        (&[][..], &["merge", "side"][..], "a merge"),
        (&[], &["rebase", "side"], "a rebase"),
        (&[], &["cherry-pick", "side"], "a cherry-pick"),
        (&[], &["revert", "HEAD~"], "a revert"),
        (&[], &["bisect", "start"], "a bisect"),
        (
            &["--ref-format=reftable"],
            &["cherry-pick", "side"],
            "a cherry-pick",
        ),
        (&["--ref-format=reftable"], &["revert", "HEAD~"], "a revert"),
    ] {
        let repository = Repository::empty(options);
        let commit = |text: &str| {
            repository.place.file("repo/other", text);
            repository.git(&["add", "."]);
            repository.git(&["commit", "--quiet", "-m", text]);
        };
        commit("zero");
        repository.git(&["checkout", "--quiet", "-b", "side"]);
        commit("one");
        repository.git(&["checkout", "--quiet", "main"]);
        commit("two");
        commit("three");
        repository.try_git(running);
        let reason = format!(
            "{what} is running in the repository\nhint: finish it or abort it, then commit"
        );
        repository.refuses(&[], &reason);
    }

    let repository = Repository::new();
    repository.place.file("repo/.git/index.lock", "");
    let lock = repository.place.path("repo/.git/index.lock");
    let lock = lock.canonicalize().expect("a file");
    repository.refuses(
        &[],
        &format!(
            "another git process keeps the index of the repository locked\nhint: if no git process runs, remove `{}`, then commit",
            lock.display()
        ),
    );

    let place = Place::with("plans.yaml", PLANS);
    let left = place.run(&["renew", "sim", "--today", "2026-10-05", "--commit"]);
    assert_eq!(left.code, Some(3));
    assert!(
        left.err.ends_with(
            "\nerror: recorded, but not committed: `plans.yaml` is in no git repository\n"
        ),
        "{}",
        left.err
    );
    assert_eq!(place.read("plans.yaml"), RENEWED);
}

#[test]
#[ignore = "needs git"]
fn nobody_commits_under_a_guessed_name() {
    let reason = "git does not know your name and your address\nhint: set them with `git config user.name NAME` and `git config user.email ADDRESS`, then commit";
    let repository = Repository::new();
    repository.place.file(".gitconfig", "[user]\nname = A\n");
    repository.refuses(&[], reason);

    let repository = Repository::new();
    repository.place.file(".gitconfig", "");
    let mut command = repository.renewal("repo", &[]);
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), format!("The {who}"))
            .env(format!("GIT_{who}_EMAIL"), "a@example.org");
    }
    let left = Left::of(&mut command);
    assert_eq!(left.code, Some(0), "{}", left.err);
    let names = repository.git(&["log", "-1", "--format=%an, %cn"]);
    assert_eq!(names, "The AUTHOR, The COMMITTER\n");
}

#[test]
#[ignore = "needs git"]
fn without_git_or_with_a_late_one_the_renewal_is_kept() {
    let repository = Repository::new();
    let mut command = repository.renewal("repo", &[]);
    let left = Left::of(command.env("PATH", repository.place.path("nothing")));
    assert_eq!(left.code, Some(3));
    assert!(
        left.err
            .ends_with("\nerror: recorded, but not committed: git failed: `git` was not found\n"),
        "{}",
        left.err
    );
    assert_eq!(repository.place.read("repo/plans.yaml"), RENEWED);

    let repository = Repository::new();
    repository
        .place
        .file("bin/git", "#!/bin/sh\nexec sleep 60\n");
    repository.place.set_mode("bin/git", 0o755);
    let mut path = std::ffi::OsString::from(repository.place.path("bin"));
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let left = Left::of(repository.renewal("repo", &[]).env("PATH", path));
    assert_eq!(left.code, Some(3));
    assert!(
        left.err.contains("\nerror: recorded, but not committed: git failed: it did not answer within 10 seconds\n"),
        "{}",
        left.err
    );
    assert_eq!(repository.place.read("repo/plans.yaml"), RENEWED);
}

/// Git would store something else than the file has, and a program would tell what.
#[test]
#[ignore = "needs git"]
fn a_file_that_git_converts_is_not_committed() {
    for (attributes, reason) in [
        (
            "*.yaml filter=x",
            "git changes `plans.yaml` before it stores it: its attribute `filter` is `x`",
        ),
        (
            "*.yaml ident",
            "git changes `plans.yaml` before it stores it: its attribute `ident` is `set`",
        ),
        (
            "*.yaml working-tree-encoding=UTF-16",
            "git changes `plans.yaml` before it stores it: its attribute `working-tree-encoding` is `UTF-16`",
        ),
    ] {
        let repository = Repository::new();
        repository
            .place
            .file("repo/.git/info/attributes", attributes);
        let reason = format!("{reason}\nhint: commit it with git itself");
        repository.refuses(&[], &reason);
    }
    let repository = Repository::new();
    repository
        .place
        .file("repo/.git/info/attributes", "*.pdf filter=lfs\n");
    repository.place.file("repo/x.pdf", "x");
    repository.refuses(
        &["--receipt", "x.pdf"],
        "git changes `x.pdf` before it stores it: its attribute `filter` is `lfs`\nhint: commit it with git itself",
    );

    let repository = Repository::new();
    let large = std::fs::File::create(repository.place.path("repo/x.pdf"));
    let grown = large.expect("a file").set_len((64 << 20) + 1);
    grown.expect("a sparse file");
    repository.refuses(
        &["--receipt", "x.pdf"],
        "`x.pdf` is larger than 64 MiB\nhint: commit it with git itself",
    );
}

/// Git stores what its own commands would store, so that `git status` shows no change.
#[test]
#[ignore = "needs git"]
fn line_ends_are_those_that_git_stores() {
    let [lf, crlf] = [false, true];
    let changed = "`plans.yaml` had changes already that are not committed";
    let other = "`plans.yaml` has other line endings in git than its attributes say";
    for (attributes, setting, committed, refused) in [
        ("", "false", lf, Some(changed)),
        ("", "false", crlf, None),
        ("", "true", lf, None),
        ("", "true", crlf, None),
        ("", "input", lf, None),
        ("* -text", "true", lf, Some(changed)),
        ("* -crlf", "true", crlf, None),
        ("* text", "false", lf, None),
        ("* text", "false", crlf, Some(other)),
        ("* text=auto", "false", lf, None),
        ("* text=auto", "false", crlf, None),
        ("* text=auto eol=crlf", "false", lf, None),
        ("* eol=crlf", "false", lf, None),
        ("* eol=crlf", "false", crlf, Some(other)),
    ] {
        let case = format!("{attributes}, {setting}, CR LF committed: {committed}");
        let repository = Repository::new();
        let text = PLANS.replace('\n', "\r\n");
        if committed == crlf {
            repository.place.file("repo/plans.yaml", &text);
            repository.git(&["commit", "--quiet", "-am", "second"]);
        }
        repository.git(&["config", "core.autocrlf", setting]);
        let attribute_file = "repo/.git/info/attributes";
        repository.place.file(attribute_file, attributes);
        repository.place.file("repo/plans.yaml", &text);
        repository.place.file("repo/x.pdf", "%PDF\r\n\0");
        if let Some(reason) = refused {
            repository.refuses(&["--receipt", "x.pdf"], reason);
            continue;
        }
        let left = repository.renew(&["--receipt", "x.pdf"]);
        assert_eq!(left.code, Some(0), "{case}: {}", left.err);
        // Git believes the index until the time of the file changes.
        for name in ["plans.yaml", "x.pdf"] {
            let name = format!("repo/{name}");
            repository.place.file(&name, repository.place.read(&name));
        }
        assert_eq!(repository.git(&["status", "--short"]), "", "{case}");
        let now = repository.git(&["cat-file", "blob", "HEAD:plans.yaml"]);
        let now = now.replace(", receipt: x.pdf", "");
        assert_eq!(now.contains('\r'), committed, "{case}");
        assert_eq!(now.replace('\r', ""), RENEWED, "{case}");
        assert!(
            repository.place.read("repo/plans.yaml").contains('\r'),
            "{case}"
        );
    }
}
