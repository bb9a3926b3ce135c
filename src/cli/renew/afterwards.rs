//! What is left to do when a renewal is recorded: keeping the receipt, committing and pushing.

use std::env;
use std::path::{Path, PathBuf};

use super::{Options, Recorded};
use crate::cli::terminal::Terminal;
use crate::files::git::{self, Pending, Push};
use crate::text::shell::word;
use crate::text::value_error::quoted;

/// How the names of files end that receipts are kept in.
const ENDINGS: [&str; 14] = [
    "pdf", "png", "jpg", "jpeg", "heic", "webp", "gif", "tif", "tiff", "txt", "md", "html", "eml",
    "csv",
];

/// Warns of a receipt that looks like a file and is none.
pub(crate) fn receipt(options: &Options, plans: &Path, terminal: &mut Terminal) {
    let Some(receipt) = options.receipt.as_deref() else {
        return;
    };
    if !is_path(receipt) || beside(plans, receipt).exists() {
        return;
    }
    let folder = match plans.parent() {
        Some(folder) if folder != Path::new("") => folder.display().to_string(),
        _ => ".".to_owned(),
    };
    terminal.warn(&format!(
        "there is no file {} in `{folder}`: the receipt is recorded as it was given",
        quoted(receipt)
    ));
}

/// Where a receipt would be: paths in a plans file count from its folder.
fn beside(plans: &Path, receipt: &str) -> PathBuf {
    plans.parent().unwrap_or(Path::new("")).join(receipt)
}

/// Whether a text is meant as the path of a file: it ends as files of receipts do, or is one word
/// with a slash. A web address is not.
fn is_path(text: &str) -> bool {
    if text.contains("://") {
        return false;
    }
    let ending = text.rsplit_once('.').map(|(_, ending)| ending);
    let is_file = ending.is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
    });
    is_file || (text.contains(['/', '\\']) && !text.contains(char::is_whitespace))
}

/// Says which commands commit and push the renewal, if its file is in a repository.
pub(crate) fn commands(
    options: &Options,
    plans: &Path,
    recorded: &Recorded<'_>,
    terminal: &mut Terminal,
) {
    let receipt = options.receipt.as_deref().filter(|text| is_path(text));
    let receipt = receipt.map(|receipt| beside(plans, receipt));
    let mut files = vec![plans];
    files.extend(receipt.as_deref().filter(|path| path.is_file()));
    let pending = match git::pending(&files, git::ANSWER_TIMEOUT) {
        Ok(Some(pending)) => pending,
        Ok(None) => return,
        Err(why) => {
            terminal.warn(&format!(
                "git cannot say what is still to be committed: {why}"
            ));
            return;
        }
    };
    terminal.say("still to do:");
    let message = format!("Renew {} on {}", recorded.edit.plan.id, recorded.renewal.on);
    for line in lines(&pending, &message) {
        terminal.say(&format!("  {line}"));
    }
}

fn lines(pending: &Pending, message: &str) -> Vec<String> {
    let here = env::current_dir().and_then(|here| here.canonicalize());
    let inside = here.ok().filter(|here| here.starts_with(&pending.root));
    let names = pending.files.iter().map(|file| match &inside {
        Some(here) => from(here, &pending.root.join(file)),
        None => file.clone(),
    });
    let names: Vec<String> = names.map(|name| word(&name.to_string_lossy())).collect();
    let names = names.join(" ");
    let mut git = "git".to_owned();
    // To git these are patterns.
    if names.contains(['*', '?', '[', ':', '\\']) {
        git += " --literal-pathspecs";
    }
    if inside.is_none() {
        git += &format!(" -C {}", word(&pending.root.to_string_lossy()));
    }
    let mut lines = vec![
        format!("{git} add -- {}", names),
        format!("{git} commit -m {} -- {}", word(message), names),
    ];
    match &pending.push {
        Push::Nowhere => {}
        Push::Upstream => lines.push(format!("{git} push")),
        Push::To(remote) => lines.push(format!("{git} push -u {} HEAD", word(remote))),
    }
    lines
}

/// The way to a file from a folder; both are absolute and without links.
fn from(folder: &Path, file: &Path) -> PathBuf {
    let mut up = PathBuf::new();
    for above in folder.ancestors() {
        if let Ok(rest) = file.strip_prefix(above) {
            return up.join(rest);
        }
        up.push("..");
    }
    file.to_owned()
}
