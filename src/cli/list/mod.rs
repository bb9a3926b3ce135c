//! `weekahead list`: what is due, soonest first; or one plan whole.

mod json;
mod subject;

use std::path::PathBuf;

use chrono::NaiveDate;

use super::{ExitStatus, files, today};
use crate::agenda::table::{self, Screen, Title};
use crate::agenda::{Agenda, AgendaItem, Filter};
use crate::cli::files::in_parallel;
use crate::cli::terminal::Terminal;
use crate::document::Document;
use crate::files::failure::Failure;
use crate::files::source::Source;
use crate::plan::PlanList;
use json::FileReport;
use subject::{Known, Selection};

/// What `list` is asked for.
pub(crate) struct Options {
    /// Plans files, the first perhaps the id of a plan.
    pub(crate) arguments: Vec<PathBuf>,
    /// The id of a plan, whatever the arguments are.
    pub(crate) id: Option<String>,
    pub(crate) wanted: Filter,
    pub(crate) json: bool,
    pub(crate) exit_code: bool,
    pub(crate) today: Option<NaiveDate>,
}

/// What a file has of what was asked for.
struct Seen {
    /// Nothing where the plan is not in it.
    shown: Option<Shown>,
    is_due: bool,
    known: Known,
}

enum Shown {
    Drawn(String),
    Json(FileReport),
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let subject = Selection::of(options, terminal)?;
    let (sources, found) = files::find_some(&subject.plans, terminal);
    let job = Job {
        options,
        id: subject.id.as_deref(),
        screen: Screen {
            width: Terminal::width(),
            styled: Terminal::is_output_styled(),
        },
        styled: terminal.is_styled(),
    };
    let results = in_parallel(&sources, |source| job.look(source));
    let (seen, read) = files::good_ones(results, terminal);
    let outcome = files::worst(found, read);
    let is_due = seen.iter().any(|seen| seen.is_due);
    let mut drawn = String::new();
    let mut reports = Vec::new();
    let mut known = Known::default();
    for seen in seen {
        known.add(seen.known);
        match seen.shown {
            Some(Shown::Drawn(text)) => {
                drawn += if drawn.is_empty() { "" } else { "\n" };
                drawn += &text;
            }
            Some(Shown::Json(report)) => reports.push(report),
            None => {}
        }
    }
    // What could not be read may have what was asked for.
    if outcome.is_ok() {
        subject.all_found(&options.wanted.tags, &known, terminal)?;
    } else {
        subject.may_be_id(sources.is_empty(), terminal);
    }
    if options.json {
        // Strings and numbers always serialize.
        drawn = serde_json::to_string_pretty(&reports).unwrap_or_default() + "\n";
    }
    terminal.output(drawn.as_bytes())?;
    outcome?;
    if options.exit_code && is_due {
        return Err(ExitStatus::Due);
    }
    Ok(())
}

struct Job<'a> {
    options: &'a Options,
    id: Option<&'a str>,
    screen: Screen,
    /// Whether problems may hold colours.
    styled: bool,
}

impl Job<'_> {
    fn look(&self, source: &Source) -> Result<Seen, Failure> {
        let loaded = source.load()?;
        let document = Document::read(&loaded.bytes)
            .map_err(|problems| Failure::of(source, &loaded.bytes, &problems, self.styled))?;
        let list = document.list();
        let settings = &list.settings;
        let path = source.name();
        let today = today(self.options.today, settings);
        let title = Title {
            name: settings.name.as_deref().unwrap_or(source.stem()),
            path: &path,
            language: settings.language,
        };
        Ok(match self.id {
            Some(id) => self.one(list, id, &title, today),
            None => self.all(list, &title, today),
        })
    }

    fn all(&self, list: &PlanList<'_>, title: &Title<'_>, today: NaiveDate) -> Seen {
        let wanted = &self.options.wanted;
        let agenda = Agenda::new(list, today, wanted);
        let shown = if self.options.json {
            Shown::Json(FileReport::of_agenda(&agenda, list, title))
        } else {
            Shown::Drawn(table::agenda_table(&agenda, title, self.screen))
        };
        Seen {
            shown: Some(shown),
            is_due: agenda.counts.due > 0,
            known: Known::tags_of(list, &wanted.tags),
        }
    }

    fn one(&self, list: &PlanList<'_>, id: &str, title: &Title<'_>, today: NaiveDate) -> Seen {
        let Some(plan) = list.plans.iter().find(|plan| plan.id == id) else {
            return Seen {
                shown: None,
                is_due: false,
                known: Known::ids_of(list),
            };
        };
        let entry = AgendaItem::new(plan, list, today, self.options.wanted.within);
        let is_due = entry.is_due;
        let shown = if self.options.json {
            Shown::Json(FileReport::of_plan(&entry, list, title, today))
        } else {
            Shown::Drawn(table::plan_details(&entry, list, title, today, self.screen))
        };
        Seen {
            shown: Some(shown),
            is_due,
            known: Known::found(),
        }
    }
}
