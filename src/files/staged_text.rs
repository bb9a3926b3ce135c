//! A text that is written to a file while it is made, and takes the file's place only with the other
//! files of its transaction.

use std::fs::File;
use std::io::{self, Write as _};
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::calendar::sink::Sink;
use crate::files::io_error::IoError;
use crate::files::output::{self, Batch, FileTransaction};
use crate::files::spool::Spool;

/// How many bytes are kept in memory. A longer text is written to a temporary file.
const MAX_MEMORY_BYTES: usize = 1 << 20;

/// A text for a path. Dropping it removes what was written.
pub(crate) struct StagedText<'t> {
    transaction: &'t FileTransaction,
    path: &'t Path,
    /// A short text, whose target has not been looked at.
    memory: Vec<u8>,
    long: Option<Result<Long, IoError>>,
}

/// Where a long text is written.
enum Long {
    File(TemporaryFile),
    /// For a device, which is written to at the end.
    Device(Spool),
}

/// A temporary file of a batch. Dropping it removes the file.
struct TemporaryFile {
    batch: Arc<Batch>,
    member: String,
    file: File,
    /// The file whose place it takes.
    target: PathBuf,
}

impl<'t> StagedText<'t> {
    /// An empty text for a path.
    pub(crate) fn new(transaction: &'t FileTransaction, path: &'t Path) -> Self {
        Self {
            transaction,
            path,
            memory: Vec::new(),
            long: None,
        }
    }

    /// Stages the whole text, as [`FileTransaction::stage`] does.
    ///
    /// # Errors
    ///
    /// The errors of that function, including those that were met while the text was made.
    pub(crate) fn finish(self) -> Result<(), IoError> {
        match self.long {
            None => self.transaction.stage(self.path, self.memory),
            Some(Ok(Long::File(file))) => file
                .finish(self.transaction)
                .map_err(|error| IoError::new("write", self.path, error)),
            Some(Ok(Long::Device(spool))) => {
                self.transaction.stage_device(self.path, spool);
                Ok(())
            }
            Some(Err(error)) => Err(error),
        }
    }

    fn begin_long(&self) -> io::Result<Long> {
        Ok(match output::target(self.path)? {
            None => Long::Device(Spool::default()),
            Some(target) => Long::File(TemporaryFile::create(self.transaction, target)?),
        })
    }
}

impl Sink for StagedText<'_> {
    fn write(&mut self, text: &str) {
        let refused = |error| IoError::new("write", self.path, error);
        let mut text = text.as_bytes();
        if self.long.is_none() {
            self.memory.extend_from_slice(text);
            if self.memory.len() <= MAX_MEMORY_BYTES {
                return;
            }
            text = &[];
            let begun = self.begin_long().and_then(|mut long| {
                long.write(&mem::take(&mut self.memory))?;
                Ok(long)
            });
            self.long = Some(begun.map_err(refused));
        }
        if let Some(Ok(long)) = &mut self.long
            && let Err(error) = long.write(text)
        {
            self.long = Some(Err(refused(error)));
        }
    }

    fn restart(&mut self) {
        *self = Self::new(self.transaction, self.path);
    }
}

impl Long {
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        match self {
            Self::File(file) => file.file.write_all(text),
            Self::Device(spool) => {
                spool.append(text);
                Ok(())
            }
        }
    }
}

impl TemporaryFile {
    fn create(transaction: &FileTransaction, target: PathBuf) -> io::Result<Self> {
        let batch = transaction.batch(&target)?;
        let existing = batch.existing(output::name_of(&target))?;
        let (member, file) = batch.create(existing.as_ref())?;
        Ok(Self {
            batch,
            member,
            file,
            target,
        })
    }

    fn finish(mut self, transaction: &FileTransaction) -> io::Result<()> {
        transaction.claim(&self.target)?;
        self.file.sync_all()?;
        let member = mem::take(&mut self.member);
        self.batch.keep(member, output::name_of(&self.target));
        Ok(())
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if !self.member.is_empty() {
            self.batch.discard(&self.member);
        }
    }
}
