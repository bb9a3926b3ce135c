//! The options of `add`: each gives one value of the plan.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::add::context::ListContext;
use crate::cli::add::draft::{self, PlanDraft, value_error};
use crate::cli::error::CliError;
use crate::plan::Method;
use crate::plan::value::loose;
use crate::text::fullwidth::to_ascii;
use crate::text::value_error::{ValueError, quoted};

/// The values of a plan.
#[derive(Debug, Args)]
pub(crate) struct PlanOptions {
    /// The name of the plan
    #[arg(long)]
    name: Option<String>,
    /// The last day, as in 2027-01-31, 31.12.2026 or tomorrow; or its month, as in 2027-03
    #[arg(long, value_name = "DATE")]
    expires: Option<String>,
    /// The day of the last renewal, from which --validity counts
    #[arg(long, value_name = "DATE")]
    renewed: Option<String>,
    /// How long a renewal lasts, as in "90 days" or "3 months"
    #[arg(long, value_name = "LENGTH")]
    validity: Option<String>,
    /// How long the plan can still be recovered after its last day
    #[arg(long, value_name = "LENGTH")]
    grace: Option<String>,
    /// What a renewal costs, as in "49 NOK"
    #[arg(long)]
    price: Option<String>,
    /// How to renew the plan: a sentence, a link, a code to dial, or a sentence and then a link
    #[arg(long, value_name = "TEXT")]
    renewal: Option<String>,
    /// The method of renewal, if --renewal does not show it: website, app, third-party, shop,
    /// voucher, sms, call, ussd, auto-debit or other
    #[arg(long, value_parser = PossibleValuesParser::new(Method::names()), hide_possible_values = true)]
    method: Option<String>,
    /// How long before the last day to warn, as in 14d,7d [default: the calendar's `remind`]
    #[arg(long, value_name = "LENGTHS")]
    remind: Option<String>,
    /// The phone number
    #[arg(long)]
    number: Option<String>,
    /// The provider, such as the operator of a SIM card
    #[arg(long)]
    provider: Option<String>,
    /// A word to find the plan by; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Other notes, which the events show
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// A short word that never changes; needed only if another plan has the same name
    #[arg(long)]
    id: Option<String>,
}

impl PlanOptions {
    /// What the options say of the plan.
    ///
    /// # Errors
    ///
    /// Returns an error that names the option if a value cannot be read or can mean several things.
    pub(crate) fn draft(&self, context: &ListContext) -> Result<PlanDraft, CliError> {
        let today = context.today;
        let text = |text: &Option<String>| text.as_deref().map(|text| text.trim().to_owned());
        let method = self
            .method
            .as_deref()
            .and_then(|name| Method::parse(name).ok());
        let period = |text: &str| loose::period(text).map(|period| vec![period]);
        let lists = |text: &str| draft::leads(text).map(|leads| vec![leads]);
        let renewal = draft::renewal(self.renewal.as_deref().unwrap_or_default(), method);
        let remind = one("remind", self.remind.as_deref(), lists, |_| String::new())?;
        let plan = PlanDraft {
            id: text(&self.id),
            name: text(&self.name),
            provider: text(&self.provider),
            number: text(&self.number).map(|number| to_ascii(&number).into_owned()),
            expires: one(
                "expires",
                self.expires.as_deref(),
                |text| loose::last_days(text, today),
                ToString::to_string,
            )?,
            renewed: one(
                "renewed",
                self.renewed.as_deref(),
                |text| loose::days(text, today),
                ToString::to_string,
            )?,
            validity: one(
                "validity",
                self.validity.as_deref(),
                period,
                ToString::to_string,
            )?,
            grace: one("grace", self.grace.as_deref(), period, ToString::to_string)?,
            price: one(
                "price",
                self.price.as_deref(),
                |text| loose::prices(text, context.currency),
                ToString::to_string,
            )?,
            renewal,
            remind: remind.unwrap_or_default(),
            tags: self.tags.iter().map(|tag| tag.trim().to_owned()).collect(),
            notes: text(&self.notes),
        };
        match check_values(&plan) {
            Some(error) => Err(error),
            None => Ok(plan),
        }
    }
}

/// Returns what a plans file would say against single values, apart from the dates.
fn check_values(plan: &PlanDraft) -> Option<CliError> {
    let fields = plan.fields().into_iter();
    let values = fields.filter(|(key, _)| !matches!(*key, "expires" | "renewed" | "validity"));
    let errors = values.filter_map(|(key, value)| {
        let option = if key == "tags" { "tag" } else { key };
        value_error(key, value).map(|error| of_option(option, error))
    });
    errors.reduce(CliError::and)
}

/// Reads the value of an option, which must have one meaning.
fn one<T>(
    option: &str,
    text: Option<&str>,
    read: impl Fn(&str) -> Result<Vec<T>, ValueError>,
    show: impl Fn(&T) -> String,
) -> Result<Option<T>, CliError> {
    let Some(text) = text else {
        return Ok(None);
    };
    let mut values = read(text).map_err(|error| of_option(option, error))?;
    if values.len() > 1 {
        let shown: Vec<String> = values
            .iter()
            .map(|value| format!("`{}`", show(value)))
            .collect();
        let (last, first) = shown
            .split_last()
            .map_or(("", &[][..]), |(l, f)| (l.as_str(), f));
        let all = format!("{} or {last}", first.join(", "));
        let error = ValueError::new(format!("{} can mean {all}", quoted(text.trim())));
        return Err(of_option(option, error.hint("write the one that you mean")));
    }
    Ok(values.pop())
}

/// An error about the value of an option.
pub(crate) fn of_option(option: &str, error: ValueError) -> CliError {
    CliError::usage(format!("`--{option}`: {}", error.message)).maybe_hint(error.hint)
}
