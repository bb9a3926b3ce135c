//! `url`.

use std::path::PathBuf;

use clap::Args;

use super::{base, is_standard_output};
use crate::cli::url::{Ask, Options};
use crate::site::address::Base;

/// Print the links with which calendars subscribe, and QR codes on a terminal
///
/// The key of the server gives the same secret links here. A QR code leads to the page of a feed.
#[derive(Debug, Args)]
pub(crate) struct Url {
    /// Plans files, directories of them (*.yaml and *.yml), or - for standard input
    #[arg(value_name = "PLANS", default_value = "plans.yaml")]
    plans: Vec<PathBuf>,
    /// Where the server is reached, as in https://cal.example.org
    #[arg(short, long, value_name = "URL", value_parser = base, required_unless_present = "test")]
    base: Option<Base>,
    /// File with the key for secret links, at least 32 bytes; otherwise WEEKAHEAD_KEY, if set
    #[arg(short, long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Write the QR code as an SVG image, too; with - only that, to standard output
    #[arg(long, value_name = "FILE", conflicts_with = "test")]
    qr: Option<PathBuf>,
    /// Write a test reminder instead: a calendar of one event whose alarm rings in ten minutes
    #[arg(long, conflicts_with = "base")]
    test: bool,
}

impl From<Url> for Options {
    fn from(url: Url) -> Self {
        Self {
            plans: url.plans,
            key_file: url.key_file,
            ask: match url.base {
                Some(base) => {
                    let image = url.qr.map(|image| match is_standard_output(&image) {
                        true => "-".into(),
                        false => image,
                    });
                    Ask::Links(base, image)
                }
                None => Ask::Test,
            },
        }
    }
}
