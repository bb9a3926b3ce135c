//! `weekahead renew`: a renewal is recorded in a plans file.

mod afterwards;
mod diff;

use std::path::{Path, PathBuf};

use chrono::{Datelike as _, NaiveDate};

use super::{ExitStatus, files, today};
use crate::cli::files::in_parallel;
use crate::cli::terminal::Terminal;
use crate::document::Document;
use crate::document::edit::{self, Edit, NewValidity, RenewError, Renewal};
use crate::document::report::{Reporter, Severity};
use crate::files::failure::Failure;
use crate::files::io_error::IoError;
use crate::files::lock::{LOCK_TIMEOUT, LockedFile};
use crate::files::output::FileTransaction;
use crate::files::source::Source;
use crate::plan::schedule::Schedule;
use crate::plan::value::price::Price;
use crate::plan::{AutoRenewalEnd, Diagnostic, Expiry, Plan, PlanList, Settings};
use crate::text::plural::pluralize;
use crate::text::value_error::{nearest, quoted, unlike};

/// Ids up to which an id that is not there gets all of them listed.
const FEW_IDS: usize = 12;

/// What `renew` is asked for.
pub(crate) struct Options {
    pub(crate) id: String,
    pub(crate) plans: PathBuf,
    pub(crate) on: Option<NaiveDate>,
    pub(crate) paid: Option<Price>,
    pub(crate) receipt: Option<String>,
    pub(crate) lasts: Option<NewValidity>,
    pub(crate) note: Option<String>,
    pub(crate) from_expiry: bool,
    pub(crate) dry_run: bool,
    pub(crate) today: Option<NaiveDate>,
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let source = source(options, terminal)?;
    let path = match &source.path {
        Some(path) if !options.dry_run => path,
        _ => return show(options, &source, terminal),
    };
    let held = LockedFile::take(path, LOCK_TIMEOUT, || {
        terminal.say(&format!(
            "waiting for another run that changes `{}`",
            path.display()
        ));
    });
    let held = held.map_err(|refusal| refused(&refusal, terminal))?;
    let document = read(&source, held.bytes(), terminal)?;
    let recorded = record(options, &source, &document, held.bytes(), terminal)?;
    replace(path, &held, &recorded.edit, terminal)?;
    recorded.say(terminal);
    let shown = diff::show(&source.name(), &document, &recorded.edit, terminal);
    afterwards::receipt(options, path, terminal);
    afterwards::commands(options, path, &recorded, terminal);
    shown
}

/// A dry run, which locks nothing and takes standard input too.
fn show(options: &Options, source: &Source, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let loaded = source
        .load()
        .map_err(|refusal| refused(&refusal, terminal))?;
    let document = read(source, &loaded.bytes, terminal)?;
    let recorded = record(options, source, &document, &loaded.bytes, terminal)?;
    recorded.say(terminal);
    diff::show(&source.name(), &document, &recorded.edit, terminal)?;
    if let Some(path) = &source.path {
        afterwards::receipt(options, path, terminal);
    }
    terminal.say("a dry run: nothing was written");
    Ok(())
}

/// The file that the plan is in.
fn source(options: &Options, terminal: &mut Terminal) -> Result<Source, ExitStatus> {
    let path = &options.plans;
    if path.as_os_str() == "-" {
        if options.dry_run {
            return Ok(Source { path: None });
        }
        terminal.error(
            "standard input cannot be written back to",
            Some("name the plans file, or add `--dry-run` to see what would change"),
        );
        return Err(ExitStatus::Usage);
    }
    if !path.is_dir() {
        return Ok(Source {
            path: Some(path.clone()),
        });
    }
    let sources = files::find(std::slice::from_ref(path), terminal)?;
    let styled = terminal.is_styled();
    let results = in_parallel(&sources, |source| {
        let bytes = source.load()?.bytes;
        match Document::read(&bytes) {
            Ok(document) => Ok(Ids::of(document.list(), &options.id)),
            Err(problems) => Err(Failure::of(source, &bytes, &problems, styled)),
        }
    });
    let ids = files::all_good(results, terminal)?;
    let mut found = sources.iter().zip(&ids).filter(|(_, ids)| ids.has);
    match (found.next(), found.next()) {
        (Some((source, _)), None) => Ok(source.clone()),
        (Some((first, _)), Some((second, _))) => {
            let (first, second) = (first.name(), second.name());
            let message = format!(
                "both `{first}` and `{second}` have a plan with the id {}",
                quoted(&options.id)
            );
            let hint = format!("name one: `{first}`");
            terminal.error(&message, Some(&hint));
            Err(ExitStatus::Usage)
        }
        (None, _) => {
            let all = ids.into_iter().reduce(Ids::and).unwrap_or_default();
            Err(all.unknown(&options.id, &path.display().to_string(), terminal))
        }
    }
}

/// The ids of plans, for somebody who looks for one.
#[derive(Default)]
struct Ids {
    has: bool,
    count: usize,
    /// Some of them; all where they are few.
    few: Vec<String>,
    near: Option<String>,
}

impl Ids {
    fn of(list: &PlanList<'_>, wanted: &str) -> Self {
        let ids = || list.plans.iter().map(|plan| &*plan.id);
        let named = list.plans.iter().find(|plan| plan.name == wanted);
        let near = named
            .map(|plan| &*plan.id)
            .or_else(|| nearest(wanted, ids()));
        Self {
            has: ids().any(|id| id == wanted),
            count: list.plans.len(),
            few: ids().take(FEW_IDS).map(str::to_owned).collect(),
            near: near.map(str::to_owned),
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.count += other.count;
        for id in other.few {
            // Files may have ids in common.
            if !self.few.contains(&id) {
                self.few.push(id);
            }
        }
        self.near = self.near.or(other.near);
        self
    }

    fn unknown(&self, wanted: &str, place: &str, terminal: &mut Terminal) -> ExitStatus {
        let mut hints = Vec::new();
        if let Some(near) = &self.near {
            hints.push(format!("did you mean {}?", quoted(near)));
            hints.extend(unlike(near, wanted).map(|unlike| unlike + ";"));
        }
        if self.count <= FEW_IDS {
            let ids: Vec<String> = self.few.iter().map(|id| quoted(id)).collect();
            hints.push(format!("the ids are {}", ids.join(", ")));
        }
        let hint = hints.join(" ");
        terminal.error(
            &format!("no plan in `{place}` has the id {}", quoted(wanted)),
            Some(hint.as_str()).filter(|hint| !hint.is_empty()),
        );
        ExitStatus::Usage
    }
}

fn read<'t>(
    source: &Source,
    bytes: &'t [u8],
    terminal: &mut Terminal,
) -> Result<Document<'t>, ExitStatus> {
    let read = Document::read(bytes)
        .map_err(|problems| Failure::of(source, bytes, &problems, terminal.is_styled()));
    let mut good = files::all_good(vec![read], terminal)?;
    good.pop().ok_or(ExitStatus::Problems)
}

/// A renewal that is in the text, and can be told of.
struct Recorded<'t> {
    edit: Edit<'t>,
    renewal: Renewal,
    next: Option<NaiveDate>,
    today: NaiveDate,
}

fn record<'t>(
    options: &Options,
    source: &Source,
    document: &Document<'t>,
    bytes: &[u8],
    terminal: &mut Terminal,
) -> Result<Recorded<'t>, ExitStatus> {
    let list = document.list();
    let settings: &Settings<'_> = &list.settings;
    let Some(index) = list.plans.iter().position(|plan| plan.id == options.id) else {
        let ids = Ids::of(list, &options.id);
        return Err(ids.unknown(&options.id, &source.name(), terminal));
    };
    let today = today(options.today, settings);
    let renewal = Renewal {
        on: options.on.unwrap_or(today),
        paid: options.paid,
        receipt: options.receipt.clone(),
        note: options.note.clone(),
        validity: options.lasts.clone(),
        from_expiry: options.from_expiry,
    };
    match edit::renew(document, index, &renewal, today) {
        Ok(edit) => Ok(Recorded {
            next: Schedule::new(&edit.plan, settings, today.year()).next_warning(today),
            edit,
            renewal,
            today,
        }),
        Err(RenewError::InvalidRequest(what)) => {
            terminal.error(&what.message, what.hint.as_deref());
            Err(ExitStatus::Usage)
        }
        Err(RenewError::Refused(finding)) => {
            draw(source, document, bytes, *finding, terminal);
            Err(ExitStatus::Usage)
        }
        Err(RenewError::ByHand(finding, lines)) => {
            draw(source, document, bytes, *finding, terminal);
            terminal.say("nothing was written; write by hand, in this plan:");
            for line in lines {
                terminal.say(&format!("  {line}"));
            }
            Err(ExitStatus::Problems)
        }
    }
}

fn draw(
    source: &Source,
    document: &Document<'_>,
    bytes: &[u8],
    finding: Diagnostic,
    terminal: &mut Terminal,
) {
    let name = source.name();
    let reporter = Reporter::new(&name, bytes, terminal.is_styled());
    for problem in document.locate(vec![finding]) {
        terminal.show(&reporter.draw(&problem, Severity::Error));
    }
}

/// Puts the new text in the place of what was read, unless that has changed.
fn replace(
    path: &Path,
    held: &LockedFile,
    edit: &Edit<'_>,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let mark = held.bytes().len() - crate::document::without_mark(held.bytes()).len();
    let bytes = [&held.bytes()[..mark], edit.text.as_bytes()].concat();
    let staging = FileTransaction::default();
    let staged = staging.stage(path, bytes);
    staged.map_err(|refusal| refused(&refusal, terminal))?;
    if !held.is_as_read() {
        terminal.error(
            &format!(
                "`{}` was changed by somebody else meanwhile",
                path.display()
            ),
            Some("nothing was written: try again"),
        );
        return Err(ExitStatus::Refused);
    }
    let committed = staging.commit();
    committed.map_err(|refusal| refused(&refusal, terminal))
}

fn refused(refusal: &IoError, terminal: &mut Terminal) -> ExitStatus {
    let hint = match refusal.kind() {
        std::io::ErrorKind::NotFound => Some("name a plans file, or a directory of them"),
        std::io::ErrorKind::TimedOut => {
            Some("nothing was written: end the other process, then try again")
        }
        _ => None,
    };
    terminal.error(&refusal.sentence(), hint);
    ExitStatus::Refused
}

impl Recorded<'_> {
    /// Says what the renewal means.
    fn say(&self, terminal: &mut Terminal) {
        let plan: &Plan<'_> = &self.edit.plan;
        let (name, on) = (&plan.name, self.renewal.on);
        let (before, now) = (self.edit.expiry, plan.expiry.day());
        let next = match self.next {
            Some(day) => {
                let days = (day - self.today).num_days();
                format!(
                    "next warning on {day}, in {}",
                    pluralize(days as usize, "day")
                )
            }
            None => "no warning comes after it".to_owned(),
        };
        if plan.automatic().is_some() && self.edit.auto_renewal_end.is_none() {
            terminal.say(&format!(
                "{name}: recorded a renewal on {on}; it renews by itself, so its dates stay; {next}"
            ));
            return;
        }
        terminal.say(&format!(
            "{name}: renewed on {on}, expires on {now} (before: {before}); {next}"
        ));
        if now < before {
            terminal.warn(&format!(
                "the new expiry, {now}, is before the old one, {before}"
            ));
        }
        if now < self.today {
            terminal.warn(&format!(
                "it expired on {now} all the same: today is {}",
                self.today
            ));
        }
        if let Some(lapse) = self.edit.auto_renewal_end {
            self.lapsed(lapse, terminal);
        } else if let (Expiry::FromRenewal { .. }, Expiry::Explicit { .. }) =
            (self.edit.before, plan.expiry)
        {
            terminal.say(
                "`validity` gave way to `expires`: the next renewal has to say how long it lasts",
            );
        }
        if let (Some(NewValidity::For(period, text)), Some(before)) =
            (&self.renewal.validity, self.edit.before.validity())
            && before != *period
        {
            terminal.say(&format!(
                "`validity` is {} now: the next renewal lasts as long",
                quoted(text)
            ));
        }
    }

    /// Says what became of the automatism, and of a charge that this may have been meant to record.
    fn lapsed(&self, lapse: AutoRenewalEnd, terminal: &mut Terminal) {
        terminal.say(&format!(
            "it no longer renews by itself, its `until` is {}: if it does again, write a later one",
            lapse.until
        ));
        let (history, on) = (&self.edit.plan.history, self.renewal.on);
        let is_recorded = |last: NaiveDate| history.iter().any(|e| last <= e.on && e.on < on);
        if let Some(last) = lapse.last
            && on <= lapse.expiry
            && !is_recorded(last)
        {
            terminal.say(&format!(
                "if this was the automatic renewal of {last}, take it back and record that with `--on {last}`"
            ));
        }
    }
}
