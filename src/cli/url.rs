//! `weekahead url`: the links of feeds, for those who subscribe.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::calendar::reminder::test_reminder;
use crate::cli::clock::now;
use crate::cli::error::{CliError, needs_https, report_failures};
use crate::cli::key::KeyOption;
use crate::cli::parallel::in_parallel;
use crate::cli::plans_files::{self, OpenPlans, PlansArguments};
use crate::cli::terminal::{Terminal, is_standard_output};
use crate::cli::values::base_url;
use crate::document::report::visible;
use crate::files::failure::Failure;
use crate::files::output::{FileTransaction, Identity};
use crate::files::source::Source;
use crate::plan::value::language::Language;
use crate::site::Site;
use crate::site::address::{Base, Reach};
use crate::site::link::Key;
use crate::site::qr::Code;
use crate::site::record::paths::{list_path, pairing_path};
use crate::site::record::{ListId, PAIRING_SECONDS, PairingCode};

/// Print the links that calendars subscribe to
///
/// On a terminal, the command also prints a QR code for the page of each feed. With the key of the
/// server, it prints the server's secret links.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  weekahead url --base-url https://cal.example.org")]
pub(crate) struct Url {
    #[command(flatten)]
    files: PlansArguments,
    /// The address of the server, as in https://cal.example.org
    #[arg(short, long, alias = "base", value_name = "URL", value_parser = base_url, required_unless_present = "test")]
    base_url: Option<Base>,
    #[command(flatten)]
    key: KeyOption,
    /// Also write the QR code to this file, as an SVG image; with -, print only the image
    #[arg(long, value_name = "FILE", conflicts_with = "test")]
    qr: Option<PathBuf>,
    /// Print links that pair a device instead. A paired device may record renewals if the server
    /// runs with --record. This needs the key of the server; the links work for an hour
    #[arg(long, conflicts_with = "test")]
    record: bool,
    /// Print a test calendar instead: one event with an alarm in ten minutes
    #[arg(long, conflicts_with = "base_url")]
    test: bool,
}

/// What a link needs of a plans file.
struct Feed {
    stem: String,
    name: String,
    link: u32,
    devices: u32,
    language: Language,
}

/// What the command prints.
struct Output {
    warnings: Vec<&'static str>,
    text: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Url, terminal: &mut Terminal) -> Result<(), CliError> {
    let key = arguments.key.read(terminal)?;
    plans_files::warn_of_unread(&arguments.files.plans, terminal);
    let sources = plans_files::find(&arguments.files.plans)?;
    let image = arguments.qr.as_deref();
    if let Some(image) = image.filter(|path| !is_standard_output(path)) {
        refuse_input(image, &sources, arguments.key.key_file.as_deref())?;
    }
    let styled = terminal.is_styled();
    let feeds = in_parallel(&sources, |source| read_feed(source, styled));
    let (feeds, errors) = report_failures(feeds);
    errors.into_result()?;
    let output = match &arguments.base_url {
        Some(base) if arguments.record => pairing_links(&feeds, base, key.as_ref(), image)?,
        Some(base) => links(&feeds, base, &Site::of_server(None, key), image)?,
        None => reminder(&feeds)?,
    };
    for warning in output.warnings {
        terminal.warn(warning);
    }
    terminal.output(output.text.as_bytes())
}

fn read_feed(source: &Source, styled: bool) -> Result<Feed, Failure> {
    let loaded = source.load()?;
    let plans = OpenPlans::new(source, &loaded.bytes, styled)?;
    Ok(Feed {
        stem: source.stem().to_owned(),
        name: plans.calendar_name().to_owned(),
        link: plans.settings().link,
        devices: plans.settings().devices,
        language: plans.settings().language,
    })
}

/// The test reminder of a feed.
fn reminder(feeds: &[Feed]) -> Result<Output, CliError> {
    let [feed] = feeds else {
        return Err(several_files("a test reminder"));
    };
    Ok(Output {
        warnings: Vec::new(),
        text: test_reminder(&feed.name, feed.language, now()),
    })
}

/// The links of all feeds. The QR code of each leads to its page.
fn links(
    feeds: &[Feed],
    base: &Base,
    site: &Site,
    image: Option<&Path>,
) -> Result<Output, CliError> {
    let mut output = print_links(feeds, image, FileTransaction::default, |feed| {
        let token = site.token(&feed.stem, feed.link);
        let address = site.place(&feed.stem, token.as_ref()).address_at(base);
        let lines = format!(
            "  calendar  {}\n  apple     {}\n  page      {}\n",
            address.feed(),
            address.webcal(),
            address.page(),
        );
        (lines, address.page())
    })?;
    output
        .warnings
        .extend(address_warnings(base, site.is_secret()));
    Ok(output)
}

/// The links that pair a device with each list, as QR codes too, and the line with which the events
/// of the list lead to the form.
fn pairing_links(
    feeds: &[Feed],
    base: &Base,
    key: Option<&Key>,
    image: Option<&Path>,
) -> Result<Output, CliError> {
    let Some(key) = key else {
        let message = "`--record` needs the key of the server";
        return Err(CliError::usage(message).hint(
            "give it with `--key-file FILE`; a server without a key prints these links when it \
             starts",
        ));
    };
    if base.reach() == Reach::Plain {
        return Err(needs_https());
    }
    let ends = now().timestamp() + PAIRING_SECONDS;
    let url = base.as_str();
    print_links(feeds, image, FileTransaction::private, |feed| {
        let list = ListId {
            name: &feed.stem,
            devices: feed.devices,
        };
        let code = PairingCode::new(key, list, ends);
        let pair = format!("{url}{}", pairing_path("", &feed.stem, code.as_str()));
        let form = format!("{url}{}/{{id}}", list_path("", &feed.stem));
        let lines = format!(
            "  pair a device within an hour  {pair}\n  under `calendar` in the file  edit: {form}\n"
        );
        (lines, pair)
    })
}

/// Prints the name of each feed, its lines, and on a terminal the QR code of its address. A QR code
/// as an image is written to its file; for standard output, it takes the place of everything.
fn print_links(
    feeds: &[Feed],
    image: Option<&Path>,
    transaction: fn() -> FileTransaction,
    lines_and_address: impl Fn(&Feed) -> (String, String),
) -> Result<Output, CliError> {
    if image.is_some() && feeds.len() > 1 {
        return Err(several_files("one image"));
    }
    let mut warnings = Vec::new();
    let mut text = String::new();
    for feed in feeds {
        let (lines, address) = lines_and_address(feed);
        if !text.is_empty() {
            text.push('\n');
        }
        text += &format!("{}\n{lines}", visible(&feed.name));
        let Some(code) = Code::new(&address) else {
            warnings.push("the address is too long for a QR code");
            continue;
        };
        match image {
            Some(path) if is_standard_output(path) => {
                text = code.svg();
                continue;
            }
            Some(path) => write_image(path, &code, transaction())?,
            None => {}
        }
        if io::stdout().is_terminal() {
            text += &code.blocks(Terminal::is_output_styled());
        }
    }
    Ok(Output { warnings, text })
}

/// Warnings of links that not everybody can use, or that everybody can.
fn address_warnings(base: &Base, is_secret: bool) -> Vec<&'static str> {
    let mut warnings = Vec::new();
    match base.reach() {
        Reach::Secure => {}
        Reach::Plain => warnings.push(
            "plain http: iOS and Google Calendar subscribe only over https, and only to a \
                   public host",
        ),
        Reach::Local => warnings.push("these addresses work only on this computer"),
    }
    if !is_secret && base.reach() != Reach::Local {
        warnings.push(
            "without a key, everybody who knows the address of the server can read the \
                   feeds",
        );
    }
    warnings
}

fn write_image(path: &Path, code: &Code, transaction: FileTransaction) -> Result<(), CliError> {
    transaction.stage(path, code.svg().into_bytes())?;
    transaction.commit()?;
    Ok(())
}

/// Refuses to write the image over a plans file or over the key.
fn refuse_input(image: &Path, sources: &[Source], key_file: Option<&Path>) -> Result<(), CliError> {
    let Some(identity) = Identity::of(image) else {
        return Ok(());
    };
    let is_image = |path: &Path| Identity::of(path).is_some_and(|other| other == identity);
    let is_source = |source: &&Source| source.path.as_deref().is_some_and(is_image);
    let input = match sources.iter().find(is_source) {
        Some(source) => format!("the plans file `{}`", source.name()),
        None if key_file.is_some_and(is_image) => "the key".to_owned(),
        None => return Ok(()),
    };
    let message = format!("the output `{}` is {input}", image.display());
    Err(CliError::usage(message).hint("write the image to another file, as in `--qr code.svg`"))
}

fn several_files(what: &str) -> CliError {
    CliError::usage(format!(
        "{what} is for one plans file, but several were named"
    ))
    .hint("name one plans file")
}
