//! What is left to do after a renewal was recorded: to keep the receipt, to commit and to push.

use std::env;
use std::path::{Path, PathBuf};

use crate::cli::terminal::warning;
use crate::files::git::{self, Pending, Push};
use crate::files::source::Source;
use crate::text::shell::word;
use crate::text::value_error::quoted;

/// The endings of files that receipts are kept in.
const RECEIPT_ENDINGS: [&str; 14] = [
    "pdf", "png", "jpg", "jpeg", "heic", "webp", "gif", "tif", "tiff", "txt", "md", "html", "eml",
    "csv",
];

/// A warning about a receipt that looks like a file but does not exist.
pub(crate) fn missing_receipt(plans: &Path, receipt: &str) -> Option<String> {
    if !is_path(receipt) || beside(plans, receipt).exists() {
        return None;
    }
    let folder = match plans.parent() {
        Some(folder) if folder != Path::new("") => folder.display().to_string(),
        _ => ".".to_owned(),
    };
    let receipt = quoted(receipt);
    Some(format!(
        "there is no file {receipt} in `{folder}`: the receipt is recorded as it was given"
    ))
}

/// Where the file of a receipt is: paths in a plans file count from its folder.
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
        let mut known = RECEIPT_ENDINGS.iter();
        known.any(|known| known.eq_ignore_ascii_case(ending))
    });
    is_file || (text.contains(['/', '\\']) && !text.contains(char::is_whitespace))
}

/// The commands that commit and push the renewal, if its file is in a repository; or a warning if
/// git does not answer.
pub(crate) fn commands(source: &Source, receipt: Option<&str>, message: &str) -> Vec<String> {
    let Some(plans) = source.path.as_deref() else {
        return Vec::new();
    };
    let receipt = receipt.filter(|text| is_path(text));
    let receipt = receipt.map(|receipt| beside(plans, receipt));
    let mut files = vec![plans];
    files.extend(receipt.as_deref().filter(|path| path.is_file()));
    match git::pending(&files, git::ANSWER_TIMEOUT) {
        Ok(Some(pending)) => {
            let commands = git_commands(&pending, message).into_iter();
            let commands = commands.map(|command| format!("  {command}"));
            let heading = "still to do:".to_owned();
            [heading].into_iter().chain(commands).collect()
        }
        Ok(None) => Vec::new(),
        Err(why) => vec![warning(&format!(
            "git cannot say what is still to be committed: {why}"
        ))],
    }
}

fn git_commands(pending: &Pending, message: &str) -> Vec<String> {
    let here = env::current_dir().and_then(|here| here.canonicalize());
    let inside = here.ok().filter(|here| here.starts_with(&pending.root));
    let names = pending.files.iter().map(|file| match &inside {
        Some(here) => relative_path(here, &pending.root.join(file)),
        None => file.clone(),
    });
    let names: Vec<String> = names.map(|name| word(&name.to_string_lossy())).collect();
    let names = names.join(" ");
    let mut git = "git".to_owned();
    // git takes these as parts of patterns.
    if names.contains(['*', '?', '[', ':', '\\']) {
        git += " --literal-pathspecs";
    }
    if inside.is_none() {
        git += &format!(" -C {}", word(&pending.root.to_string_lossy()));
    }
    let mut commands = vec![
        format!("{git} add -- {}", names),
        format!("{git} commit -m {} -- {}", word(message), names),
    ];
    match &pending.push {
        Push::Nowhere => {}
        Push::Upstream => commands.push(format!("{git} push")),
        Push::To(remote) => commands.push(format!("{git} push -u {} HEAD", word(remote))),
    }
    commands
}

/// The relative path to a file from a folder; both are absolute and without links.
fn relative_path(folder: &Path, file: &Path) -> PathBuf {
    let mut up = PathBuf::new();
    for above in folder.ancestors() {
        if let Ok(rest) = file.strip_prefix(above) {
            return up.join(rest);
        }
        up.push("..");
    }
    file.to_owned()
}
