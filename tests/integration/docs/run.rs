//! Runs what the pages show, page by page, each in a fresh folder with the files that a reader has.
//! What would change the machine, build or reach another one is a stand-in (`stand_ins/`).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::markdown::{Block, Page};
use super::{Faults, pages};
use crate::harness::{EPOCH, Left, Place, repository};

/// The day of every page, unless the comment `today` stands before a block.
const TODAY: &str = "2026-11-23";

/// What a page may call, and the stand-in that is called: a file in `stand_ins/`.
const STAND_INS: &[(&str, &str)] = &[
    ("cargo", "cargo"),
    ("crontab", OUTSIDE),
    ("curl", "curl"),
    ("docker", OUTSIDE),
    ("git", "git"),
    ("install", OUTSIDE),
    ("man", OUTSIDE),
    ("scp", OUTSIDE),
    ("sh", OUTSIDE),
    ("ssh", OUTSIDE),
    ("sudo", OUTSIDE),
    ("systemctl", OUTSIDE),
    ("weekahead", "weekahead"),
];

/// The stand-in of what would change a machine.
const OUTSIDE: &str = "outside";

/// The other programs that a page may call.
const TOOLS: &[&str] = &["cat", "chmod", "cp", "mkdir", "mv"];

/// What the folder of a page has from the repository.
const FILES: &[&str] = &[
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "deploy",
    "plans.example.yaml",
];

#[test]
fn every_command_does_what_its_page_says() {
    run_pages(|page| !needs_tools(page));
}

#[test]
#[ignore = "needs git and curl"]
fn every_command_with_git_or_curl_does_what_its_page_says() {
    run_pages(needs_tools);
}

#[test]
fn a_page_that_is_not_true_is_refused() {
    let text = "\
# Page

```sh
false
```

```sh
cp plans.example.yaml /tmp/plans.yaml
```

```sh
rsync a b
```

```sh
sudo cp deploy/missing.service /etc/systemd/system/
```

```yaml
- {id: a, name: A, expires: 2027-01-31}
```

```console
$ weekahead check
plans.yaml: all is well (1 plan, 4 events)
```

<!-- event: 2027-01-24 -->
```text
A: 8 days left (expires 31 Jan 2027)
...
```

```console
$ weekahead check
plans.yaml: all is well (1 plan, 5 events)
$ weekahead list --exit-code
...
1 plan, 0 due
$ echo $?
0
```

<!-- event: 2027-01-24 -->
```text
A: 7 days left (expires 31 Jan 2027)
...
List as of 5 October 2026.
```
";
    let faults = run(&Page::new("page", text.to_owned())).0;
    let lines: Vec<&str> = faults
        .iter()
        .filter_map(|fault| fault.split(':').nth(1))
        .collect();
    assert_eq!(lines, ["3", "7", "11", "15", "23", "29"], "{faults:?}");
}

/// Whether a page shows a command of git or curl.
fn needs_tools(page: &Page) -> bool {
    let mut words = page
        .commands()
        .flat_map(|(_, line)| line.split_whitespace());
    words.any(|word| word == "git" || word == "curl")
}

fn run_pages(is_run: fn(&Page) -> bool) {
    let pages = pages();
    let chosen: Vec<&Page> = pages.iter().filter(|page| is_run(page)).collect();
    let faults = std::thread::scope(|scope| {
        let runs = chosen.iter().map(|page| scope.spawn(|| run(page)));
        let runs: Vec<_> = runs.collect();
        let faults = runs.into_iter().map(|run| run.join().expect("a run ends"));
        Faults(faults.flat_map(|faults| faults.0).collect())
    });
    faults.report();
}

/// Runs the blocks of a page in their order.
fn run(page: &Page) -> Faults {
    let mut faults = Faults::default();
    let mut shell = Shell::new();
    for block in &page.blocks {
        shell.today = block.note("today").unwrap_or(TODAY).to_owned();
        if let Some(name) = saved_as(block) {
            fs::write(shell.folder().join(name), &block.text).expect("a block is saved");
        }
        let before = match block.note("run") {
            Some(command) => shell.follow(command),
            None => Ok(()),
        };
        let outcome = before.and_then(|()| match block.kind.as_str() {
            "sh" => keeps_to_the_folder(&block.text).and_then(|()| shell.follow(&block.text)),
            "console" => shell.replay(block),
            "text" => match block.note("event") {
                Some(day) => shell.has_event(day, &block.text),
                None => Ok(()),
            },
            _ => Ok(()),
        });
        if let Err(why) = outcome {
            faults.add(page, block.line, &why);
        }
    }
    faults
}

/// The name of the file that a block becomes: a list is the one of the commands after it.
fn saved_as(block: &Block) -> Option<&str> {
    let list = (block.kind == "yaml").then_some("plans.yaml");
    block.note("as").or(list)
}

/// A path outside of the page's folder is only for programs that are stand-ins.
fn keeps_to_the_folder(commands: &str) -> Result<(), String> {
    for line in commands.lines() {
        let mut words = line.split_whitespace();
        let program = words.next().unwrap_or_default();
        let is_outside = STAND_INS.contains(&(program, OUTSIDE));
        if let Some(path) = words.find(|word| word.starts_with('/') && !is_outside) {
            return Err(format!("`{path}` is outside of the page's folder"));
        }
    }
    Ok(())
}

/// A shell in the folder of a page.
struct Shell {
    place: Place,
    today: String,
    /// The code of the last command, which the next one may ask for.
    code: i32,
}

impl Shell {
    fn new() -> Self {
        let place = Place::new();
        for folder in ["home", "state/repository"] {
            fs::create_dir_all(place.path(folder)).expect("a folder is made");
            for name in FILES {
                copy(&repository().join(name), &place.path(folder).join(name));
            }
        }
        place.file("state/cwd", place.path("home").display().to_string());
        fs::create_dir(place.path("bin")).expect("a folder is made");
        let stand_ins = repository().join("tests/integration/docs/stand_ins");
        for (name, file) in STAND_INS {
            link(&stand_ins.join(file), &place.path("bin").join(name));
        }
        let folders = std::env::var_os("PATH").unwrap_or_default();
        for tool in TOOLS {
            let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(tool));
            let path = paths.find(|path| path.exists()).expect("a tool");
            link(&path, &place.path("bin").join(tool));
        }
        Self {
            place,
            today: TODAY.to_owned(),
            code: 0,
        }
    }

    /// The folder in which the reader is.
    fn folder(&self) -> PathBuf {
        PathBuf::from(self.place.read("state/cwd").trim_end())
    }

    /// Runs a script as a reader types it, and gives all that it prints.
    fn run(&mut self, script: &str) -> Left {
        let folder = self.folder();
        let state = self.place.path("state");
        let code = self.code;
        let script =
            format!("exec 2>&1\ntrap 'pwd >\"$STATE/cwd\"' EXIT\n(exit {code})\n{script}\n");
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", &script])
            .current_dir(folder)
            .env_clear()
            .env("HOME", self.place.path("home"))
            .env("PATH", self.place.path("bin"))
            .env("TOOLS", std::env::var_os("PATH").unwrap_or_default())
            .env("PROGRAM", env!("CARGO_BIN_EXE_weekahead"))
            .env(
                "STAND_INS",
                repository().join("tests/integration/docs/stand_ins"),
            )
            .env("STATE", state)
            .env("REPOSITORY", repository())
            .env("TODAY", &self.today)
            .env("TZ", "UTC")
            .env("SOURCE_DATE_EPOCH", EPOCH)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Kari")))
            .envs(
                ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "kari@example.org")),
            )
            .stdin(Stdio::null());
        let left = Left::of(&mut command);
        self.code = left.code.unwrap_or(1);
        left
    }

    /// Runs commands, each of which succeeds.
    fn follow(&mut self, commands: &str) -> Result<(), String> {
        self.code = 0;
        let left = self.run(&format!("set -e\n{commands}"));
        match left.code {
            Some(0) => Ok(()),
            code => Err(format!("ends with {code:?}:\n{commands}\n{}", left.out)),
        }
    }

    /// Runs the commands of a transcript, each of which prints what is shown.
    fn replay(&mut self, block: &Block) -> Result<(), String> {
        for (command, expected) in block.transcript() {
            keeps_to_the_folder(command)?;
            let left = self.run(command);
            let printed: Vec<&str> = left.out.lines().map(str::trim_end).collect();
            if !is_like(&printed, &expected) {
                let printed = printed.join("\n");
                return Err(format!("`{command}` prints otherwise:\n{printed}"));
            }
        }
        Ok(())
    }

    /// Whether `plans.yaml` has an event on a day with the title and the description that are shown
    /// around a blank line.
    fn has_event(&mut self, day: &str, shown: &str) -> Result<(), String> {
        let left = self.run("weekahead build --quiet");
        let feed = left.out.replace("\r\n ", "").replace("\r\n", "\n");
        let day = day.replace('-', "");
        let is_on_day = |event: &&str| value(event, "DTSTART;VALUE=DATE") == day;
        let shown: Vec<&str> = shown.lines().collect();
        let mut texts = Vec::new();
        for event in feed.split("BEGIN:VEVENT\n").filter(is_on_day) {
            let text = [value(event, "SUMMARY"), "", value(event, "DESCRIPTION")].join("\n");
            let text = text.replace("\\n", "\n").replace('\\', "");
            let lines: Vec<&str> = text.lines().collect();
            if is_like(&lines, &shown) {
                return Ok(());
            }
            texts.push(text);
        }
        Err(format!("the events of that day:\n{}", texts.join("\n\n")))
    }
}

/// The value of a content line of an event, as it is written.
fn value<'a>(event: &'a str, name: &str) -> &'a str {
    let mut lines = event.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_default()
}

/// Whether lines are those that are expected, where `...` stands for any number of lines.
fn is_like(lines: &[&str], expected: &[&str]) -> bool {
    match expected {
        [] => lines.iter().all(|line| line.is_empty()),
        ["...", rest @ ..] => (0..=lines.len()).any(|skipped| is_like(&lines[skipped..], rest)),
        [""] if lines.is_empty() => true,
        [first, rest @ ..] => lines
            .split_first()
            .is_some_and(|(line, lines)| line == first && is_like(lines, rest)),
    }
}

fn link(from: &Path, to: &Path) {
    symlink(from, to).expect("a link is made");
}

/// Copies a file, or a folder with its files.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::copy(from, to).expect("a file is copied");
        return;
    }
    fs::create_dir_all(to).expect("a folder is made");
    for entry in fs::read_dir(from).expect("a folder is read") {
        let entry = entry.expect("an entry is read");
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
