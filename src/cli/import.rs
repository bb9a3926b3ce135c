//! `weekahead import`: a calendar or a table becomes a plans file.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::{ExitStatus, today};
use crate::cli::terminal::Terminal;
use crate::document::report::{Reporter, Severity};
use crate::files::output::{self, FileTransaction, Identity};
use crate::files::source::Source;
use crate::import::{ImportError, Imported, import};
use crate::plan::Settings;
use crate::text::plural::pluralize;

/// What a feed of ours does not hold of its plans.
const NOT_IN_A_FEED: &str = "a feed holds names, dates, leads and one link; add again what else the plans had: `id`, `provider`, `number`, `price`, ways of renewing, `tags`, `history`, an `ended` after the expiry, and `renewed`, `validity` and `extends` of what is renewed by hand. Whoever subscribes sees new events";

/// What `import` is asked for.
pub(crate) struct Options {
    pub(crate) file: PathBuf,
    pub(crate) today: Option<NaiveDate>,
    /// Standard output where there is none.
    pub(crate) output: Option<PathBuf>,
    pub(crate) force: bool,
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    if let Some(output) = &options.output
        && !options.force
        && output
            .symlink_metadata()
            .is_ok_and(|there| !is_device(&there))
    {
        terminal.error(
            &format!("`{}` exists already", output.display()),
            Some("write to another file, or over this one with `--force`"),
        );
        return Err(ExitStatus::Refused);
    }
    let is_standard_input = options.file.as_os_str() == "-";
    let input = if is_standard_input {
        Path::new("/dev/stdin")
    } else {
        options.file.as_path()
    };
    if let Some(output) = options.output.as_deref().and_then(Identity::of)
        && Identity::of(input) == Some(output)
    {
        terminal.error(
            &format!("`{}` would be written over itself", options.file.display()),
            Some("write the plans to another file, as in `-o plans.yaml`"),
        );
        return Err(ExitStatus::Usage);
    }
    let source = Source {
        path: (!is_standard_input).then(|| options.file.clone()),
    };
    let name = source.name();
    let loaded = source.load().map_err(|refusal| {
        terminal.error(&refusal.sentence(), None);
        ExitStatus::Refused
    })?;
    let from = match options.file.file_name() {
        Some(file) if !is_standard_input => file.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    };
    let day = today(options.today, &Settings::default());
    let imported = match import(&loaded.bytes, &from, day) {
        Ok(imported) => imported,
        Err(ImportError::Unusable(what, hint)) => {
            terminal.error(&format!("{name}: {what}"), hint.as_deref());
            return Err(ExitStatus::Problems);
        }
        Err(ImportError::InvalidResult(problems, text)) => {
            let reporter = Reporter::new("the plans file", text.as_bytes(), terminal.is_styled());
            for problem in problems.list() {
                terminal.show(&reporter.draw(problem, Severity::Error));
            }
            terminal.error(
                &format!(
                    "{name}: the plans file that was made of it has problems; nothing was written"
                ),
                Some("this is a fault of weekahead: please report it with the lines above"),
            );
            return Err(ExitStatus::Problems);
        }
    };
    tell(&imported, &name, terminal);
    let Some(text) = &imported.plans_file else {
        let kind = if imported.is_calendar {
            "no event or to-do in it becomes a plan"
        } else {
            "no row of it becomes a plan"
        };
        terminal.error(&format!("{name}: {kind}; nothing was written"), None);
        return Err(ExitStatus::Problems);
    };
    match &options.output {
        None => terminal.output(text.as_bytes())?,
        Some(output) => {
            let there = output.symlink_metadata();
            let may_write_over = options.force || there.is_ok_and(|there| is_device(&there));
            let written = if may_write_over {
                let staging = FileTransaction::default();
                let staged = staging.stage(output, text.as_bytes().to_vec());
                staged.and_then(|()| staging.commit())
            } else {
                // Not over a file that has come since either.
                output::create(output, text.as_bytes())
            };
            written.map_err(|refusal| {
                terminal.error(&refusal.sentence(), None);
                ExitStatus::Refused
            })?;
        }
    }
    if imported.is_own_feed {
        // No omission of a line: the feed does not show whether the plans had any of it.
        terminal.say(&format!("note: {name}: {NOT_IN_A_FEED}"));
    }
    sum_up(&imported, options, terminal);
    if imported.is_plan_lost {
        return Err(ExitStatus::Problems);
    }
    Ok(())
}

/// Everything that could not be carried, a line each.
fn tell(imported: &Imported, name: &str, terminal: &mut Terminal) {
    for omission in &imported.omissions {
        let level = if omission.is_plan_lost {
            "error"
        } else {
            "warning"
        };
        let place = match omission.line {
            0 => name.to_owned(),
            line => format!("{name}:{line}"),
        };
        terminal.say(&format!(
            "{level}: {place}: {}: {}",
            omission.subject, omission.what
        ));
    }
    if imported.omissions_not_listed > 0 {
        terminal.say(&format!(
            "{name}: {} more are not shown",
            imported.omissions_not_listed
        ));
    }
}

fn sum_up(imported: &Imported, options: &Options, terminal: &mut Terminal) {
    let name = match &options.output {
        Some(output) => output.display().to_string(),
        None => "the plans file".to_owned(),
    };
    let plans = pluralize(imported.plans, "plan");
    match imported.omissions.len() + imported.omissions_not_listed {
        0 => terminal.say(&format!("{name}: {plans}")),
        1 => terminal.say(&format!(
            "{name}: {plans}; 1 thing could not be carried as it is"
        )),
        many => terminal.say(&format!(
            "{name}: {plans}; {many} things could not be carried as they are"
        )),
    }
}

/// Whether it is written to and stays: a device, a pipe.
fn is_device(there: &std::fs::Metadata) -> bool {
    !there.is_file() && !there.is_dir() && !there.is_symlink()
}
