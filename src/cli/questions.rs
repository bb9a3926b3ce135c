//! The few questions of `init`: each has an answer already, which Enter takes.

use std::{env, io};

use chrono_tz::Tz;

use super::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::plan::value::language::Language;

/// What is asked for.
pub(crate) struct Answers {
    pub(crate) name: String,
    pub(crate) language: Language,
    /// Nothing where the machine has none but UTC, which most machines have that were told none.
    pub(crate) timezone: Option<Tz>,
}

impl Answers {
    /// What holds if nobody is asked: the machine's own.
    pub(crate) fn usual() -> Self {
        Self {
            name: "My plans".to_owned(),
            language: language(),
            timezone: timezone(),
        }
    }

    /// Asks somebody.
    pub(crate) fn ask(&mut self, terminal: &mut Terminal) -> Result<(), ExitStatus> {
        let name = self.name.clone();
        self.name = question("Name of the calendar", &name, terminal, |text| {
            if text.chars().any(char::is_control) {
                return Err("no control characters".to_owned());
            }
            Ok(text.to_owned())
        })?;
        let tag = self.language.tag();
        self.language = question("Language: en, zh-CN or nb", tag, terminal, |text| {
            Language::parse(text).map_err(crate::cli::args::sentence)
        })?;
        let zone = self.timezone.map_or("UTC", |zone| zone.name());
        self.timezone = Some(question("Time zone", zone, terminal, |text| {
            text.parse().map_err(|_| {
                "a name of the IANA database was expected, as in Europe/Oslo".to_owned()
            })
        })?);
        Ok(())
    }
}

/// Asks until the answer can be read.
fn question<T>(
    what: &str,
    usual: &str,
    terminal: &mut Terminal,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<T, ExitStatus> {
    loop {
        terminal.show(&format!("{what} [{usual}]: "));
        let mut line = String::new();
        match io::stdin().read_line(&mut line) {
            Ok(1..) => {}
            Ok(0) | Err(_) => {
                terminal.show("\n");
                terminal.error(
                    "no answer; nothing was written",
                    Some("with `--yes` nothing is asked"),
                );
                return Err(ExitStatus::Usage);
            }
        }
        let answer = match line.trim() {
            "" => usual,
            answer => answer,
        };
        match read(answer) {
            Ok(answer) => return Ok(answer),
            Err(why) => terminal.say(&format!("  {why}")),
        }
    }
}

/// The first of the variables that decide it, as everywhere on Unix.
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
    let is_none = |zone: &Tz| matches!(zone.name(), "UTC" | "Etc/UTC" | "Universal" | "Zulu");
    name.parse().ok().filter(|zone| !is_none(zone))
}
