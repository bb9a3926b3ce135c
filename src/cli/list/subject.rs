//! What `list` is about: plans files, or one plan. An argument that can only be a plans file is
//! one, and so is a path that is there; anything else in front is the id of a plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Options;
use crate::agenda::Filter;
use crate::cli::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::plan::PlanList;
use crate::text::value_error::{ValueError, nearest, quoted, unlike};

/// The plans file where none is named.
const USUAL: &str = "plans.yaml";

/// What is shown.
pub(crate) struct Selection {
    /// One plan, by its id.
    pub(crate) id: Option<String>,
    /// Whether the id might be a path that is not there.
    is_guess: bool,
    /// The plans files.
    pub(crate) plans: Vec<PathBuf>,
}

impl Selection {
    pub(crate) fn of(options: &Options, terminal: &mut Terminal) -> Result<Self, ExitStatus> {
        let mut plans = options.arguments.clone();
        let mut id = options.id.clone();
        let mut is_guess = false;
        if id.is_none()
            && let Some(first) = plans.first().filter(|first| !is_plans_file(first))
            && let Some(text) = first.to_str().map(str::to_owned)
        {
            plans.remove(0);
            id = Some(text);
            is_guess = true;
        }
        if is_guess {
            refuse_selection(options, id.as_deref().unwrap_or_default(), terminal)?;
        }
        if plans.is_empty() {
            let usual = PathBuf::from(USUAL);
            if let Some(id) = id.as_deref().filter(|_| is_guess && !usual.exists()) {
                let id = quoted(id);
                terminal.error(
                    &format!("there is no file {id}, and no `{USUAL}` with a plan of that id"),
                    Some("name the plans file after the id: `weekahead list ID PLANS`"),
                );
                return Err(ExitStatus::Refused);
            }
            plans.push(usual);
        }
        Ok(Self {
            id,
            is_guess,
            plans,
        })
    }

    /// What to do where the one file that was named could not be read, or holds no plans, and has
    /// a name that an id might have.
    pub(crate) fn may_be_id(&self, is_empty: bool, terminal: &mut Terminal) {
        let [named] = self.plans.as_slice() else {
            return;
        };
        let may_be = self.id.is_none() && !is_surely_plans_file(named);
        if may_be && (is_empty || named.is_file()) {
            let name = quoted(&named.to_string_lossy());
            terminal.say(&format!(
                "hint: {name} is there, so it was read; a plan of that id is shown by `--id`"
            ));
        }
    }

    /// Whether the plan and the tags that were asked for are there.
    pub(crate) fn all_found(
        &self,
        tags: &[String],
        known: &Known,
        terminal: &mut Terminal,
    ) -> Result<(), ExitStatus> {
        let error = match &self.id {
            Some(id) if !known.is_found => self.no_plan(id, known),
            Some(_) => return Ok(()),
            None => {
                let Some(tag) = tags.iter().find(|tag| !known.tags.contains(*tag)) else {
                    return Ok(());
                };
                ValueError::new(format!("no plan has the tag {}", quoted(tag)))
                    .did_you_mean(tag, known.tags.iter().map(String::as_str))
            }
        };
        terminal.error(&error.message, error.hint.as_deref());
        Err(ExitStatus::Usage)
    }

    fn no_plan(&self, id: &str, known: &Known) -> ValueError {
        let files = match self.plans.as_slice() {
            [one] => quoted(&one.to_string_lossy()),
            many => format!("{} plans files and directories", many.len()),
        };
        let no_file = if self.is_guess {
            ", and no file of that name"
        } else {
            ""
        };
        let error = ValueError::new(format!(
            "there is no plan {} in {files}{no_file}",
            quoted(id)
        ));
        let ids = known.ids.iter().map(|(id, _)| id.as_str());
        let names = known.ids.iter().map(|(_, name)| name.as_str());
        // Whoever gives a name means its plan.
        let near_name = nearest(id, names);
        let of_name = known.ids.iter().find(|(_, name)| near_name == Some(name));
        match (nearest(id, ids), of_name) {
            (Some(near), _) => {
                let unlike =
                    unlike(near, id).map_or_else(String::new, |unlike| format!(" {unlike}"));
                error.hint(format!("did you mean `{near}`?{unlike}"))
            }
            (None, Some((near, _))) => error.hint(format!("did you mean `{near}`?")),
            (None, None) => error,
        }
    }
}

/// What can be asked of a file, for when what was asked for is not there.
#[derive(Default)]
pub(crate) struct Known {
    is_found: bool,
    /// Each id with its name.
    ids: Vec<(String, String)>,
    tags: BTreeSet<String>,
}

impl Known {
    pub(crate) fn found() -> Self {
        Self {
            is_found: true,
            ..Self::default()
        }
    }

    pub(crate) fn ids_of(list: &PlanList<'_>) -> Self {
        let plans = list.plans.iter();
        Self {
            ids: plans
                .map(|plan| (plan.id.to_string(), plan.name.to_string()))
                .collect(),
            ..Self::default()
        }
    }

    /// The tags of a list, if it is about tags.
    pub(crate) fn tags_of(list: &PlanList<'_>, wanted: &[String]) -> Self {
        let plans = list.plans.iter().filter(|_| !wanted.is_empty());
        Self {
            tags: plans
                .flat_map(|plan| plan.tags.iter().map(ToString::to_string))
                .collect(),
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.is_found |= other.is_found;
        self.ids.extend(other.ids);
        self.tags.extend(other.tags);
    }
}

fn refuse_selection(
    options: &Options,
    id: &str,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let wanted = &options.wanted;
    let option = match wanted {
        Filter { tags, .. } if !tags.is_empty() => "--tag",
        Filter { overdue: true, .. } => "--overdue",
        Filter { due: true, .. } => "--due",
        Filter { .. } => return Ok(()),
    };
    let id = quoted(id);
    terminal.error(
        &format!(
            "`{option}` selects plans of a list, and {id} is no file, so it is the id of one plan"
        ),
        None,
    );
    Err(ExitStatus::Usage)
}

fn is_plans_file(argument: &Path) -> bool {
    is_surely_plans_file(argument) || argument.symlink_metadata().is_ok()
}

/// Whether it is one even where it is not there.
fn is_surely_plans_file(argument: &Path) -> bool {
    let ending = argument.extension().and_then(|ending| ending.to_str());
    argument.as_os_str() == "-" || matches!(ending, Some("yaml" | "yml"))
}
