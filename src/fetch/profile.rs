//! The header fields that the big clients send when they fetch a feed.

/// One client, and its request. Codings other than gzip and deflate are not asked for: no server
/// has only those.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) name: &'static str,
    user_agent: &'static str,
    /// The fields after Host and User-Agent.
    pub(crate) fields: &'static [(&'static str, &'static str)],
    /// Whether it fetches over plain `http` from another machine.
    pub(crate) takes_plain_http: bool,
}

const CODINGS: (&str, &str) = ("Accept-Encoding", "gzip, deflate");

/// The clients, in the order in which they are asked.
pub(crate) const ALL: [Profile; 5] = [
    Profile {
        name: "Google",
        user_agent: "Google-Calendar-Importer (+http://www.google.com/calendar)",
        fields: &[CODINGS],
        takes_plain_http: false,
    },
    Profile {
        name: "iOS",
        user_agent: "iOS/26.1 (23B85) dataaccessd/1.0",
        fields: &[
            ("Accept", "*/*"),
            ("Accept-Language", "en-US,en;q=0.9"),
            CODINGS,
        ],
        takes_plain_http: false,
    },
    Profile {
        name: "Outlook",
        user_agent: "Microsoft Exchange/15.20 (Windows NT 10.0; Win64; x64)",
        fields: &[CODINGS],
        takes_plain_http: true,
    },
    Profile {
        name: "Thunderbird",
        user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.5.0",
        fields: &[
            ("Accept", "text/calendar,text/plain;q=0.8,*/*;q=0.5"),
            ("Accept-Language", "en-US,en;q=0.5"),
            CODINGS,
        ],
        takes_plain_http: true,
    },
    Profile {
        name: "curl",
        user_agent: "curl/8.14.1",
        fields: &[("Accept", "*/*")],
        takes_plain_http: true,
    },
];

impl Profile {
    /// Its User-Agent, with this program behind it: our own server counts that as nobody.
    pub(crate) fn user_agent(&self) -> String {
        format!(
            "{} weekahead-check/{}",
            self.user_agent,
            env!("CARGO_PKG_VERSION")
        )
    }
}
