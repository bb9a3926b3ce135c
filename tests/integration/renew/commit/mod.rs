//! `--commit`: what it commits, what it leaves alone, and when it does not commit.

mod commits;
mod races;
mod refusals;

use std::process::{Command, Stdio};

use crate::harness::{Left, Place, names};

const PLANS: &str = "- id: sim\n  name: SIM\n  renewed: 2026-07-05\n  validity: 3 months\n";
const RENEWED: &str = "- id: sim\n  name: SIM\n  renewed: 2026-10-05\n  validity: 3 months\n  history:\n    - {on: 2026-07-05}\n    - {on: 2026-10-05}\n";
const MESSAGE: &str = "Renew sim on 2026-10-05";

/// A repository in the folder `repo`.
struct Repository {
    place: Place,
}

impl Repository {
    /// A repository whose only commit has a plans file.
    fn new() -> Self {
        let repository = Self::empty(&[]);
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "-m", "first"]);
        repository
    }

    /// A repository without a commit.
    fn empty(options: &[&str]) -> Self {
        let place = Place::with("repo/plans.yaml", PLANS);
        place.file(
            ".gitconfig",
            "[user]\nname = Åse\nemail = aase@example.org\n[init]\ndefaultBranch = main\n[core]\nlogAllRefUpdates = true\n",
        );
        let repository = Self { place };
        repository.git(&[&["init", "--quiet"], options].concat());
        repository
    }

    fn command_in(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut git = Command::new("git");
        git.args(arguments)
            .current_dir(self.place.path(folder))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.place.path(""))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_EDITOR", "true")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        git
    }

    /// What git prints, which must succeed.
    fn git(&self, arguments: &[&str]) -> String {
        self.git_in("repo", arguments)
    }

    fn git_in(&self, folder: &str, arguments: &[&str]) -> String {
        let left = Left::of(&mut self.command_in(folder, arguments));
        assert_eq!(left.code, Some(0), "git {arguments:?}: {}", left.err);
        left.out
    }

    /// Runs git, which may fail.
    fn try_git(&self, arguments: &[&str]) {
        let left = Left::of(&mut self.command_in("repo", arguments));
        assert!(left.code.is_some());
    }

    fn renewal(&self, folder: &str, arguments: &[&str]) -> Command {
        let all = [&["renew", "sim"], arguments, &["--commit"]].concat();
        let all = [&all, &["--today", "2026-10-05"][..]].concat();
        let mut command = self.place.command(&all);
        command.current_dir(self.place.path(folder));
        command
    }

    fn renew(&self, arguments: &[&str]) -> Left {
        Left::of(&mut self.renewal("repo", arguments))
    }

    /// The last lines that a renewal prints.
    fn said(left: &Left) -> &str {
        left.err.split_once('\n').map_or("", |(_, rest)| rest)
    }

    /// Checks that no file of a commit is left in git's folder.
    fn has_nothing_left(&self) {
        let left = names(&self.place.path("repo/.git"));
        assert!(
            !left.iter().any(|name| name.contains("weekahead")),
            "{left:?}"
        );
    }

    fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// The files of the newest commit and what changed in them.
    fn changed(&self) -> String {
        self.git(&["show", "--format=", "--name-status", "--no-renames", "HEAD"])
    }

    /// Checks that a renewal is recorded, but the repository is as it was.
    fn refuses(&self, arguments: &[&str], reason: &str) {
        let (head, index) = (self.git(&["rev-parse", "--all"]), self.index());
        let left = self.renew(arguments);
        assert_eq!(left.code, Some(3), "{reason}: {}", left.err);
        let expected = format!("error: recorded, but not committed: {reason}\n");
        assert!(left.err.contains(&expected), "{expected}{}", left.err);
        let now = self.place.read("repo/plans.yaml").replace("\r\n", "\n");
        assert!(now.contains("    - {on: 2026-10-05"), "{reason}: {now}");
        assert_eq!(
            (self.git(&["rev-parse", "--all"]), self.index()),
            (head, index),
            "{reason}"
        );
    }

    fn index(&self) -> String {
        self.git(&["ls-files", "--stage", "--debug"])
    }
}
