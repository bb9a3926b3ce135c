//! A real terminal of a known width: nothing is wider than it, and columns stand below one
//! another whatever a character takes.

use std::io::Read;
use std::process::{Command, Stdio};

use rustix::termios::{Winsize, tcsetwinsize};

use super::{TODAY, golden, listed, plans, unstyled};
use crate::harness::{Place, open_terminal};

/// What a command shows on a terminal of so many columns.
fn shown(mut command: Command, columns: u16) -> String {
    let (mut master, terminal) = open_terminal();
    let size = Winsize {
        ws_row: 50,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&terminal, size).expect("a size");
    command.stdin(Stdio::null()).stdout(terminal);
    let mut child = command.spawn().expect("the program runs");
    // It holds the other side of the terminal, which ends when nobody does.
    drop(command);
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    // Linux says EIO at the end of a terminal.
    while let Ok(count @ 1..) = master.read(&mut buffer) {
        seen.extend_from_slice(&buffer[..count]);
    }
    assert_eq!(child.wait().expect("an end").code(), Some(0));
    let text = String::from_utf8(seen).expect("output is UTF-8");
    text.replace("\r\n", "\n")
}

fn list(place: &Place, arguments: &[&str]) -> Command {
    let mut command = place.command(&[&["list", "--today", TODAY], arguments].concat());
    command.env("TERM", "xterm-256color");
    command
}

#[test]
fn every_language_on_every_screen() {
    for language in ["en", "zh-CN", "nb"] {
        let place = Place::with("plans.yaml", plans(language));
        for columns in [40, 80, 200] {
            let mut command = list(&place, &[]);
            command.env("NO_COLOR", "1");
            let plain = shown(command, columns);
            let styled = shown(list(&place, &[]), columns);
            for (name, text) in [("", &plain), ("-styled", &styled)] {
                let name = format!("screens/{language}-{columns}{name}.txt");
                assert_eq!(*text, golden(&name, text), "{name}");
            }
            assert_eq!(unstyled(&styled), plain);
            for line in plain.lines() {
                let width = unicode_width::UnicodeWidthStr::width(line);
                assert!(width <= columns.into(), "{width}: {line}");
            }
        }
    }
}

#[test]
fn columns_says_how_wide_a_terminal_is_and_no_width_is_too_small() {
    let place = Place::with("plans.yaml", plans("zh-CN"));
    let mut command = list(&place, &[]);
    command.env("COLUMNS", "40").env("NO_COLOR", "1");
    let wide = shown(command, 200);
    let mut command = list(&place, &[]);
    command.env("NO_COLOR", "1");
    assert_eq!(wide, shown(command, 40));
    for columns in [
        "1", "2", "3", "5", "19", "65535", "99999999", "x", "0", "-1",
    ] {
        for arguments in [&[][..], &["works"]] {
            let mut command = list(&place, arguments);
            command.env("COLUMNS", columns).env("NO_COLOR", "1");
            let text = shown(command, 60);
            let name = text.replace(['\n', ' '], "");
            let begins = match arguments {
                [] => "保",
                _ => "Telenor",
            };
            assert!(name.starts_with(begins), "{columns}: {text}");
        }
    }
}

#[test]
fn one_plan_fits_the_screen() {
    let place = Place::with("plans.yaml", plans("zh-CN"));
    let mut command = list(&place, &["works"]);
    command.env("NO_COLOR", "1");
    let text = shown(command, 40);
    assert_eq!(text, golden("screens/works-zh-CN-40.txt", &text));
    // Without a terminal the same is said, in lines that are not broken.
    let words = |text: &str| text.replace(['\n', ' ', '█', '░', '·'], "");
    assert_eq!(words(&text), words(&listed(&place, &["works"])));
}
