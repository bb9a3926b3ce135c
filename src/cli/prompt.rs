//! Questions at a terminal. They are written to standard error, and answered on standard input.

use std::io::{self, BufRead as _, IsTerminal as _};

use crate::cli::error::CliError;
use crate::cli::terminal::Terminal;

/// Whether somebody can answer questions.
pub(crate) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks questions.
pub(crate) struct Prompt<'t> {
    pub(crate) terminal: &'t mut Terminal,
    /// What to do instead, if there is no answer.
    pub(crate) hint: &'static str,
}

impl Prompt<'_> {
    /// Asks until the answer can be read. `read` gets the answer without white space around it, which
    /// may be empty, and returns what to say about a wrong one.
    ///
    /// # Errors
    ///
    /// Returns an error if standard input ends.
    pub(crate) fn ask<T>(
        &mut self,
        question: &str,
        mut read: impl FnMut(&str) -> Result<T, String>,
    ) -> Result<T, CliError> {
        loop {
            let answer = self.answer(&format!("{question}: "))?;
            match read(&answer) {
                Ok(value) => return Ok(value),
                Err(why) => self.say_below(&why),
            }
        }
    }

    /// Asks once, and returns the answer without white space around it.
    ///
    /// # Errors
    ///
    /// Returns an error if standard input ends.
    fn answer(&mut self, question: &str) -> Result<String, CliError> {
        loop {
            self.terminal.show(question);
            let mut line = Vec::new();
            match io::stdin().lock().read_until(b'\n', &mut line) {
                Ok(1..) => {}
                Ok(0) | Err(_) => {
                    self.terminal.show("\n");
                    let error = CliError::usage("no answer; nothing was written");
                    return Err(error.hint(self.hint));
                }
            }
            match String::from_utf8(line) {
                Ok(line) => return Ok(line.trim().to_owned()),
                Err(_) => self.say_below("this is not UTF-8: set the terminal to UTF-8"),
            }
        }
    }

    /// Asks a question to which the answer is yes or no. Enter means `default`.
    ///
    /// # Errors
    ///
    /// Returns an error if standard input ends.
    pub(crate) fn confirm(&mut self, question: &str, default: bool) -> Result<bool, CliError> {
        let answers = if default { "[Y/n]" } else { "[y/N]" };
        let question = format!("{question} {answers} ");
        loop {
            let answer = self.answer(&question)?;
            match answer.to_lowercase().as_str() {
                "" => return Ok(default),
                "y" | "yes" | "j" | "ja" | "是" => return Ok(true),
                "n" | "no" | "nei" | "否" => return Ok(false),
                _ => self.say_below("answer y or n"),
            }
        }
    }

    /// Asks which of several values is meant. Enter takes the first.
    ///
    /// # Errors
    ///
    /// Returns an error if standard input ends.
    pub(crate) fn choose<T: ToString>(
        &mut self,
        found: &str,
        values: Vec<T>,
    ) -> Result<T, CliError> {
        let count = values.len();
        self.say_below(&format!("{found} can mean {count} things:"));
        for (index, value) in values.iter().enumerate() {
            self.say_below(&format!("  {}  {}", index + 1, value.to_string()));
        }
        let index = self.ask("  Which one [1]", |answer| {
            let number = match answer {
                "" => Some(1),
                answer => answer.parse().ok(),
            };
            let index = number.filter(|number| (1..=count).contains(number));
            index.ok_or_else(|| format!("answer with a number from 1 to {count}"))
        })?;
        let chosen = values.into_iter().nth(index - 1);
        chosen.ok_or_else(|| CliError::usage("no answer; nothing was written"))
    }

    /// Writes a line below a question.
    pub(crate) fn say_below(&mut self, line: &str) {
        self.terminal.say(&format!("  {line}"));
    }
}
