//! How to subscribe: what each kind of calendar needs, and what it does with alarms.

use super::View;
use crate::site::address::{GOOGLE, Reach};
use crate::site::qr::Code;
use crate::words::page::Words;

/// The links of a feed whose address is known, as far as they work.
pub(crate) struct Subscribe {
    /// The feed's own address.
    pub(crate) feed: String,
    /// Who cannot reach it.
    pub(crate) warning: Option<&'static str>,
    /// The calendars that one press subscribes with, or nearly.
    pub(crate) buttons: Vec<Button>,
    /// The programs that are given the address, and what they do.
    pub(crate) programs: Vec<(&'static str, &'static str)>,
    /// The page's address for a phone.
    pub(crate) code: Option<Code>,
}

/// A press, and what to know of it.
pub(crate) struct Button {
    pub(crate) href: String,
    pub(crate) text: &'static str,
    pub(crate) notes: Vec<&'static str>,
}

impl Subscribe {
    /// The links of a page; `None` where the server does not know its address.
    pub(crate) fn new(view: &View<'_>, w: &'static Words) -> Option<Self> {
        let address = view.address?;
        let reach = address.reach();
        let button = |href, text, notes| Button { href, text, notes };
        let apple = match reach {
            Reach::Secure => button(address.webcal(), w.apple, vec![w.on_ios, w.on_mac]),
            // iOS refuses plain HTTP, and cannot reach this computer.
            Reach::Plain | Reach::Local => button(address.webcal(), w.apple_mac, vec![w.on_mac]),
        };
        // Those that cannot reach the address stand there all the same, below the warning: who tries
        // this out wants to know what they would do.
        let outlook = address.outlook(&view.sheet.name);
        let buttons = vec![
            apple,
            button(GOOGLE.to_owned(), w.google, vec![w.on_google]),
            button(outlook, w.outlook, vec![w.on_outlook]),
        ];
        let programs = vec![
            ("Thunderbird", w.on_thunderbird),
            ("GNOME / KDE", w.on_desktops),
            ("ICSx5 (Android)", w.on_icsx5),
            ("Nextcloud", w.on_nextcloud),
            ("Home Assistant", w.on_home_assistant),
        ];
        Some(Self {
            feed: address.feed(),
            warning: match reach {
                Reach::Local => Some(w.local),
                Reach::Plain => Some(w.plain),
                Reach::Secure => None,
            },
            buttons,
            programs,
            code: (reach != Reach::Local)
                .then(|| Code::new(&address.page()))
                .flatten(),
        })
    }
}
