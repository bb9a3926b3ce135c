//! The ids that plans have, for an error about one that no plan has.

use crate::cli::error::CliError;
use crate::plan::PlanList;
use crate::text::value_error::{nearest, quoted, unlike};

/// If there are no more ids than this, the error lists all of them.
const FEW_IDS: usize = 12;

/// The ids of plans, beside one that is wanted.
#[derive(Default)]
pub(crate) struct KnownIds {
    /// Whether a plan has the wanted id.
    pub(crate) has_wanted: bool,
    count: usize,
    /// Some of the ids; all if they are few.
    few: Vec<String>,
    /// The id that is most like the wanted one.
    nearest: Option<String>,
}

impl KnownIds {
    /// The ids of a list.
    pub(crate) fn of(list: &PlanList<'_>, wanted: &str) -> Self {
        let ids = || list.plans.iter().map(|plan| &*plan.id);
        let named = list.plans.iter().find(|plan| plan.name == wanted);
        let nearest = named
            .map(|plan| &*plan.id)
            .or_else(|| nearest(wanted, ids()));
        Self {
            has_wanted: ids().any(|id| id == wanted),
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

    /// The error that no plan in `place` has the wanted id.
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
        CliError::usage(format!("no plan in `{place}` has the id {wanted}")).maybe_hint(hint)
    }
}
