//! The exit codes of the commands, and which of two is returned.

use std::process::ExitCode;

/// How a command ended. Of two, the greater counts: a failure of the machine says more than that
/// the plans have problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ExitStatus {
    /// The command did what it was asked for.
    Done,
    /// A plan is due, and the command was asked to tell.
    Due,
    /// The plans have problems.
    Problems,
    /// The command was used wrongly.
    Usage,
    /// A file, a disk, a port or the network failed.
    Refused,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Done => 0,
            ExitStatus::Problems => 1,
            ExitStatus::Usage => 2,
            ExitStatus::Refused => 3,
            ExitStatus::Due => 4,
        })
    }
}

/// The status that counts where two parts of a command ended differently.
pub(crate) fn worse_of(first: ExitStatus, second: ExitStatus) -> ExitStatus {
    first.max(second)
}

#[cfg(test)]
mod tests {
    use super::{ExitStatus, worse_of};

    #[test]
    fn a_refusal_of_the_machine_counts_more_than_problems() {
        let (problems, refused) = (ExitStatus::Problems, ExitStatus::Refused);
        assert_eq!(worse_of(problems, refused), refused);
        assert_eq!(worse_of(refused, problems), refused);
        assert_eq!(worse_of(problems, ExitStatus::Done), problems);
        assert_eq!(worse_of(problems, ExitStatus::Due), problems);
    }
}
