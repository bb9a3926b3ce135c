//! What a repository names, git would run: programs that our use of git must never start.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::harness::{Left, Place, names};

const PLANS: &str = "- id: sim\n  name: SIM\n  renewed: 2026-07-05\n  validity: 3 months\n";
/// The hooks that git runs while it reads, writes its index, moves refs and commits.
const HOOKS: [&str; 9] = [
    "commit-msg",
    "fsmonitor-watchman",
    "post-commit",
    "post-index-change",
    "post-rewrite",
    "pre-commit",
    "pre-push",
    "prepare-commit-msg",
    "reference-transaction",
];
/// What a filter that stays answers git first: that it can do nothing.
const HANDSHAKE: &str = r"printf '0016git-filter-server\n000eversion=2\n00000000'";
/// A signature that only a program can judge.
const SIGNATURE: &str =
    "gpgsig -----BEGIN PGP SIGNATURE-----\n \n aaaa\n -----END PGP SIGNATURE-----\n";

/// A repository that names a program wherever it can. Each program leaves a file with its name in
/// `ran`.
struct Planted {
    place: Place,
}

impl Planted {
    fn new() -> Self {
        let place = Place::with("repo/plans.yaml", PLANS);
        place.file("repo/receipts/x.pdf", "receipt\n");
        place.file("repo/receipts/y.pdf", "receipt\n");
        fs::create_dir(place.path("ran")).expect("a folder");
        let planted = Self { place };
        planted.git(&["init", "--quiet"]);
        planted.git(&["add", "."]);
        planted.git(&["commit", "--quiet", "-m", "first"]);
        planted.place.file("repo/other.yaml", PLANS);
        planted.git(&["add", "."]);
        planted.git(&["commit", "--quiet", "-m", "second"]);
        planted.sign();
        planted.configure();
        planted
    }

    /// Gives the newest commit a signature.
    fn sign(&self) {
        let commit = self.git(&["cat-file", "commit", "HEAD"]);
        let signed = commit.replacen("\n\n", &format!("\n{SIGNATURE}\n"), 1);
        let hash = self.fed(&["hash-object", "-t", "commit", "-w", "--stdin"], &signed);
        self.git(&["update-ref", "HEAD", hash.trim()]);
    }

    fn configure(&self) {
        for (name, then) in [
            ("clean", "cat"),
            ("smudge", "cat"),
            ("process", &format!("{HANDSHAKE}; cat > /dev/null")),
            ("fsmonitor", "exit 1"),
            ("gpg", "exit 1"),
            ("external-diff", "true"),
            ("textconv", "cat \"$1\""),
            ("credential", "true"),
            ("ssh", "exit 1"),
        ] {
            self.program(&format!("bin/{name}"), name, then);
        }
        for hook in HOOKS {
            self.program(&format!("repo/.git/hooks/{hook}"), hook, "true");
        }
        self.place.file(
            "repo/.git/info/attributes",
            "*.yaml filter=one diff=text\n*.pdf filter=two\n",
        );
        for (key, program) in [
            ("filter.one.clean", "clean"),
            ("filter.one.smudge", "smudge"),
            ("filter.two.process", "process"),
            ("core.fsmonitor", "fsmonitor"),
            ("gpg.program", "gpg"),
            ("diff.external", "external-diff"),
            ("diff.text.textconv", "textconv"),
            ("credential.helper", "credential"),
            ("core.sshCommand", "ssh"),
        ] {
            let program = self.place.path(&format!("bin/{program}"));
            self.git(&["config", key, program.to_str().expect("UTF-8")]);
        }
        for (key, value) in [
            ("log.showSignature", "true"),
            ("core.repositoryFormatVersion", "1"),
            ("extensions.partialClone", "origin"),
            ("remote.origin.url", "ssh://example.invalid/plans"),
            ("remote.origin.promisor", "true"),
        ] {
            self.git(&["config", key, value]);
        }
    }

    /// Writes a program that tells that it ran.
    fn program(&self, path: &str, name: &str, then: &str) {
        let mark = self.place.path(&format!("ran/{name}"));
        let script = format!("#!/bin/sh\n: > '{}'\n{then}\n", mark.display());
        self.place.file(path, script);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.place.path(path), mode).expect("a mode");
    }

    /// Names the programs that a commit runs: an editor, a signature program, an alias, and what a
    /// file with more settings names.
    fn plant_for_commit(&self, attributes: &str) {
        for (name, then) in [
            ("editor", "echo message > \"$1\""),
            ("alias", "true"),
            ("included", "exit 1"),
        ] {
            self.program(&format!("bin/{name}"), name, then);
        }
        let program = |name: &str| {
            let path = self.place.path(&format!("bin/{name}"));
            path.to_str().expect("UTF-8").to_owned()
        };
        let more = format!("[core]\nfsmonitor = {}\n", program("included"));
        self.place.file("repo/.git/more", more);
        for (key, value) in [
            ("core.editor", program("editor")),
            ("alias.tree", format!("!{}", program("alias"))),
            ("include.path", "more".to_owned()),
            ("commit.gpgSign", "true".to_owned()),
            ("gc.auto", "1".to_owned()),
            ("user.name", "A".to_owned()),
            ("user.email", "a@example.org".to_owned()),
        ] {
            self.git(&["config", key, &value]);
        }
        self.place.file("repo/.git/info/attributes", attributes);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(arguments)
            .current_dir(self.place.path("repo"))
            .env("HOME", self.place.path(""))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .stdin(Stdio::null());
        git
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.fed(arguments, "")
    }

    /// What git says when it is given a text.
    fn fed(&self, arguments: &[&str], input: &str) -> String {
        let mut git = self.command(arguments);
        git.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = git.spawn().expect("git runs");
        let mut stdin = child.stdin.take().expect("standard input");
        stdin.write_all(input.as_bytes()).expect("it is read");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "git {arguments:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The programs that have run since this was last asked.
    fn ran(&self) -> Vec<String> {
        let ran = names(&self.place.path("ran"));
        for name in &ran {
            fs::remove_file(self.place.path(&format!("ran/{name}"))).expect("removed");
        }
        ran
    }

    /// What plain git runs, and what it says.
    fn run_by_git(&self, arguments: &[&str]) -> (Vec<String>, String) {
        self.ran();
        // Some of them fail: the programs do nothing useful.
        let output = self.command(arguments).output().expect("git runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (self.ran(), said)
    }

    /// Makes git read the files anew, since their times tell it nothing.
    fn touch(&self) {
        let index = fs::File::options()
            .write(true)
            .open(self.place.path("repo/.git/index"));
        let time =
            std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        index.expect("an index").set_modified(time).expect("a time");
    }

    /// Removes what the newest commit is compared with: git would fetch it.
    fn lose_a_tree(&self) {
        let tree = self.git(&["rev-parse", "HEAD~^{tree}"]);
        let (folder, name) = tree.trim().split_at(2);
        let object = self
            .place
            .path(&format!("repo/.git/objects/{folder}/{name}"));
        fs::remove_file(object).expect("a loose object");
    }
}

/// Each of them is run by plain git: what does not run below could have.
fn plain_git_runs_them(planted: &Planted) {
    planted.touch();
    for (program, arguments) in [
        ("clean", &["hash-object", "plans.yaml"][..]),
        ("smudge", &["cat-file", "--filters", "HEAD:plans.yaml"]),
        ("process", &["hash-object", "receipts/x.pdf"]),
        ("fsmonitor", &["status"]),
        ("gpg", &["log", "-1"]),
        ("external-diff", &["show", "--ext-diff", "HEAD"]),
        ("textconv", &["cat-file", "--textconv", "HEAD:plans.yaml"]),
        ("post-index-change", &["read-tree", "HEAD"]),
        ("pre-commit", &["commit", "--allow-empty", "-m", "third"]),
        (
            "reference-transaction",
            &["update-ref", "refs/heads/z", "HEAD"],
        ),
    ] {
        let (ran, said) = planted.run_by_git(arguments);
        assert!(
            ran.iter().any(|it| it == program),
            "{program}: {ran:?}: {said}"
        );
    }
    planted.fed_credential();
    // The newest commit is the signed one again.
    planted.git(&["reset", "--quiet", "--soft", "HEAD~"]);
    planted.lose_a_tree();
    let (ran, said) = planted.run_by_git(&["log", "--raw"]);
    assert!(ran.iter().any(|it| it == "ssh"), "{ran:?}: {said}");
    planted.touch();
    let (ran, said) = planted.run_by_git(&["status", "--porcelain", "--", "receipts/x.pdf"]);
    assert!(ran.iter().any(|it| it == "process"), "{ran:?}: {said}");
}

impl Planted {
    fn fed_credential(&self) {
        self.ran();
        let mut git = self.command(&["credential", "fill"]);
        git.stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = git.spawn().expect("git runs");
        let mut stdin = child.stdin.take().expect("standard input");
        let asked = stdin.write_all(b"protocol=https\nhost=example.invalid\n\n");
        asked.expect("it is read");
        drop(stdin);
        child.wait().expect("it ends");
        assert_eq!(self.ran(), ["credential"]);
    }

    /// Runs the program in the repository, with git asked about revisions.
    fn ours(&self, arguments: &[&str]) -> Left {
        let mut command = self.place.command(arguments);
        command
            .env_remove("SOURCE_DATE_EPOCH")
            .current_dir(self.place.path("repo"));
        Left::of(&mut command)
    }
}

#[test]
#[ignore = "needs git"]
fn nothing_that_a_repository_names_is_run() {
    let planted = Planted::new();
    plain_git_runs_them(&planted);
    for arguments in [&["build"][..], &["check"], &["list"]] {
        planted.touch();
        planted.ran();
        let left = planted.ours(arguments);
        assert!(matches!(left.code, Some(0 | 1)), "{}", left.err);
        assert_eq!(planted.ran(), [""; 0], "{arguments:?}");
        if arguments == ["build"] {
            // Git was asked, and could not go on without the tree.
            assert!(left.err.contains("git cannot say when"), "{}", left.err);
        }
    }
    planted.touch();
    planted.ran();
    let left = planted.ours(&[
        "renew",
        "sim",
        "--today",
        "2026-10-05",
        "--receipt",
        "receipts/x.pdf",
    ]);
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(planted.ran(), [""; 0]);
    assert!(left.err.contains("still to do"), "{}", left.err);
    assert!(left.err.contains("git add -- plans.yaml\n"), "{}", left.err);
    assert!(left.err.contains("git push -u origin HEAD"), "{}", left.err);
}

/// A commit of plain git runs each of them.
fn plain_commits_run_them(planted: &Planted) {
    let unsigned = ["-c", "commit.gpgSign=false", "commit", "--allow-empty"];
    let amend = [&unsigned[..], &["--amend", "-m", "x"]].concat();
    for (arguments, programs) in [
        (
            &unsigned[..],
            &[
                "commit-msg",
                "editor",
                "included",
                "post-commit",
                "pre-commit",
                "prepare-commit-msg",
                "reference-transaction",
            ][..],
        ),
        (&amend, &["post-rewrite"]),
        (&["commit", "--allow-empty", "-m", "x"], &["gpg"]),
        // When git writes the index, it reads files of about the same time through their filters.
        (
            &["update-index", "--force-write-index"],
            &["clean", "post-index-change", "process"],
        ),
        (&["add", "receipts/x.pdf"], &["process"]),
        (&["tree"], &["alias"]),
    ] {
        planted.touch();
        let (ran, said) = planted.run_by_git(arguments);
        for program in programs {
            assert!(
                ran.iter().any(|it| it == program),
                "{program}: {ran:?}: {said}"
            );
        }
    }
}

const RENEWAL: [&str; 5] = ["renew", "sim", "--today", "2026-10-05", "--commit"];

#[test]
#[ignore = "needs git"]
fn a_commit_runs_nothing_that_a_repository_names() {
    let planted = Planted::new();
    planted.plant_for_commit("*.pdf filter=two\nother.yaml filter=one\n");
    planted.git(&["config", "filter.one.required", "true"]);
    plain_commits_run_them(&planted);
    planted.place.file("repo/receipts/z.txt", "receipt\n");
    planted.touch();
    planted.ran();
    let left = planted.ours(&[&RENEWAL[..], &["--receipt", "receipts/z.txt"]].concat());
    assert_eq!(left.code, Some(0), "{}", left.err);
    assert_eq!(planted.ran(), [""; 0]);
    let commit = planted.git(&["cat-file", "commit", "HEAD"]);
    assert!(commit.contains("\n\nRenew sim on 2026-10-05\n"), "{commit}");
    assert!(!commit.contains("gpgsig"), "{commit}");
}

#[test]
#[ignore = "needs git"]
fn a_refused_commit_runs_nothing_either() {
    let refused = |planted: &Planted, reason: &str| {
        planted.touch();
        planted.ran();
        let left = planted.ours(&RENEWAL);
        assert_eq!(left.code, Some(3), "{}", left.err);
        let reason = format!("error: recorded, but not committed: {reason}");
        assert!(left.err.contains(&reason), "{reason}: {}", left.err);
        assert_eq!(planted.ran(), [""; 0]);
    };
    let planted = Planted::new();
    planted.plant_for_commit("*.yaml filter=one diff=text\n");
    refused(
        &planted,
        "git changes `plans.yaml` before it stores it: its attribute `filter` is `one`\n",
    );

    // Newer versions of git run these hooks, wherever `core.hooksPath` leads.
    for event in ["reference-transaction", "post-index-change"] {
        let planted = Planted::new();
        planted.plant_for_commit("");
        planted.git(&["config", "hook.x.event", event]);
        planted.git(&["config", "hook.x.command", "true"]);
        let reason = format!(
            "the repository configures a hook for {event}\nhint: remove `hook.x.event` from its configuration, then commit\n"
        );
        refused(&planted, &reason);
    }

    // Plain git fetches a tree that is missing.
    let planted = Planted::new();
    planted.plant_for_commit("");
    let tree = planted.git(&["rev-parse", "HEAD:receipts"]);
    let (folder, name) = tree.trim().split_at(2);
    let object = format!("repo/.git/objects/{folder}/{name}");
    fs::remove_file(planted.place.path(&object)).expect("a loose object");
    let (ran, said) = planted.run_by_git(&["read-tree", "HEAD"]);
    assert!(ran.iter().any(|it| it == "ssh"), "{ran:?}: {said}");
    refused(&planted, "git failed: ");
}

/// No git that we start has our secrets, may ask anybody anything, or reach the network.
#[test]
#[ignore = "needs git"]
fn git_is_given_no_secrets() {
    let real = real_git().expect("git is installed");
    let place = Place::with("repo/plans.yaml", PLANS);
    let seen = place.path("seen");
    let script = format!(
        "#!/bin/sh\nenv >> '{}'\nexec '{}' \"$@\"\n",
        seen.display(),
        real.display()
    );
    place.file("bin/git", script);
    let mode = fs::Permissions::from_mode(0o755);
    fs::set_permissions(place.path("bin/git"), mode).expect("a mode");
    let who = "[user]\nname = A\nemail = a@example.org\n";
    place.file(".gitconfig", who);
    for arguments in [
        &["init", "--quiet"][..],
        &["add", "plans.yaml"],
        &["commit", "--quiet", "-m", "first"],
    ] {
        let status = Command::new(&real)
            .args(arguments)
            .current_dir(place.path("repo"))
            .env("HOME", place.path(""))
            .status();
        assert!(status.expect("git runs").success());
    }
    let mut path = OsString::from(place.path("bin"));
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    for arguments in [
        &["build", "plans.yaml"][..],
        &["renew", "sim", "--today", "2026-10-05", "--commit"],
        &["renew", "sim", "--today", "2026-10-06"],
    ] {
        let _ = fs::remove_file(&seen);
        let mut command = place.command(arguments);
        command
            .env_remove("SOURCE_DATE_EPOCH")
            .env("PATH", &path)
            .env("WEEKAHEAD_KEY", "secret")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("GIT_ALLOW_PROTOCOL", "ssh:https")
            .current_dir(place.path("repo"));
        let left = Left::of(&mut command);
        assert_eq!(left.code, Some(0), "{}", left.err);
        let seen = fs::read_to_string(&seen).expect("git was run");
        assert!(!seen.contains("secret"), "{seen}");
        for line in [
            "GIT_ALLOW_PROTOCOL=",
            "GIT_TERMINAL_PROMPT=0",
            "GIT_PAGER=cat",
            "GIT_NO_LAZY_FETCH=1",
        ] {
            assert!(seen.lines().any(|it| it == line), "{line}: {seen}");
        }
    }
}

fn real_git() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let all = std::env::split_paths(&path).map(|folder| folder.join("git"));
    all.into_iter().find(|git| git.is_file())
}
