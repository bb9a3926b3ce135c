//! A git process that has until a deadline to answer.
//!
//! Its output is read by threads, since a pipe may stay open for longer than git runs: by a program
//! that git has started. What is late is killed, with all that it has started where that is
//! possible.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use crate::files::io_error::reason;

/// Octets that are read at a time.
const CHUNK: usize = 64 * 1024;
/// Chunks that wait to be taken.
const QUEUE: usize = 4;
/// Octets of git's complaint that are read.
const COMPLAINT: u64 = 4096;
/// The first and the longest pause between two looks at whether git has ended.
const PAUSES: (Duration, Duration) = (Duration::from_micros(200), Duration::from_millis(20));

/// Until when a question has to be answered, however many processes answer it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    start: Instant,
    timeout: Duration,
}

impl Deadline {
    pub(crate) fn after(timeout: Duration) -> Self {
        let start = Instant::now();
        Self { start, timeout }
    }

    fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.start.elapsed())
    }

    fn late(&self) -> GitError {
        GitError::Late(self.timeout)
    }
}

/// Why git gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GitError {
    /// It took longer than this.
    Late(Duration),
    /// What it said, or why it could not be started.
    Failed(String),
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late(timeout) => {
                write!(f, "it did not answer within {} seconds", timeout.as_secs())
            }
            Self::Failed(why) => f.write_str(why),
        }
    }
}

impl From<io::Error> for GitError {
    fn from(error: io::Error) -> Self {
        Self::Failed(reason(&error))
    }
}

/// A running git. It is killed when this is dropped.
pub(crate) struct Git {
    /// Until its end is known.
    child: Option<Child>,
    output: Receiver<Vec<u8>>,
    /// What of the last chunk was not read yet.
    rest: io::Cursor<Vec<u8>>,
    complaint: Receiver<String>,
    deadline: Deadline,
}

impl Git {
    /// Starts a command whose output and complaints are piped.
    pub(crate) fn start(mut command: Command, deadline: Deadline) -> Result<Self, GitError> {
        lead_group(&mut command);
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => GitError::Failed("`git` was not found".to_owned()),
            _ => error.into(),
        })?;
        let (chunks, output) = sync_channel(QUEUE);
        let (complaints, complaint) = sync_channel(1);
        let mut git = Self {
            child: Some(child),
            output,
            rest: io::Cursor::default(),
            complaint,
            deadline,
        };
        let child = git.child.as_mut();
        let pipes = child.map(|child| (child.stdout.take(), child.stderr.take()));
        if let Some((Some(stdout), Some(stderr))) = pipes {
            let reader = thread::Builder::new().name("git output".to_owned());
            reader.spawn(move || forward(stdout, &chunks))?;
            let reader = thread::Builder::new().name("git complaint".to_owned());
            reader.spawn(move || listen(stderr, &complaints))?;
        }
        Ok(git)
    }

    /// What it says, if it is content.
    pub(crate) fn answer(mut self) -> Result<Option<Vec<u8>>, GitError> {
        let mut answer = Vec::new();
        self.read_to_end(&mut answer)
            .map_err(|_| self.deadline.late())?;
        let status = self.wait()?;
        Ok(status.success().then_some(answer))
    }

    /// Waits for its end; its complaint, if it had one.
    pub(crate) fn end(mut self) -> Result<Option<String>, GitError> {
        if self.wait()?.success() {
            return Ok(None);
        }
        let complaint = self.complaint.recv_timeout(self.deadline.left());
        let text = complaint.unwrap_or_default();
        let line = text.lines().next().unwrap_or("it failed");
        Ok(Some(line.trim_start_matches("fatal: ").to_owned()))
    }

    pub(crate) fn late(&self) -> GitError {
        self.deadline.late()
    }

    fn wait(&mut self) -> Result<ExitStatus, GitError> {
        let (mut pause, longest) = PAUSES;
        loop {
            let child = self.child.as_mut();
            let status = child.map(Child::try_wait).transpose()?.flatten();
            if let Some(status) = status {
                self.child = None;
                return Ok(status);
            }
            let left = self.deadline.left();
            if left.is_zero() {
                return Err(self.deadline.late());
            }
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(longest);
        }
    }
}

/// Its output; past the deadline an error.
impl Read for Git {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.rest.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            match self.output.recv_timeout(self.deadline.left()) {
                Ok(chunk) => self.rest = io::Cursor::new(chunk),
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
    }
}

impl Drop for Git {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        kill(&mut child);
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        // A process that waits for a disk that is gone does not end. Without a thread it is left
        // to whoever reaps this process's children.
        let reaper = thread::Builder::new().name("git end".to_owned());
        let _ = reaper.spawn(move || child.wait());
    }
}

/// Has a command lead a process group of its own, to be killed with what it starts.
fn lead_group(command: &mut Command) {
    #[cfg(all(unix, feature = "serve"))]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(all(unix, feature = "serve")))]
    let _ = command;
}

/// Kills a child that was not waited for. It may have ended by itself.
fn kill(child: &mut Child) {
    #[cfg(all(unix, feature = "serve"))]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
}

/// Passes output on until nobody wants more.
fn forward(mut output: impl Read, chunks: &SyncSender<Vec<u8>>) {
    let mut buffer = vec![0; CHUNK];
    while let Ok(count) = output.read(&mut buffer) {
        if count == 0 || chunks.send(buffer[..count].to_vec()).is_err() {
            return;
        }
    }
}

/// Reads a complaint to its end, so that git never waits for a reader, and keeps its beginning.
fn listen(mut from: impl Read, complaints: &SyncSender<String>) {
    let mut text = Vec::new();
    // What cannot be read is no complaint.
    let _ = from.by_ref().take(COMPLAINT).read_to_end(&mut text);
    let _ = io::copy(&mut from, &mut io::sink());
    // Nobody asks for it if git was content.
    let _ = complaints.send(String::from_utf8_lossy(&text).into_owned());
}
