//! `weekahead url`: the links of feeds, for whoever subscribes.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use chrono::Utc;

use super::{ExitStatus, files, keys};
use crate::calendar::reminder::test_reminder;
use crate::cli::files::in_parallel;
use crate::cli::terminal::Terminal;
use crate::document::Document;
use crate::document::report::visible;
use crate::files::failure::Failure;
use crate::files::output::{FileTransaction, Identity};
use crate::files::source::Source;
use crate::plan::value::language::Language;
use crate::site::address::{Address, Base, Reach};
use crate::site::link::Key;
use crate::site::qr::Code;

/// What `url` is asked for.
pub(crate) struct Options {
    pub(crate) plans: Vec<PathBuf>,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) ask: Ask,
}

/// What is printed.
pub(crate) enum Ask {
    /// The links below a base, and perhaps a QR code as an image; one to standard output (`-`)
    /// stands there alone.
    Links(Base, Option<PathBuf>),
    /// A test reminder.
    Test,
}

/// What a link needs of a plans file.
struct Named {
    stem: String,
    name: String,
    link: u32,
    language: Language,
}

/// Runs the command.
pub(crate) fn run(options: &Options, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    let key = keys::find(options.key_file.as_deref(), terminal)?;
    let sources = files::find(&options.plans, terminal)?;
    if let Ask::Links(_, Some(image)) = &options.ask {
        refuse_input(image, &sources, options.key_file.as_deref(), terminal)?;
    }
    let styled = terminal.is_styled();
    let named = in_parallel(&sources, |source| named(source, styled));
    let (named, outcome) = files::good_ones(named, terminal);
    outcome?;
    match &options.ask {
        Ask::Test => match named.as_slice() {
            [one] => {
                let calendar = test_reminder(&one.name, one.language, Utc::now());
                terminal.output(calendar.as_bytes())
            }
            _ => refuse_many("a test reminder", terminal),
        },
        Ask::Links(base, image) => links(&named, base, image.as_ref(), key.as_ref(), terminal),
    }
}

/// Refuses to put the image over what it is made from.
fn refuse_input(
    image: &Path,
    sources: &[Source],
    key_file: Option<&Path>,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    let Some(identity) = Identity::of(image) else {
        return Ok(());
    };
    let is_it = |path: &Path| Identity::of(path).is_some_and(|other| other == identity);
    let is_source = |source: &&Source| source.path.as_deref().is_some_and(is_it);
    let what = match sources.iter().find(is_source) {
        Some(source) => format!("the plans file `{}`", source.name()),
        None if key_file.is_some_and(is_it) => "the key".to_owned(),
        None => return Ok(()),
    };
    terminal.error(
        &format!("`{}` is {what}", image.display()),
        Some("write the image to another file, as in `--qr code.svg`"),
    );
    Err(ExitStatus::Usage)
}

fn named(source: &Source, styled: bool) -> Result<Named, Failure> {
    let loaded = source.load()?;
    let document = Document::read(&loaded.bytes)
        .map_err(|problems| Failure::of(source, &loaded.bytes, &problems, styled))?;
    let settings = &document.list().settings;
    Ok(Named {
        stem: source.stem().to_owned(),
        name: settings.name.as_deref().unwrap_or(source.stem()).to_owned(),
        link: settings.link,
        language: settings.language,
    })
}

fn links(
    feeds: &[Named],
    base: &Base,
    image: Option<&PathBuf>,
    key: Option<&Key>,
    terminal: &mut Terminal,
) -> Result<(), ExitStatus> {
    if image.is_some() && feeds.len() > 1 {
        return refuse_many("one image", terminal);
    }
    let is_shown = io::stdout().is_terminal();
    let mut text = String::new();
    for feed in feeds {
        let token = key.map(|key| key.token(&feed.stem, feed.link));
        let token = token.as_ref().map(crate::site::link::Token::as_str);
        let address = Address::new(base, token, &feed.stem);
        let page = address.page();
        if !text.is_empty() {
            text.push('\n');
        }
        text += &format!(
            "{}\n  calendar  {}\n  apple     {}\n  page      {page}\n",
            visible(&feed.name),
            address.feed(),
            address.webcal(),
        );
        let Some(code) = Code::new(&page) else {
            terminal.warn("the address is too long for a QR code");
            continue;
        };
        if image.is_some_and(|image| image.as_os_str() == "-") {
            text = code.svg();
            continue;
        }
        if is_shown {
            text += &code.blocks(Terminal::is_output_styled());
        }
        if let Some(image) = image {
            let staging = FileTransaction::default();
            staging
                .stage(image, code.svg().into_bytes())
                .and_then(|()| staging.commit())
                .map_err(|refusal| {
                    terminal.error(&refusal.sentence(), None);
                    ExitStatus::Refused
                })?;
        }
    }
    match base.reach() {
        Reach::Secure => {}
        Reach::Plain => terminal
            .warn("plain http: iOS and Google Calendar subscribe only by https to a public host"),
        Reach::Local => terminal.warn("these addresses work only on this computer"),
    }
    if key.is_none() && base.reach() != Reach::Local {
        terminal
            .warn("without a key everybody who knows the address of the server can read the feeds");
    }
    terminal.output(text.as_bytes())
}

fn refuse_many(what: &str, terminal: &mut Terminal) -> Result<(), ExitStatus> {
    terminal.error(
        &format!("{what} is of one plans file, and several were named"),
        Some("name one of them"),
    );
    Err(ExitStatus::Usage)
}
