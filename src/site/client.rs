//! The kinds of programs that fetch a feed, by their User-Agent.

/// A kind of client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Google Calendar's servers.
    Google,
    /// Calendar on iOS and macOS.
    Apple,
    /// Outlook, Outlook.com and Exchange.
    Outlook,
    /// Thunderbird.
    Thunderbird,
    /// Evolution and GNOME Calendar.
    Gnome,
    /// KDE's Akonadi.
    Kde,
    /// ICSx5 on Android.
    Icsx5,
    /// Home Assistant.
    HomeAssistant,
    /// Nextcloud.
    Nextcloud,
    /// vdirsyncer, which fetches for khal and others.
    Vdirsyncer,
    /// A web browser.
    Browser,
    /// Anything else.
    Other,
}

/// What the User-Agent of each kind begins with or contains. The first row that matches counts;
/// browsers come last, since many clients begin like them.
const TABLE: &[(Fit, &str, Client)] = &[
    (Fit::Start, "Google-Calendar-Importer", Client::Google),
    (Fit::Within, "Google-Calendar", Client::Google),
    (Fit::Start, "iOS/", Client::Apple),
    (Fit::Start, "iPadOS/", Client::Apple),
    (Fit::Start, "macOS/", Client::Apple),
    (Fit::Start, "Mac OS X/", Client::Apple),
    (Fit::Start, "Mac+OS+X/", Client::Apple),
    (Fit::Within, "dataaccessd/", Client::Apple),
    (Fit::Within, "CalendarAgent/", Client::Apple),
    (Fit::Start, "Microsoft Exchange/", Client::Outlook),
    (Fit::Start, "Microsoft Office/", Client::Outlook),
    (Fit::Within, "Outlook", Client::Outlook),
    (Fit::Within, "Exchange/", Client::Outlook),
    (Fit::Within, "Thunderbird/", Client::Thunderbird),
    (Fit::Start, "Evolution", Client::Gnome),
    (Fit::Start, "evolution", Client::Gnome),
    (Fit::Within, "gnome-calendar", Client::Gnome),
    (Fit::Within, "konadi", Client::Kde),
    (Fit::Within, "KIO/", Client::Kde),
    (Fit::Start, "ICSx5/", Client::Icsx5),
    (Fit::Start, "HomeAssistant/", Client::HomeAssistant),
    (Fit::Start, "Home Assistant", Client::HomeAssistant),
    (Fit::Within, "Nextcloud", Client::Nextcloud),
    (Fit::Start, "vdirsyncer/", Client::Vdirsyncer),
    (Fit::Start, "Mozilla/", Client::Browser),
];

/// Where a text has to be in a User-Agent.
#[derive(Debug, Clone, Copy)]
enum Fit {
    Start,
    Within,
}

impl Client {
    /// Every kind, in the order in which they are listed.
    pub(crate) const ALL: [Self; 12] = [
        Self::Google,
        Self::Apple,
        Self::Outlook,
        Self::Thunderbird,
        Self::Gnome,
        Self::Kde,
        Self::Icsx5,
        Self::HomeAssistant,
        Self::Nextcloud,
        Self::Vdirsyncer,
        Self::Browser,
        Self::Other,
    ];

    /// The kind with this User-Agent (RFC 9110, section 10.1.5). `weekahead check https://…` is no
    /// client, whatever it fetches as.
    #[must_use]
    pub fn of(user_agent: &str) -> Option<Self> {
        if user_agent.contains(" weekahead-check/") {
            return None;
        }
        let fits = |(fit, word, _): &&(Fit, &str, Self)| match fit {
            Fit::Start => user_agent.starts_with(word),
            Fit::Within => user_agent.contains(word),
        };
        let row = TABLE.iter().find(fits);
        Some(row.map_or(Self::Other, |(_, _, client)| *client))
    }

    /// The name of the kind, for people. The last two names are common words, which each language
    /// has; the others are proper names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "Google Calendar",
            Self::Apple => "Apple Calendar",
            Self::Outlook => "Outlook",
            Self::Thunderbird => "Thunderbird",
            Self::Gnome => "GNOME",
            Self::Kde => "KDE",
            Self::Icsx5 => "ICSx5",
            Self::HomeAssistant => "Home Assistant",
            Self::Nextcloud => "Nextcloud",
            Self::Vdirsyncer => "vdirsyncer",
            Self::Browser => "browser",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Client;

    #[test]
    fn knows_clients_by_what_they_send() {
        for (user_agent, client) in [
            (
                "Google-Calendar-Importer (+http://www.google.com/calendar)",
                Client::Google,
            ),
            (
                "Mozilla/5.0 (compatible; Google-Calendar-Importer)",
                Client::Google,
            ),
            ("iOS/17.5.1 (21F90) dataaccessd/1.0", Client::Apple),
            ("macOS/14.5 (23F79) CalendarAgent/1006", Client::Apple),
            (
                "Microsoft Exchange/15.20 (Windows NT 10.0; Win64; x64)",
                Client::Outlook,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.3.0",
                Client::Thunderbird,
            ),
            ("Evolution/3.46.4", Client::Gnome),
            ("ICSx5/2.2.3 (dav4jvm; okhttp/4.12.0)", Client::Icsx5),
            (
                "HomeAssistant/2026.10.1 aiohttp/3.10 Python/3.13",
                Client::HomeAssistant,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) Firefox/140",
                Client::Browser,
            ),
            ("vdirsyncer/0.19.3", Client::Vdirsyncer),
            ("curl/8.1", Client::Other),
            ("", Client::Other),
        ] {
            assert_eq!(Client::of(user_agent), Some(client), "{user_agent}");
            let check = format!("{user_agent} weekahead-check/0.1.0");
            assert_eq!(Client::of(&check), None, "{check}");
        }
    }
}
