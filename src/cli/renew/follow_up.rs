//! What the user has to do after a renewal was recorded: keep the receipt, commit, push.

use std::env;
use std::path::{Path, PathBuf};

use crate::cli::terminal::warning;
use crate::files::git::{self, Pending, Push};
use crate::files::receipt::{beside, is_path, receipt_file};
use crate::files::source::Source;
use crate::text::shell::word;
use crate::text::value_error::quoted;

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

/// The commands that push a commit, if the repository has a remote.
pub(crate) fn push_commands(root: &Path, push: &Push) -> Vec<String> {
    let git = Git::of(root);
    match git.push(push) {
        Some(command) => still_to_do(vec![command]),
        None => Vec::new(),
    }
}

fn still_to_do(commands: Vec<String>) -> Vec<String> {
    let commands = commands.into_iter().map(|command| format!("  {command}"));
    ["still to do:".to_owned()]
        .into_iter()
        .chain(commands)
        .collect()
}

/// The commands that commit and push the renewal, if its file is in a repository; or a warning if
/// git does not answer.
pub(crate) fn commands(source: &Source, receipt: Option<&str>, message: &str) -> Vec<String> {
    let Some(plans) = source.path.as_deref() else {
        return Vec::new();
    };
    let receipt = receipt_file(plans, receipt);
    let mut files = vec![plans];
    files.extend(receipt.as_deref());
    match git::pending(&files, git::ANSWER_TIMEOUT) {
        Ok(Some(pending)) => still_to_do(git_commands(&pending, message)),
        Ok(None) => Vec::new(),
        Err(why) => vec![warning(&format!(
            "git cannot say what is still to be committed: {why}"
        ))],
    }
}

fn git_commands(pending: &Pending, message: &str) -> Vec<String> {
    let git = Git::of(&pending.root);
    let names = pending.files.iter().map(|file| match &git.inside {
        Some(here) => relative_path(here, &pending.root.join(file)),
        None => file.clone(),
    });
    let names: Vec<String> = names.map(|name| word(&name.to_string_lossy())).collect();
    let names = names.join(" ");
    // git takes these as parts of patterns.
    let literal = match names.contains(['*', '?', '[', ':', '\\']) {
        true => " --literal-pathspecs",
        false => "",
    };
    let place = &git.place;
    let mut commands = vec![
        format!("git{literal}{place} add -- {names}"),
        format!("git{literal}{place} commit -m {} -- {names}", word(message)),
    ];
    commands.extend(git.push(&pending.push));
    commands
}

/// How git is called for a repository from the current folder.
struct Git {
    /// The current folder, if it is in the repository.
    inside: Option<PathBuf>,
    /// The option that names the repository, with a space before it, if it is needed.
    place: String,
}

impl Git {
    fn of(root: &Path) -> Self {
        let here = env::current_dir().and_then(|here| here.canonicalize());
        let inside = here.ok().filter(|here| here.starts_with(root));
        let place = match inside {
            Some(_) => String::new(),
            None => format!(" -C {}", word(&root.to_string_lossy())),
        };
        Self { inside, place }
    }

    fn push(&self, push: &Push) -> Option<String> {
        let place = &self.place;
        match push {
            Push::Nowhere => None,
            Push::Upstream => Some(format!("git{place} push")),
            Push::To(remote) => Some(format!("git{place} push -u {} HEAD", word(remote))),
        }
    }
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
