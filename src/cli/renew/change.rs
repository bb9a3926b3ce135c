//! The change that a renewal makes to a plans file, and what it means for the plan.

use chrono::{Datelike as _, NaiveDate};

use crate::cli::error::CliError;
use crate::cli::exit_status::ExitStatus;
use crate::cli::plans_files::OpenPlans;
use crate::cli::terminal::warning;
use crate::document::edit::{self, Edit, NewValidity, RenewError, Renewal};
use crate::plan::schedule::Schedule;
use crate::plan::{AutoRenewalEnd, Expiry};
use crate::text::plural::pluralize;
use crate::text::value_error::quoted;

/// A change of a plans file that is proved to touch nothing but what the renewal asks for.
pub(crate) struct PlannedChange<'t> {
    pub(crate) edit: Edit<'t>,
    renewal: Renewal,
    next_warning: Option<NaiveDate>,
    /// Whether the plan has leads, of its own or of the list.
    has_leads: bool,
    today: NaiveDate,
}

impl<'t> PlannedChange<'t> {
    /// Plans and proves the renewal of the plan at `index`. Problems are drawn in colour if `styled`
    /// is set.
    pub(crate) fn new(
        plans: &OpenPlans<'t>,
        index: usize,
        renewal: Renewal,
        today: NaiveDate,
        styled: bool,
    ) -> Result<Self, CliError> {
        match edit::renew(&plans.document, index, &renewal, today) {
            Ok(edit) => Ok(Self {
                next_warning: Schedule::new(&edit.plan, plans.settings(), today.year())
                    .next_warning(today),
                has_leads: {
                    let own = edit.plan.remind.as_ref();
                    !own.unwrap_or(&plans.settings().remind).is_empty()
                },
                edit,
                renewal,
                today,
            }),
            Err(error) => Err(renew_error(error, plans, styled)),
        }
    }

    /// What a commit of the change is called.
    pub(crate) fn commit_message(&self) -> String {
        self.renewal.commit_message(&self.edit.plan.id)
    }

    /// What the renewal means, a line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let plan = &self.edit.plan;
        let (name, on, today) = (&plan.name, self.renewal.on, self.today);
        let (before, now) = (self.edit.expiry, plan.expiry.day());
        let next = self.next_warning_text();
        if plan.automatic().is_some() && self.edit.auto_renewal_end.is_none() {
            return vec![format!(
                "{name}: recorded a renewal on {on}; it renews by itself, so its dates stay the \
                 same; {next}"
            )];
        }
        let mut lines = vec![format!(
            "{name}: renewed on {on}, expires on {now} (before: {before}); {next}"
        )];
        if now < before {
            lines.push(warning(&format!(
                "the new expiry, {now}, is before the old one, {before}"
            )));
        }
        if now < today {
            lines.push(warning(&format!(
                "even so, it expired on {now}: today is {today}"
            )));
        }
        match self.edit.auto_renewal_end {
            Some(end) => lines.extend(self.auto_renewal_end(end)),
            None => lines.extend(self.validity_replaced()),
        }
        lines.extend(self.validity_changed());
        lines.extend(self.given_up_before());
        lines
    }

    fn next_warning_text(&self) -> String {
        match self.next_warning {
            Some(day) => {
                let days = (day - self.today).num_days();
                let days = pluralize(days as usize, "day");
                format!("next warning on {day}, in {days}")
            }
            None => self.no_warning_text(),
        }
    }

    fn no_warning_text(&self) -> String {
        let plan = &self.edit.plan;
        match (plan.ended, plan.automatic(), plan.auto_renewal_end()) {
            (Some(ended), _, _) => format!("no warning comes before it ends on {ended}"),
            (None, Some(_), Some(end)) if self.has_leads => format!(
                "automatic renewals have no warning, but their end after {} has one",
                end.until
            ),
            (None, Some(_), _) => {
                "automatic renewals have no warning unless the plan has `remind`".to_owned()
            }
            (None, None, _) => "no warning comes after today".to_owned(),
        }
    }

    /// A warning if the plan is given up before the expiry that was just paid for.
    fn given_up_before(&self) -> Option<String> {
        let (plan, expiry) = (&self.edit.plan, self.edit.plan.expiry.day());
        let ended = plan.ended.filter(|ended| *ended < expiry)?;
        Some(warning(&format!(
            "it ends on {ended}, so no warning comes before {expiry}: remove `ended` if you keep \
             it"
        )))
    }

    /// What became of the automatic renewals, and of one that the user may have meant to record.
    fn auto_renewal_end(&self, end: AutoRenewalEnd) -> Vec<String> {
        let mut lines = vec![format!(
            "it no longer renews by itself, because its `until` is {}: if it does again, write a \
             later `until`",
            end.until
        )];
        let (history, on) = (&self.edit.plan.history, self.renewal.on);
        let is_recorded = |last: NaiveDate| {
            let mut records = history.iter();
            records.any(|record| last <= record.on && record.on < on)
        };
        if let Some(last) = end.last
            && on <= end.expiry
            && !is_recorded(last)
        {
            lines.push(format!(
                "if this was the automatic renewal of {last}, undo this renewal and record that \
                 one with `--on {last}`"
            ));
        }
        lines
    }

    fn validity_replaced(&self) -> Option<String> {
        let (before, now) = (self.edit.before, self.edit.plan.expiry);
        let is_replaced = matches!(
            (before, now),
            (Expiry::FromRenewal { .. }, Expiry::Explicit { .. })
        );
        is_replaced.then(|| {
            "`expires` has replaced `validity`: the next renewal needs a length or a last day"
                .to_owned()
        })
    }

    fn validity_changed(&self) -> Option<String> {
        let Some(NewValidity::For(period, text)) = &self.renewal.validity else {
            return None;
        };
        let before = self.edit.before.validity()?;
        (before != *period).then(|| {
            let text = quoted(text);
            format!("`validity` is {text} now: the next renewal lasts as long")
        })
    }
}

fn renew_error(error: RenewError, plans: &OpenPlans<'_>, styled: bool) -> CliError {
    match error {
        RenewError::InvalidRequest(error) => error.into(),
        RenewError::Refused(finding) => {
            CliError::drawn(ExitStatus::Usage, plans.draw(*finding, styled))
        }
        RenewError::ByHand(finding, lines) => {
            let drawn = plans.draw(*finding, styled);
            let error = CliError::drawn(ExitStatus::Problems, drawn)
                .note("nothing was written; change this plan by hand:");
            let lines = lines.iter();
            lines.fold(error, |error, line| error.note(format!("  {line}")))
        }
    }
}
