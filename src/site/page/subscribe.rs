//! How to subscribe: what each kind of calendar needs, and what it does with alarms.

use crate::site::address::{Address, GOOGLE, Reach};
use crate::site::qr::Code;
use crate::words::PageLabels;

/// The ways to subscribe to a feed whose address is known.
pub(crate) struct Subscribe {
    /// The address of the feed.
    pub(crate) feed: String,
    /// A warning that some programs cannot reach the address.
    pub(crate) warning: Option<&'static str>,
    /// The calendars that have a button. The button subscribes, or opens the page where the user
    /// can subscribe.
    pub(crate) buttons: Vec<Button>,
    /// The programs into which the user copies the address, each with what it does with alarms.
    pub(crate) programs: Vec<(&'static str, &'static str)>,
    /// A code with the address of the page, for a phone.
    pub(crate) code: Option<Code>,
}

/// A button, with notes about what the calendar does with alarms.
pub(crate) struct Button {
    /// Where it leads; `None` if the calendar cannot reach the address.
    pub(crate) href: Option<String>,
    pub(crate) text: &'static str,
    pub(crate) notes: Vec<&'static str>,
}

impl Subscribe {
    /// The links to the feed at `address`, whose calendar has this name.
    pub(crate) fn new(address: &Address<'_>, calendar: &str, labels: &'static PageLabels) -> Self {
        let reach = address.reach();
        let button = |href, text, notes| Button {
            href: Some(href),
            text,
            notes,
        };
        // A calendar that cannot reach the address is listed too, without a link. A user who tries
        // the program on one computer wants to know what the others would do.
        let elsewhere = |href, text, name, note| match reach {
            Reach::Local => Button {
                href: None,
                text: name,
                notes: vec![labels.cannot_reach, note],
            },
            Reach::Plain | Reach::Secure => button(href, text, vec![note]),
        };
        let apple = match reach {
            Reach::Secure => button(
                address.webcal(),
                labels.subscribe_apple,
                vec![labels.about_ios, labels.about_mac],
            ),
            // iOS refuses plain HTTP, and cannot reach this computer.
            Reach::Plain | Reach::Local => button(
                address.webcal(),
                labels.subscribe_mac,
                vec![labels.about_mac],
            ),
        };
        let buttons = vec![
            apple,
            elsewhere(
                GOOGLE.to_owned(),
                labels.open_google,
                labels.google,
                labels.about_google,
            ),
            elsewhere(
                address.outlook(calendar),
                labels.subscribe_outlook,
                "Outlook.com",
                labels.about_outlook,
            ),
        ];
        let programs = vec![
            ("Thunderbird", labels.about_thunderbird),
            ("GNOME / KDE", labels.about_desktops),
            ("ICSx5 (Android)", labels.about_icsx5),
            ("Nextcloud", labels.about_nextcloud),
            ("Home Assistant", labels.about_home_assistant),
        ];
        Self {
            feed: address.feed(),
            warning: match reach {
                Reach::Local => Some(labels.local_address),
                Reach::Plain => Some(labels.plain_http),
                Reach::Secure => None,
            },
            buttons,
            programs,
            code: (reach != Reach::Local)
                .then(|| Code::new(&address.page()))
                .flatten(),
        }
    }
}
