//! What the columns of a table are, by their names.

/// What a column holds: a key of a plan, one of its renewal, check or support, or the currency of
/// prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    /// A key of the plan itself.
    Plan(&'static str),
    /// A key of `renewal`, `check` or `support`.
    Of(&'static str, &'static str),
    /// The number that a text message of one of them goes to, or its text.
    Sms(&'static str, &'static str),
    /// The currency of the prices.
    Currency,
}

/// The plan's own keys, and other names that can mean nothing else.
const PLAN: [(&str, &[&str]); 15] = [
    ("id", &["key", "slug"]),
    (
        "name",
        &[
            "title",
            "plan",
            "plan name",
            "subject",
            "summary",
            "item",
            "product",
            "navn",
            "名称",
            "名字",
        ],
    ),
    (
        "provider",
        &[
            "operator",
            "carrier",
            "company",
            "vendor",
            "issuer",
            "registrar",
            "leverandør",
            "运营商",
        ],
    ),
    (
        "number",
        &[
            "phone",
            "phone number",
            "mobile",
            "mobile number",
            "msisdn",
            "telephone",
            "tel",
            "nummer",
            "telefon",
            "号码",
            "手机号",
        ],
    ),
    (
        "expires",
        &[
            "expiry",
            "expiry date",
            "expires on",
            "expires at",
            "expire",
            "expiration",
            "expiration date",
            "valid until",
            "valid to",
            "valid through",
            "end date",
            "due",
            "due date",
            "last day",
            "utløper",
            "utløpsdato",
            "到期",
            "到期日",
            "到期日期",
        ],
    ),
    (
        "renewed",
        &[
            "renewed on",
            "last renewed",
            "last renewal",
            "renewal date",
            "last top up",
            "last topup",
            "top up date",
            "topped up",
            "fornyet",
            "续费日",
            "上次续费",
            "续期日",
            "上次续期",
        ],
    ),
    (
        "validity",
        &[
            "valid for",
            "validity period",
            "period",
            "varighet",
            "gyldighet",
            "有效期",
        ],
    ),
    ("extends", &[]),
    ("grace", &["grace period", "宽限期"]),
    ("price", &["cost", "amount", "fee", "pris", "价格", "费用"]),
    (
        "remind",
        &[
            "reminder",
            "reminders",
            "lead",
            "leads",
            "remind before",
            "提醒",
        ],
    ),
    (
        "tags",
        &["tag", "category", "categories", "label", "labels", "标签"],
    ),
    (
        "notes",
        &[
            "note",
            "comment",
            "comments",
            "remark",
            "remarks",
            "description",
            "notat",
            "备注",
        ],
    ),
    ("ended", &["given up", "ended on"]),
    ("currency", &["valuta", "货币"]),
];
/// The keys of one way to reach somebody.
const CONTACT: [&str; 4] = ["url", "app", "dial", "call"];
/// The keys of a way of renewing.
const RENEWAL: [&str; 8] = [
    "method", "action", "url", "app", "dial", "call", "until", "steps",
];

impl Column {
    /// The column of a name, whatever its case; hyphens, underscores and dots are spaces.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let name = name
            .trim()
            .to_lowercase()
            .replace(['_', '-', '.', '/'], " ");
        let words: Vec<&str> = name.split_whitespace().collect();
        let name = words.join(" ");
        for (key, aliases) in PLAN {
            if key == name || aliases.contains(&name.as_str()) {
                return Some(match key {
                    "currency" => Self::Currency,
                    key => Self::Plan(key),
                });
            }
        }
        let (part, key) = match words[..] {
            ["link" | "website" | "web"] => ("renewal", "url"),
            ["how"] => ("renewal", "action"),
            ["how", "to", "renew"] => ("renewal", "action"),
            [key] => ("renewal", key),
            ["renewal", key] => ("renewal", key),
            ["check", key] => ("check", key),
            ["support", key] => ("support", key),
            [part, "sms", key] => (part, if key == "to" { "sms" } else { key }),
            _ => return None,
        };
        let parts = ["renewal", "check", "support"];
        let part = parts.into_iter().find(|known| *known == part)?;
        match key {
            "sms" => return Some(Self::Sms(part, "to")),
            "text" if words.contains(&"sms") => return Some(Self::Sms(part, "text")),
            _ => {}
        }
        let keys: &[&'static str] = if part == "renewal" {
            &RENEWAL
        } else {
            &CONTACT
        };
        let key = keys.iter().find(|known| **known == key)?;
        Some(Self::Of(part, key))
    }

    /// Whether it holds what a telephone dials.
    pub(crate) fn is_dialled(self) -> bool {
        matches!(
            self,
            Self::Plan("number") | Self::Of(_, "dial" | "call") | Self::Sms(_, "to")
        )
    }

    /// What messages call it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Plan(key) => key.to_owned(),
            Self::Of(part, key) => format!("{part}.{key}"),
            Self::Sms(part, key) => format!("{part}.sms.{key}"),
            Self::Currency => "currency".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Column;

    #[test]
    fn forgives_the_form_and_guesses_nothing() {
        for (name, expected) in [
            ("Name", Some("name")),
            (" EXPIRY_DATE ", Some("expires")),
            ("Valid-Until", Some("expires")),
            ("expires", Some("expires")),
            ("Phone  Number", Some("number")),
            ("到期日", Some("expires")),
            ("Utløper", Some("expires")),
            ("Currency", Some("currency")),
            ("URL", Some("renewal.url")),
            ("website", Some("renewal.url")),
            ("renewal.url", Some("renewal.url")),
            ("Renewal method", Some("renewal.method")),
            ("check.dial", Some("check.dial")),
            ("check dial", Some("check.dial")),
            ("support.call", Some("support.call")),
            ("check.sms.to", Some("check.sms.to")),
            ("check.sms.text", Some("check.sms.text")),
            ("sms", Some("renewal.sms.to")),
            ("check.method", None),
            ("date", None),
            ("foo", None),
            ("foo.url", None),
            ("history", None),
            ("", None),
        ] {
            let found = Column::of(name).map(Column::name);
            assert_eq!(found.as_deref(), expected, "{name}");
        }
    }
}
