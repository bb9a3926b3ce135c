//! The questions of `init` about the calendar. Each has a default answer, which Enter takes.

use std::env;

use chrono_tz::Tz;

use crate::cli::error::CliError;
use crate::cli::prompt::Prompt;
use crate::cli::values::sentence;
use crate::plan::value::language::Language;
use crate::plan::zone::{find_timezone, parse_timezone};

/// What a new plans file is made from.
pub(crate) struct Answers {
    pub(crate) name: String,
    pub(crate) language: Language,
    /// Nothing if the machine has only UTC, as most machines have whose time zone was never set.
    pub(crate) timezone: Option<Tz>,
}

impl Answers {
    /// The language and the time zone of the machine, and a name.
    pub(crate) fn default_of_machine() -> Self {
        Self {
            name: "My plans".to_owned(),
            language: language(),
            timezone: timezone(),
        }
    }

    /// Asks the user.
    pub(crate) fn ask(&mut self, prompt: &mut Prompt<'_>) -> Result<(), CliError> {
        let name = self.name.clone();
        self.name = ask(prompt, "Name of the calendar", &name, |text| {
            if text.chars().any(char::is_control) {
                return Err("no control characters".to_owned());
            }
            Ok(text.to_owned())
        })?;
        let tag = self.language.tag();
        self.language = ask(prompt, "Language: en, zh-CN or nb", tag, |text| {
            Language::parse(text).map_err(sentence)
        })?;
        let zone = self.timezone.map_or("UTC", |zone| zone.name());
        self.timezone = Some(ask(
            prompt,
            "Time zone",
            zone,
            |text| match find_timezone(text) {
                Some(zone) => Ok(zone),
                None => parse_timezone(text).map_err(sentence),
            },
        )?);
        Ok(())
    }
}

/// Asks until the answer can be parsed. Enter takes `default`.
fn ask<T>(
    prompt: &mut Prompt<'_>,
    question: &str,
    default: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<T, CliError> {
    let question = format!("{question} [{default}]");
    prompt.ask(&question, |answer| match answer {
        "" => parse(default),
        answer => parse(answer),
    })
}

/// The language of the first variable that is set, in the order that Unix gives them.
fn language() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    match set.as_deref().and_then(|value| value.get(..2)) {
        Some("zh") => Language::SimplifiedChinese,
        Some("nb" | "no" | "nn") => Language::Bokmal,
        _ => Language::English,
    }
}

fn timezone() -> Option<Tz> {
    let name = match env::var("TZ") {
        Ok(name) if !name.is_empty() => name.trim_start_matches(':').to_owned(),
        _ => iana_time_zone::get_timezone().ok()?,
    };
    let is_utc = |zone: &Tz| matches!(zone.name(), "UTC" | "Etc/UTC" | "Universal" | "Zulu");
    find_timezone(&name).filter(|zone| !is_utc(zone))
}
