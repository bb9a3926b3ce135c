//! `weekahead add`: a new plan at the end of a plans file.
//!
//! Options give the plan. At a terminal, what they do not give is asked for. The file is locked only
//! while it is changed, not while somebody answers; the plan is added to what the file then holds.

pub(crate) mod context;
pub(crate) mod draft;
mod options;
pub(crate) mod preview;
pub(crate) mod questions;

use std::fs;
use std::io::{self, ErrorKind, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::clock::TodayOption;
use crate::cli::error::{CliError, require_one};
use crate::cli::exit_status::ExitStatus;
use crate::cli::init::calendar_questions::Answers;
use crate::cli::init::new_file;
use crate::cli::plans_files::{self, DEFAULT_PLANS};
use crate::cli::prompt::{self, Prompt};
use crate::cli::renew::diff;
use crate::cli::renew::follow_up;
use crate::cli::renew::open::OpenFile;
use crate::cli::terminal::Terminal;
use crate::document::edit::{self, AddError, Addition, lines_of_plan};
use crate::document::fields::{FieldValue, Fields};
use crate::document::report::{Reporter, Severity};
use crate::document::{Document, Problems, without_mark};
use crate::files::failure::Failure;
use crate::files::output::FileTransaction;
use crate::files::source::Source;
use crate::plan::PlanList;
use crate::text::value_error::{ValueError, quoted};
use context::ListContext;
use draft::{PlanDraft, key_of};
use options::{PlanOptions, of_option};

/// Add a plan to a plans file
///
/// On a terminal, the command asks for each value that no option gives, shows the plan and the days
/// of its warnings, and asks whether to add it. Without a terminal, it needs --name, and either
/// --expires or --renewed with --validity. Dates, lengths of time and prices may have any common
/// form. The plan is written in the style of the list, and every other byte of the file stays as it
/// is. If the file does not exist, it is created.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  weekahead add --name \"Telenor Kontant\" --renewed today --validity \"90 days\""
)]
pub(crate) struct Add {
    /// The plans file, or a directory with one
    #[arg(value_name = "PLANS", default_value = DEFAULT_PLANS)]
    plans: PathBuf,
    #[command(flatten)]
    plan: PlanOptions,
    /// Ask no questions
    #[arg(short, long)]
    yes: bool,
    /// Show what would change, and write nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    #[command(flatten)]
    today: TodayOption,
}

/// Runs the command.
pub(crate) fn run(arguments: &Add, terminal: &mut Terminal) -> Result<(), CliError> {
    let plans = std::slice::from_ref(&arguments.plans);
    plans_files::warn_of_unread(plans, terminal);
    let path = find_file(&arguments.plans)?;
    let there = fs::symlink_metadata(&path);
    match there.is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        true => arguments.begin_file(&path, terminal),
        false => arguments.add_to_file(path, terminal),
    }
}

/// The plans file that an argument names: the file itself, or the only one in a directory.
fn find_file(argument: &Path) -> Result<PathBuf, CliError> {
    if argument.as_os_str() == "-" {
        let error = CliError::usage("cannot write the change to standard input");
        return Err(error.hint("name the plans file"));
    }
    if argument
        .to_string_lossy()
        .ends_with(std::path::is_separator)
        && !argument.is_dir()
    {
        let message = format!("there is no directory `{}`", argument.display());
        let hint = "name a plans file: if it does not exist, it is created";
        return Err(CliError::refused(message).hint(hint));
    }
    if !argument.is_dir() {
        return Ok(argument.to_owned());
    }
    let sources = plans_files::find(&[argument.to_owned()])?;
    if let [Source { path: Some(path) }] = &sources[..] {
        return Ok(path.clone());
    }
    let names: Vec<String> = sources
        .iter()
        .map(|source| format!("`{}`", source.name()))
        .collect();
    let message = format!(
        "`{}` has {} plans files: {}",
        argument.display(),
        names.len(),
        names.join(", ")
    );
    Err(CliError::usage(message).hint("name the file for the new plan"))
}

impl Add {
    /// Adds the plan to a file that exists.
    fn add_to_file(&self, path: PathBuf, terminal: &mut Terminal) -> Result<(), CliError> {
        let styled = terminal.is_styled();
        let source = Source { path: Some(path) };
        let target = Target {
            source: &source,
            styled,
        };
        let mut file = self.open(&source, terminal)?;
        let context = target.context(file.bytes(), &self.today)?;
        let is_asked = self.is_asked();
        let plan = match is_asked {
            false => self.plan(&context, terminal)?,
            true => {
                let seen = file.bytes().to_vec();
                drop(file);
                if !self.dry_run {
                    check_writable(&source, seen.clone())?;
                }
                target.add(&seen, &any_plan(&context.new_id("plan")))?;
                let plan = self.plan(&context, terminal)?;
                let fields = plan.fields();
                let addition = target.add(&seen, &fields)?;
                self.confirm(&addition.text, &fields, &context, terminal)?;
                file = self.open(&source, terminal)?;
                plan
            }
        };
        let addition = target.add(file.bytes(), &plan.fields())?;
        if !self.dry_run {
            file.replace(&addition.text)?;
        }
        if !is_asked {
            describe(&addition.text, &context, terminal);
        }
        // What was shown before the question is not shown again.
        let shown = match is_asked && io::stdout().is_terminal() {
            true => Ok(()),
            false => {
                let before = String::from_utf8_lossy(without_mark(file.bytes()));
                let diff = diff::render(&source.name(), &before, &addition.text);
                terminal.output(diff.as_bytes())
            }
        };
        if self.dry_run {
            shown?;
            terminal.say("a dry run: nothing was written");
            return Ok(());
        }
        if is_asked {
            let name = plan.name.as_deref().unwrap_or_default();
            terminal.say(&format!("{}: added {}", source.name(), quoted(name)));
        }
        let message = format!("Add {}", id_of(&plan));
        for line in follow_up::commands(&source, None, &message) {
            terminal.say(&line);
        }
        shown
    }

    /// Opens a file: locked, unless nothing will be written.
    fn open<'s>(
        &self,
        source: &'s Source,
        terminal: &mut Terminal,
    ) -> Result<OpenFile<'s>, CliError> {
        match self.dry_run {
            true => OpenFile::read(source),
            false => OpenFile::lock(source, |waiting| terminal.say(waiting)),
        }
    }

    /// Makes a new file with the plan in it.
    fn begin_file(&self, path: &Path, terminal: &mut Terminal) -> Result<(), CliError> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        if folder.is_some_and(|folder| !folder.is_dir()) {
            let name = path.display();
            let message = format!("cannot write `{name}`: no such file or directory");
            return Err(CliError::refused(message));
        }
        let answers = Answers::default_of_machine();
        let context = ListContext::of_new_list(self.today.today_in(answers.timezone)?);
        let is_asked = self.is_asked();
        if is_asked {
            let name = path.display();
            terminal.say(&format!(
                "{name} does not exist yet: it will be created with this plan"
            ));
        }
        let plan = self.plan(&context, terminal)?;
        let fields = plan.fields();
        check_alone(&fields)?;
        let has_schema = cfg!(feature = "schema");
        let text = new_file::plans_text(&answers, &self.today, has_schema, Some(&fields))?;
        match is_asked {
            true => self.confirm(&text, &fields, &context, terminal)?,
            false => describe(&text, &context, terminal),
        }
        if self.dry_run {
            terminal.output(text.as_bytes())?;
            terminal.say("a dry run: nothing was written");
            return Ok(());
        }
        for line in new_file::write_plans(path, &text, "one plan")? {
            terminal.say(&line);
        }
        for line in new_file::next_steps(path, true) {
            terminal.say(&line);
        }
        Ok(())
    }

    /// Whether questions are asked.
    fn is_asked(&self) -> bool {
        !self.yes && prompt::is_possible()
    }

    /// The plan that the options and the answers give.
    fn plan(&self, context: &ListContext, terminal: &mut Terminal) -> Result<PlanDraft, CliError> {
        let mut plan = self.plan.draft(context)?;
        if self.is_asked() {
            questions::ask(&mut plan, context, false, &mut prompt(terminal))?;
            return Ok(plan);
        }
        let Some(name) = plan.name.clone() else {
            let error = CliError::usage("a plan needs a name");
            return Err(error.hint("give it with `--name`, as in `--name \"Telenor Kontant\"`"));
        };
        if !plan.has_date() {
            return Err(without_date(&plan));
        }
        if draft::is_automatic(&plan.renewal) && plan.validity.is_none() {
            let error = CliError::usage("a plan that renews by itself needs `--validity`");
            return Err(error.hint("say how often it renews, as in `--validity \"1 month\"`"));
        }
        let (wanted, is_taken) = match &plan.id {
            Some(id) => (id, context.has_id(id)),
            None => (&name, context.has_name(&name)),
        };
        if is_taken {
            let free = context.new_id(&name);
            return Err(id_taken(wanted, plan.id.is_none(), &free));
        }
        if plan.id.is_none() && context.has_ids {
            plan.id = Some(context.new_id(&name));
        }
        Ok(plan)
    }

    /// Shows the plan at the end of a text, and asks whether to add it.
    fn confirm(
        &self,
        text: &str,
        fields: &Fields,
        context: &ListContext,
        terminal: &mut Terminal,
    ) -> Result<(), CliError> {
        show(text, fields, context, terminal);
        if self.dry_run || prompt(terminal).confirm("Add it?", true)? {
            return Ok(());
        }
        Err(declined())
    }
}

/// Checks that a file can be replaced, so that nobody answers in vain.
fn check_writable(source: &Source, bytes: Vec<u8>) -> Result<(), CliError> {
    if let Some(path) = &source.path {
        // What is staged and not committed is removed.
        FileTransaction::default().stage(path, bytes)?;
    }
    Ok(())
}

/// The questions of this command.
fn prompt(terminal: &mut Terminal) -> Prompt<'_> {
    Prompt {
        terminal,
        hint: "to add a plan without questions, use options: see `weekahead add --help`",
    }
}

/// The answer that nothing is to be written.
pub(crate) fn declined() -> CliError {
    CliError::silent(ExitStatus::Usage).note("nothing was written")
}

/// Shows a new plan, and what it means. `text` is the plans file with it.
pub(crate) fn show(text: &str, fields: &Fields, context: &ListContext, terminal: &mut Terminal) {
    terminal.say("");
    for line in lines_of_plan(fields) {
        terminal.say(&format!("  {line}"));
    }
    terminal.say("");
    describe(text, context, terminal);
}

/// Says what the new plan means that is in the list of `text`: the last one, or the only one.
fn describe(text: &str, context: &ListContext, terminal: &mut Terminal) {
    let document = Document::read(text.as_bytes());
    let Ok(document) = document else { return };
    let PlanList { settings, plans } = document.list();
    let Some(plan) = plans.last() else { return };
    for line in preview::lines(plan, settings, context.today) {
        terminal.say(&line);
    }
}

fn id_of(plan: &PlanDraft) -> &str {
    let id = plan.id.as_deref().or(plan.name.as_deref());
    id.unwrap_or_default()
}

/// Checks a plan that no file has yet.
fn check_alone(fields: &Fields) -> Result<(), CliError> {
    let text = lines_of_plan(fields).join("\n");
    let read = Document::read(text.as_bytes()).map(|_| ());
    read.map_err(|problems| invalid_plan(&problems))
}

/// Some plan, which shows whether any plan can be added.
fn any_plan(name: &str) -> Fields {
    vec![
        ("name", FieldValue::Text(name.to_owned())),
        ("expires", FieldValue::Plain("2027-01-31".to_owned())),
    ]
}

/// A file to which a plan is added.
struct Target<'a> {
    source: &'a Source,
    styled: bool,
}

impl Target<'_> {
    /// What the list of the file says about a new plan.
    fn context(&self, bytes: &[u8], today: &TodayOption) -> Result<ListContext, CliError> {
        if let Ok(document) = Document::read(bytes) {
            let today = today.today(&document.list().settings)?;
            return Ok(ListContext::of(document.list(), today));
        }
        // The settings of an empty list can be read once it has a plan.
        let addition = self.add(bytes, &any_plan("plan"))?;
        let document = Document::read(addition.text.as_bytes());
        let document = document.map_err(|problems| self.invalid(bytes, &problems))?;
        let settings = &document.list().settings;
        Ok(ListContext::of_empty_list(settings, today.today(settings)?))
    }

    /// Adds a plan to the content of the file.
    fn add(&self, bytes: &[u8], fields: &Fields) -> Result<Addition, CliError> {
        let Ok(text) = std::str::from_utf8(without_mark(bytes)) else {
            let problems = Document::read(bytes).err().unwrap_or_default();
            return Err(self.invalid(bytes, &problems));
        };
        edit::add(text, fields).map_err(|error| match error {
            AddError::InvalidPlan(problems) => invalid_plan(&problems),
            AddError::InvalidFile(problems) => self.invalid(bytes, &problems),
            AddError::IdTaken { id, is_name } => id_taken(&id, is_name, ""),
            AddError::ByHand(problem, lines) => {
                let name = self.source.name();
                let reporter = Reporter::new(&name, bytes, self.styled);
                let drawn = reporter.draw(&problem, Severity::Error);
                let error = CliError::drawn(ExitStatus::Problems, drawn)
                    .note("nothing was written; add this by hand at the end of the list:");
                let lines = lines.iter();
                lines.fold(error, |error, line| error.note(format!("  {line}")))
            }
        })
    }

    /// The error for a file with problems.
    fn invalid(&self, bytes: &[u8], problems: &Problems) -> CliError {
        let failure = Failure::of(self.source, bytes, problems, self.styled);
        let error = require_one::<()>(Err(failure)).err();
        error.unwrap_or_else(|| CliError::problems("the file has problems"))
    }
}

/// The error for values that no plans file may have.
fn invalid_plan(problems: &Problems) -> CliError {
    let errors = problems.list().iter().map(|problem| {
        let path = problem.path.as_ref().map(|path| path.0.as_slice());
        let option = match path.and_then(key_of) {
            Some("tags") => "tag",
            Some("action" | "url" | "dial" | "app") => "renewal",
            Some(key) => key,
            None => return CliError::from(problem.what.clone()),
        };
        of_option(option, problem.what.clone())
    });
    let all = errors.reduce(CliError::and);
    all.unwrap_or_else(|| CliError::usage("these values do not make a plan"))
}

/// The error for a plan whose date the options do not give.
fn without_date(plan: &PlanDraft) -> CliError {
    let (message, hint) = match (plan.renewed, plan.validity) {
        (Some(_), None) => (
            "`--renewed` needs `--validity`",
            "say how long a renewal lasts, as in `--validity \"90 days\"`",
        ),
        (None, Some(_)) => (
            "`--validity` needs `--renewed` or `--expires`",
            "say when it was last renewed, as in `--renewed today`",
        ),
        _ => (
            "a plan needs a date",
            "give `--expires 2027-01-31`, or `--renewed 2026-10-05` with `--validity \"90 days\"`",
        ),
    };
    ValueError::new(message).hint(hint).into()
}

/// The error for an id that another plan has. `free` is one that no plan has, if it is known.
fn id_taken(id: &str, is_name: bool, free: &str) -> CliError {
    let id = quoted(id);
    let message = match is_name {
        true => format!("another plan has the id or the name {id} already"),
        false => format!("another plan has the id {id} already"),
    };
    let hint = match free {
        "" => "give this one an id of its own with `--id`".to_owned(),
        free => format!("give this one an id of its own, as in `--id {free}`"),
    };
    CliError::usage(message).hint(hint)
}
