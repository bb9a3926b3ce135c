//! Runs the real program for the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// The revision that builds get unless a test is about revisions: 2026-10-05T12:00:00Z.
pub(crate) const EPOCH: &str = "1791201600";

/// A temporary folder in which a test runs the program.
pub(crate) struct Place {
    folder: TempDir,
}

/// The result of a process that has ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A folder with one file.
    pub(crate) fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let place = Self::new();
        place.file(name, content);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        fs::write(path, content).expect("a file is written");
    }

    /// Writes a file that only its owner can read.
    pub(crate) fn secret(&self, name: &str, content: impl AsRef<[u8]>) {
        self.file(name, content);
        #[cfg(unix)]
        self.set_mode(name, 0o600);
    }

    #[cfg(unix)]
    pub(crate) fn set_mode(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(self.path(name), mode).expect("a mode");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file is read")
    }

    /// The names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }

    /// The program with arguments, a clean environment and a fixed revision.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weekahead"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("TZ", "UTC")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("SOURCE_DATE_EPOCH", EPOCH)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Left {
        Left::of(&mut self.command(arguments))
    }

    /// Runs the program and returns its standard output. Standard error must be empty.
    pub(crate) fn feed(&self, arguments: &[&str]) -> String {
        let left = self.run(arguments);
        assert_eq!(
            (left.code, left.err.as_str()),
            (Some(0), ""),
            "{arguments:?}"
        );
        left.out
    }
}

impl Left {
    /// What is left of a program that ended with this code.
    pub(crate) fn said(code: i32, out: &str, err: &str) -> Self {
        Self {
            code: Some(code),
            out: out.to_owned(),
            err: err.to_owned(),
        }
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// Ends a program with kill -9 at many moments. Each time `plans.yaml` is `before`, and must then be
/// that or `after`.
pub(crate) fn kill_often(place: &Place, arguments: &[&str], before: &str, after: &str) {
    for round in 0..40_u32 {
        place.file("plans.yaml", before);
        let mut command = place.command(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program runs");
        // This work takes a different time in each round.
        let digest = (0..round * 60_000).fold(round, |sum, step| sum.rotate_left(3) ^ step);
        assert!(digest != u32::MAX);
        child.kill().expect("it is ended");
        child.wait().expect("it ends");
        let now = place.read("plans.yaml");
        assert!(now == before || now == after, "round {round}");
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder is read");
    let mut names: Vec<String> = entries
        .map(|entry| {
            let name = entry.expect("an entry is read").file_name();
            name.into_string().expect("a name is UTF-8")
        })
        .collect();
    names.sort();
    names
}

/// Unfolded content lines.
pub(crate) fn lines(feed: &str) -> Vec<String> {
    assert!(feed.ends_with("\r\n"), "a feed ends with CRLF");
    let unfolded = feed.replace("\r\n ", "");
    unfolded
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect()
}

/// The values of one property, in order.
pub(crate) fn values(feed: &str, name: &str) -> Vec<String> {
    let starts = format!("{name}:");
    lines(feed)
        .iter()
        .filter_map(|line| line.strip_prefix(&starts).map(str::to_owned))
        .collect()
}

/// The root of the repository, for tests of the files in it.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The user and the group of [`as_nobody`].
#[cfg(unix)]
pub(crate) const NOBODY: u32 = 65534;

/// Makes a command run as the user nobody if it would run as root, whom permissions do not
/// restrict.
#[cfg(unix)]
pub(crate) fn as_nobody(place: &Place, command: &mut Command) {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(place.path("."), open).expect("a mode");
    let mut probe = place.command(&["--version"]);
    let can = probe.uid(NOBODY).gid(NOBODY).output();
    assert!(
        can.is_ok_and(|output| output.status.success()),
        "this test runs {} as another user than root: that user must be able to reach it \
         (CARGO_TARGET_DIR chooses the folder)",
        env!("CARGO_BIN_EXE_weekahead")
    );
    command.uid(NOBODY).gid(NOBODY);
}

/// Makes a terminal, and returns the side of its window and the side of programs. On Linux, reading
/// the window fails with EIO when no program has the other side any more.
#[cfg(unix)]
pub(crate) fn open_terminal() -> (fs::File, fs::File) {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
    // A program that holds the side of the window as well would keep it open.
    #[cfg(target_os = "linux")]
    let flags = flags | OpenptFlags::CLOEXEC;
    let window = openpt(flags).expect("a terminal");
    grantpt(&window).expect("a terminal of ours");
    unlockpt(&window).expect("a terminal that can be opened");
    let name = ptsname(&window, Vec::new()).expect("its name");
    let terminal = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .custom_flags(OFlags::NOCTTY.bits().cast_signed())
        .open(OsStr::from_bytes(name.to_bytes()))
        .expect("its other side");
    (fs::File::from(window), terminal)
}
