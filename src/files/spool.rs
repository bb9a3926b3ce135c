//! A text that is kept until all of it may be written: in memory, or in a temporary file once it is
//! long.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write};

use crate::calendar::sink::Sink;

/// How many bytes are kept in memory. The rest of a longer text goes to a file without a name in the
/// system's temporary folder. If no such file can be written, all of it stays in memory.
const MAX_MEMORY_BYTES: usize = 8 << 20;

/// A text that is being collected.
#[derive(Debug, Default)]
pub(crate) struct Spool {
    file: Option<File>,
    /// How many bytes of the file are part of the text.
    file_bytes: u64,
    /// What follows after the text in the file.
    memory: Vec<u8>,
    /// Whether the file cannot be written.
    is_file_refused: bool,
}

impl From<Vec<u8>> for Spool {
    fn from(memory: Vec<u8>) -> Self {
        Self {
            memory,
            ..Self::default()
        }
    }
}

impl Sink for Spool {
    fn write(&mut self, text: &str) {
        self.append(text.as_bytes());
    }

    fn restart(&mut self) {
        *self = Self::default();
    }
}

impl Spool {
    /// Appends a part of the text.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        self.memory.extend_from_slice(bytes);
        if self.memory.len() > MAX_MEMORY_BYTES && !self.is_file_refused {
            self.move_to_file();
        }
    }

    /// Writes the text to `out`.
    ///
    /// # Errors
    ///
    /// The text cannot be written, or the temporary file cannot be read.
    pub(crate) fn copy_to(self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(mut file) = self.file {
            file.rewind()?;
            io::copy(&mut file.take(self.file_bytes), out)?;
        }
        out.write_all(&self.memory)
    }

    fn move_to_file(&mut self) {
        if self.file.is_none() {
            self.file = create_unnamed().ok();
        }
        let file = self.file.as_mut();
        if file.is_some_and(|file| file.write_all(&self.memory).is_ok()) {
            self.file_bytes += self.memory.len() as u64;
            self.memory.clear();
        } else {
            // After a part of the memory, which the file may hold as well, nothing follows there.
            self.is_file_refused = true;
        }
    }
}

/// Creates a file that only the owner may read, and removes its name.
#[cfg(unix)]
fn create_unnamed() -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use crate::files::temporary_name::{PREFIX, random_name};

    let path = std::env::temp_dir().join(format!("{PREFIX}{}", random_name()?));
    let mut options = File::options();
    options.read(true).write(true).create_new(true).mode(0o600);
    let file = options.open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// An open file keeps its name on this system.
#[cfg(not(unix))]
fn create_unnamed() -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::File;

    use super::{MAX_MEMORY_BYTES, Spool};
    use crate::calendar::sink::Sink as _;

    fn text_of(spool: Spool) -> Vec<u8> {
        let mut text = Vec::new();
        spool.copy_to(&mut text).expect("a text");
        text
    }

    #[test]
    fn a_long_text_is_kept_in_its_order() {
        let piece = "0123456789\n".repeat(100_000);
        for pieces in [0, 1, 7, 8, 30] {
            let mut spool = Spool::default();
            spool.write("what is restarted is gone");
            spool.restart();
            for _ in 0..pieces {
                spool.write(&piece);
                assert!(spool.memory.len() <= MAX_MEMORY_BYTES);
            }
            spool.write("end");
            assert_eq!(spool.file.is_some(), pieces >= 8, "{pieces}");
            assert!(text_of(spool) == (piece.repeat(pieces) + "end").into_bytes());
        }
    }

    #[test]
    fn a_text_stays_in_memory_if_the_file_cannot_be_written() {
        let piece = "x".repeat(MAX_MEMORY_BYTES + 1);
        let mut spool = Spool::default();
        spool.write(&piece);
        // A file that is open for reading only.
        spool.file = Some(File::open("/dev/null").expect("a file"));
        let held = spool.file_bytes;
        spool.file_bytes = 0;
        spool.write(&piece);
        spool.write("end");
        assert_eq!(held as usize, piece.len());
        assert!(text_of(spool) == (piece + "end").into_bytes());
    }
}
