//! A new plans file: its text, and the schema that it names beside it.

#[cfg(feature = "schema")]
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
#[cfg(feature = "schema")]
use std::path::PathBuf;

use crate::cli::clock::TodayOption;
use crate::cli::error::CliError;
use crate::cli::init::calendar_questions::Answers;
#[cfg(feature = "schema")]
use crate::cli::terminal::warning;
use crate::document::fields::Fields;
#[cfg(feature = "schema")]
use crate::document::template::SCHEMA;
use crate::document::template::Template;
use crate::files::output;
#[cfg(feature = "schema")]
use crate::plan::schema;
use crate::text::shell::operand;
#[cfg(feature = "schema")]
use crate::text::shell::word;

/// Letters of ids: no vowels, so that no id is a word, and no digits, so that no id is a number.
const ID_LETTERS: &[u8; 16] = b"bcdfghjkmnpqrstv";

pub(crate) const NAME_ANOTHER_FILE: &str = "`init` never replaces a file: name another one";

/// The text of a new plans file, with the example or with a first plan.
pub(crate) fn plans_text(
    answers: &Answers,
    today: &TodayOption,
    has_schema: bool,
    first: Option<&Fields>,
) -> Result<String, CliError> {
    let [a, b, c, d] = random_bytes::<4>()?;
    let letter = |index: u8| char::from(ID_LETTERS[usize::from(index & 15)]);
    let id: String = [a, b, c, d]
        .into_iter()
        .flat_map(|octet| [letter(octet >> 4), letter(octet)])
        .collect();
    let template = Template {
        name: &answers.name,
        id: &id,
        language: answers.language,
        timezone: answers.timezone,
        today: today.today_in(answers.timezone)?,
        has_schema,
        first,
    };
    Ok(template.to_string())
}

/// Writes a plans file, and the schema that it names beside it. Returns what to say about them.
/// `content` says what the list has in it.
pub(crate) fn write_plans(path: &Path, text: &str, content: &str) -> Result<Vec<String>, CliError> {
    let mut lines = Vec::new();
    #[cfg(feature = "schema")]
    let schema = write_schema(path)?;
    if let Err(error) = output::create(path, text.as_bytes()) {
        #[cfg(feature = "schema")]
        if let Schema::Written(schema) = schema {
            // No plans file names it.
            let _ = fs::remove_file(schema);
        }
        return Err(match error.kind() {
            ErrorKind::AlreadyExists => exists_already(path, NAME_ANOTHER_FILE),
            _ => error.into(),
        });
    }
    #[cfg(feature = "schema")]
    if let Schema::Different(warning) = &schema {
        lines.push(warning.clone());
    }
    let name = path.display().to_string();
    lines.push(format!("{name}: a new list with {content} in it"));
    #[cfg(feature = "schema")]
    if let Schema::Written(schema) = schema {
        lines.push(format!(
            "{}: lets editors with a YAML language server complete keys and mark errors",
            schema.display()
        ));
    }
    Ok(lines)
}

/// What to do next with a new plans file. `has_plan` tells whether it has a plan that is no example.
pub(crate) fn next_steps(path: &Path, has_plan: bool) -> [String; 3] {
    let name = operand(&path.display().to_string());
    [
        "next:".to_owned(),
        match has_plan {
            true => format!("  add another plan                 weekahead add {name}"),
            false => format!("  write your plans into it, then   weekahead check {name}"),
        },
        format!("  see it and subscribe to it       weekahead serve {name}"),
    ]
}

/// What became of the schema beside a plans file.
#[cfg(feature = "schema")]
enum Schema {
    /// It was written.
    Written(PathBuf),
    /// It was there.
    Same,
    /// Another one is there, and a warning says so.
    Different(String),
}

/// Writes the schema into the folder of a plans file, unless there is one.
#[cfg(feature = "schema")]
fn write_schema(plans: &Path) -> Result<Schema, CliError> {
    let path = plans.with_file_name(SCHEMA);
    let schema = schema::json();
    match output::create(&path, schema.as_bytes()) {
        Ok(()) => return Ok(Schema::Written(path)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    if fs::read(&path).ok().as_deref() == Some(schema.as_bytes()) {
        return Ok(Schema::Same);
    }
    let name = path.display().to_string();
    Ok(Schema::Different(warning(&format!(
        "`{name}` is not the schema of this weekahead, and was not changed; `weekahead schema > \
         {}` replaces it",
        word(&name)
    ))))
}

pub(crate) fn exists_already(path: &Path, hint: &str) -> CliError {
    CliError::refused(format!("`{}` exists already", path.display())).hint(hint)
}

pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], CliError> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(error) => Err(CliError::refused(format!(
            "the system gives no random bytes: {error}"
        ))),
    }
}
