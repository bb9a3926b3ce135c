//! What `list` shows: plans files, or one plan. If the first argument neither looks like a plans
//! file nor is a path that exists, it is the id of a plan.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::agenda::Filter;
use crate::cli::error::CliError;
use crate::cli::plans_files::DEFAULT_PLANS;
use crate::plan::PlanList;
use crate::text::value_error::{ValueError, nearest, quoted, unlike};

/// What is shown.
pub(crate) struct Selection {
    /// One plan, by its id.
    pub(crate) id: Option<String>,
    /// Whether the id may also be a path that does not exist.
    is_guess: bool,
    /// The plans files.
    pub(crate) plans: Vec<PathBuf>,
}

impl Selection {
    /// What the arguments mean; `id` is the option.
    pub(crate) fn new(
        arguments: &[PathBuf],
        id: Option<&str>,
        filter: &Filter,
    ) -> Result<Self, CliError> {
        let mut plans = arguments.to_vec();
        let mut id = id.map(str::to_owned);
        let mut is_guess = false;
        if id.is_none()
            && let Some(first) = plans.first().filter(|first| !is_plans_file(first))
            && let Some(text) = first.to_str().map(str::to_owned)
        {
            refuse_filter(filter, &text)?;
            plans.remove(0);
            id = Some(text);
            is_guess = true;
        }
        if plans.is_empty() {
            let default = PathBuf::from(DEFAULT_PLANS);
            if let Some(id) = id.as_deref().filter(|_| is_guess && !default.exists()) {
                return Err(no_file(id));
            }
            plans.push(default);
        }
        Ok(Self {
            id,
            is_guess,
            plans,
        })
    }

    /// What to do if the one file that was named could not be read, or holds no plans, and its name
    /// may be an id. `has_sources` tells whether the arguments named any plans file.
    pub(crate) fn id_hint(&self, has_sources: bool) -> Option<String> {
        let [named] = self.plans.as_slice() else {
            return None;
        };
        let may_be_id = self.id.is_none() && !has_plans_name(named);
        (may_be_id && (!has_sources || named.is_file())).then(|| {
            let name = quoted(&named.to_string_lossy());
            format!(
                "hint: the file {name} exists, so it was read; `--id` shows the plan with \
                     that id"
            )
        })
    }

    /// Checks that the plan, or the tags, were found.
    pub(crate) fn require_found(&self, tags: &[String], known: &Known) -> Result<(), CliError> {
        if let Some(id) = &self.id {
            return match known.is_found {
                true => Ok(()),
                false => Err(self.no_plan(id, known).into()),
            };
        }
        match tags.iter().find(|tag| !known.tags.contains(*tag)) {
            None => Ok(()),
            Some(tag) => {
                let error = ValueError::new(format!("no plan has the tag {}", quoted(tag)));
                let tags = known.tags.iter().map(String::as_str);
                Err(error.did_you_mean(tag, tags).into())
            }
        }
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
        // A user who writes the name of a plan means that plan.
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

/// What the files have of what was asked for, and what else could have been asked for.
#[derive(Default)]
pub(crate) struct Known {
    is_found: bool,
    /// Each id with its name.
    ids: Vec<(String, String)>,
    tags: BTreeSet<String>,
}

impl Known {
    /// Of a file that has the plan.
    pub(crate) fn found() -> Self {
        Self {
            is_found: true,
            ..Self::default()
        }
    }

    /// Of a file that does not have the plan.
    pub(crate) fn ids_of(list: &PlanList<'_>) -> Self {
        let plans = list.plans.iter();
        Self {
            ids: plans
                .map(|plan| (plan.id.to_string(), plan.name.to_string()))
                .collect(),
            ..Self::default()
        }
    }

    /// The tags of a list, if tags were asked for.
    pub(crate) fn tags_of(list: &PlanList<'_>, wanted: &[String]) -> Self {
        let plans = list.plans.iter().filter(|_| !wanted.is_empty());
        Self {
            tags: plans
                .flat_map(|plan| plan.tags.iter().map(ToString::to_string))
                .collect(),
            ..Self::default()
        }
    }

    /// Adds what another file has.
    pub(crate) fn add(&mut self, other: Self) {
        self.is_found |= other.is_found;
        self.ids.extend(other.ids);
        self.tags.extend(other.tags);
    }
}

/// Refuses options that select plans of a list, where one plan is shown.
fn refuse_filter(filter: &Filter, id: &str) -> Result<(), CliError> {
    let option = match filter {
        Filter {
            within: Some(_), ..
        } => "--within",
        Filter { tags, .. } if !tags.is_empty() => "--tag",
        Filter { overdue: true, .. } => "--overdue",
        Filter { due: true, .. } => "--due",
        Filter { .. } => return Ok(()),
    };
    let id = quoted(id);
    Err(CliError::usage(format!(
        "`{option}` selects plans of a list, but {id} is not a file, so it means the plan with \
         that id"
    )))
}

fn no_file(id: &str) -> CliError {
    let id = quoted(id);
    CliError::refused(format!(
        "there is no file {id}, and no `{DEFAULT_PLANS}` to look for a plan with that id"
    ))
    .hint(
        "name the plans file after the id: `weekahead list ID PLANS`; `weekahead init` writes a \
         new plans file",
    )
}

fn is_plans_file(argument: &Path) -> bool {
    has_plans_name(argument) || argument.symlink_metadata().is_ok()
}

/// Whether an argument is a plans file even if it does not exist.
fn has_plans_name(argument: &Path) -> bool {
    let ending = argument.extension().and_then(|ending| ending.to_str());
    argument.as_os_str() == "-" || matches!(ending, Some("yaml" | "yml"))
}
