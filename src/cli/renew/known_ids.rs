//! Finds the plan that an argument names: by its id, or else by its name.

use crate::cli::error::CliError;
use crate::plan::PlanList;
use crate::text::plural::pluralize;
use crate::text::value_error::{nearest, quoted, unlike};

/// If there are no more ids than this, the error lists all of them.
const FEW_IDS: usize = 12;

/// Finds the plan with an id, or else the only plan with that name, and returns its index. `place` is
/// the name of the file.
pub(crate) fn find_plan(list: &PlanList<'_>, wanted: &str, place: &str) -> Result<usize, CliError> {
    let known = KnownIds::of(list, wanted);
    let meant = match &known.named[..] {
        _ if known.has_wanted => wanted,
        [] => return Err(known.unknown(wanted, place)),
        [id] => id.as_str(),
        ids => {
            let ids = ids.iter().map(|id| quoted(id));
            return Err(several_named(wanted, ids));
        }
    };
    let found = list.plans.iter().position(|plan| plan.id == meant);
    found.ok_or_else(|| known.unknown(wanted, place))
}

/// The error for a name that several plans have. `ids` describes each of them.
pub(crate) fn several_named(name: &str, ids: impl Iterator<Item = String>) -> CliError {
    let ids: Vec<String> = ids.collect();
    let count = pluralize(ids.len(), "plan");
    let message = format!("{count} have the name {}", quoted(name));
    CliError::usage(message).hint(format!("give the id of one: {}", ids.join(", ")))
}

/// The ids of plans, beside an id or a name that is wanted.
#[derive(Default)]
pub(crate) struct KnownIds {
    /// Whether a plan has the wanted id.
    pub(crate) has_wanted: bool,
    /// The ids of the plans that have the wanted name.
    pub(crate) named: Vec<String>,
    count: usize,
    /// Some of the ids; all if they are few.
    few: Vec<String>,
    /// The id or the name that is most like the wanted one.
    nearest: Option<String>,
}

impl KnownIds {
    /// The ids of a list.
    pub(crate) fn of(list: &PlanList<'_>, wanted: &str) -> Self {
        let ids = || list.plans.iter().map(|plan| &*plan.id);
        let names = || list.plans.iter().map(|plan| &*plan.name);
        let nearest = nearest(wanted, ids().chain(names()));
        let named = ids().zip(names()).filter(|(_, name)| *name == wanted);
        Self {
            has_wanted: ids().any(|id| id == wanted),
            named: named.map(|(id, _)| id.to_owned()).collect(),
            count: list.plans.len(),
            few: ids().take(FEW_IDS).map(str::to_owned).collect(),
            nearest: nearest.map(str::to_owned),
        }
    }

    /// The ids of both.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.count += other.count;
        for id in other.few {
            // Two files may have the same id.
            if !self.few.contains(&id) {
                self.few.push(id);
            }
        }
        self.nearest = self.nearest.or(other.nearest);
        self
    }

    /// The error that no plan in `place` has the wanted id or name.
    pub(crate) fn unknown(&self, wanted: &str, place: &str) -> CliError {
        let mut hints = Vec::new();
        if let Some(nearest) = &self.nearest {
            hints.push(format!("did you mean {}?", quoted(nearest)));
            hints.extend(unlike(nearest, wanted).map(|unlike| unlike + ";"));
        }
        if self.count <= FEW_IDS {
            let ids: Vec<String> = self.few.iter().map(|id| quoted(id)).collect();
            hints.push(format!("the ids are {}", ids.join(", ")));
        }
        let hint = Some(hints.join(" ")).filter(|hint| !hint.is_empty());
        let wanted = quoted(wanted);
        CliError::usage(format!(
            "no plan in `{place}` has the id or the name {wanted}"
        ))
        .maybe_hint(hint)
    }
}
