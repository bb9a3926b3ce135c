//! A git process that has until a deadline to answer.
//!
//! Threads read the output, since a program that git has started may keep the pipe open after git
//! has ended. If git is late, it is killed. The programs that it has started are killed too, if the
//! system allows that.

use std::io::{self, Read, Write as _};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use std::{fmt, thread};

use crate::files::io_error::reason;
use crate::text::value_error::ValueError;

/// How long git may take to answer one question. Its answer takes milliseconds unless something is
/// wrong.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How many bytes are read at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// How many chunks may wait to be taken.
const QUEUE_CHUNKS: usize = 4;
/// How many bytes of git's standard error are kept.
const MAX_STDERR_BYTES: u64 = 4096;
/// The first and the longest time between two checks whether git has ended.
const WAIT_INTERVALS: (Duration, Duration) =
    (Duration::from_micros(200), Duration::from_millis(20));

/// The time by which a question has to be answered, however many processes the answer takes.
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
    /// Git took longer than this.
    Late(Duration),
    /// What git said, or why it could not be started.
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

/// Why git did not do what it was asked, as a reason.
impl From<GitError> for ValueError {
    fn from(error: GitError) -> Self {
        let error = error.to_string();
        Self::new(format!(
            "git failed: {}",
            error.trim_start_matches("error: ")
        ))
    }
}

impl From<io::Error> for GitError {
    fn from(error: io::Error) -> Self {
        Self::Failed(reason(&error))
    }
}

/// A running git. It is killed when this is dropped.
pub(crate) struct Git {
    /// `None` once the process is known to have ended.
    child: Option<Child>,
    output: Receiver<Vec<u8>>,
    /// The rest of the last chunk.
    rest: io::Cursor<Vec<u8>>,
    stderr: Receiver<String>,
    deadline: Deadline,
}

impl Git {
    /// Starts a command whose standard output and standard error are piped.
    ///
    /// # Errors
    ///
    /// The command, or a thread that reads its output, cannot be started.
    pub(crate) fn start(mut command: Command, deadline: Deadline) -> Result<Self, GitError> {
        lead_group(&mut command);
        let child = command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => GitError::Failed("`git` was not found".to_owned()),
            _ => error.into(),
        })?;
        let (chunks, output) = sync_channel(QUEUE_CHUNKS);
        let (stderr_sender, stderr_receiver) = sync_channel(1);
        let mut git = Self {
            child: Some(child),
            output,
            rest: io::Cursor::default(),
            stderr: stderr_receiver,
            deadline,
        };
        let child = git.child.as_mut();
        let pipes = child.map(|child| (child.stdout.take(), child.stderr.take()));
        if let Some((Some(stdout), Some(stderr))) = pipes {
            let reader = thread::Builder::new().name("git output".to_owned());
            reader.spawn(move || forward(stdout, &chunks))?;
            let reader = thread::Builder::new().name("git errors".to_owned());
            reader.spawn(move || read_stderr(stderr, &stderr_sender))?;
        }
        Ok(git)
    }

    /// Writes a text to standard input if that is piped, then closes it.
    ///
    /// # Errors
    ///
    /// The thread that writes it cannot be started.
    pub(crate) fn feed(&mut self, text: Vec<u8>) -> Result<(), GitError> {
        let stdin = self.child.as_mut().and_then(|child| child.stdin.take());
        if let Some(mut stdin) = stdin {
            let writer = thread::Builder::new().name("git input".to_owned());
            // If git reads no more, its exit status tells why.
            writer.spawn(move || drop(stdin.write_all(&text)))?;
        }
        Ok(())
    }

    /// Waits for the whole output of git. Returns `None` if git failed.
    pub(crate) fn answer(mut self) -> Result<Option<Vec<u8>>, GitError> {
        let mut answer = Vec::new();
        self.read_to_end(&mut answer)
            .map_err(|_| self.deadline.late())?;
        let status = self.wait()?;
        Ok(status.success().then_some(answer))
    }

    /// Waits until git ends. If git failed, returns the first line of its standard error.
    pub(crate) fn end(mut self) -> Result<Option<String>, GitError> {
        if self.wait()?.success() {
            return Ok(None);
        }
        let stderr = self.stderr.recv_timeout(self.deadline.left());
        let text = stderr.unwrap_or_default();
        let line = text.lines().next().unwrap_or("it failed");
        Ok(Some(line.trim_start_matches("fatal: ").to_owned()))
    }

    /// The error of a git that is late.
    pub(crate) fn late(&self) -> GitError {
        self.deadline.late()
    }

    fn wait(&mut self) -> Result<ExitStatus, GitError> {
        let (mut pause, longest) = WAIT_INTERVALS;
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

/// Reads the output of git. A read after the deadline is an error.
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
        // A killed process that waits for a lost disk does not end, so a thread waits for the
        // process. If no thread can be started, the process stays a zombie until this program ends.
        let reaper = thread::Builder::new().name("git end".to_owned());
        let _ = reaper.spawn(move || child.wait());
    }
}

/// Makes a command the leader of a process group, so that what it starts is killed with it.
fn lead_group(command: &mut Command) {
    #[cfg(all(unix, feature = "serve"))]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(all(unix, feature = "serve")))]
    let _ = command;
}

/// Kills a child. It may have ended by itself.
fn kill(child: &mut Child) {
    #[cfg(all(unix, feature = "serve"))]
    {
        use rustix::process::{Pid, Signal, kill_process_group};
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
}

/// Forwards output until the receiver is gone.
fn forward(mut output: impl Read, chunks: &SyncSender<Vec<u8>>) {
    let mut buffer = vec![0; CHUNK_BYTES];
    while let Ok(count) = output.read(&mut buffer) {
        if count == 0 || chunks.send(buffer[..count].to_vec()).is_err() {
            return;
        }
    }
}

/// Reads standard error to its end, so that git never waits for a reader, and passes its beginning
/// on.
fn read_stderr(mut from: impl Read, sender: &SyncSender<String>) {
    let mut text = Vec::new();
    // Text that cannot be read is left out.
    let _ = from.by_ref().take(MAX_STDERR_BYTES).read_to_end(&mut text);
    let _ = io::copy(&mut from, &mut io::sink());
    // If git succeeded, nobody receives it.
    let _ = sender.send(String::from_utf8_lossy(&text).into_owned());
}
