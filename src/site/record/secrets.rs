//! The secrets that pair a device and that protect a form.
//!
//! All are computed from the key of the site and never stored. Each is an HMAC for its own purpose,
//! so none can be used in place of another. They are compared in constant time.

use std::{fmt, iter};

use chrono::{Days, NaiveDate, TimeDelta};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::{Digest as _, Sha256};

#[cfg(feature = "serve")]
use crate::document::Document;
#[cfg(feature = "serve")]
use crate::document::edit::plan_source;
use crate::site::address::segment;
use crate::site::digest::Digest;
use crate::site::link::{Key, Token};

/// How long a pairing link works, in seconds.
pub(crate) const PAIRING_SECONDS: i64 = 60 * 60;
/// How long a cookie works after the day of its issue, in days.
const COOKIE_DAYS: i64 = 400;
/// How many days older than the cookie of a device the cookie of a form may be.
const FORM_DAYS: u64 = 7;
/// How many bytes of a list's hash are in the name of its cookie.
const NAME_HASH_BYTES: usize = 8;
/// The number of bytes of the time in a pairing code: enough for 34,000 years. They are 8
/// characters.
const TIME_BYTES: usize = 5;
const TIME_CHARS: usize = 8;

/// The list to which a secret belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListId<'a> {
    /// The list's name, which is the stem of its file.
    pub(crate) name: &'a str,
    /// Its `calendar.devices`. Another number makes all codes and cookies of before invalid.
    pub(crate) devices: u32,
}

/// The last part of a pairing link: the time at which it ends, and an HMAC. Lower-case base32.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PairingCode(String);

impl PairingCode {
    /// The code of a list that ends at `ends`, in Unix seconds.
    #[must_use]
    pub(crate) fn new(key: &Key, list: ListId<'_>, ends: i64) -> Self {
        let bytes = ends.max(0).to_be_bytes();
        let mut code = BASE32_NOPAD.encode(&bytes[bytes.len() - TIME_BYTES..]);
        code.make_ascii_lowercase();
        code += pairing_mac(key, list, ends).as_str();
        Self(code)
    }

    /// The characters.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text is a code of this list that has not ended at `now`, in Unix seconds. A code
    /// that ends more than an hour after `now` is not valid.
    #[must_use]
    pub(crate) fn is_valid(text: &str, key: &Key, list: ListId<'_>, now: i64) -> bool {
        let Some((time, mac)) = text.split_at_checked(TIME_CHARS) else {
            return false;
        };
        let Ok(bytes) = BASE32_NOPAD.decode(time.to_ascii_uppercase().as_bytes()) else {
            return false;
        };
        let ends = bytes
            .iter()
            .fold(0, |ends, byte| ends << 8 | i64::from(*byte));
        let is_now = now < ends && ends - now <= PAIRING_SECONDS;
        pairing_mac(key, list, ends).matches(mac) && is_now
    }
}

fn pairing_mac(key: &Key, list: ListId<'_>, ends: i64) -> Token {
    let parts: [&[u8]; 3] = [
        list.name.as_bytes(),
        &list.devices.to_be_bytes(),
        &ends.to_be_bytes(),
    ];
    key.mac("pair", &parts)
}

/// The value of the cookie of a paired device: the day of its issue, a dot and an HMAC.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct DeviceCookie(String);

impl DeviceCookie {
    /// The cookie of a list that is issued on the day `today`.
    #[must_use]
    pub(crate) fn new(key: &Key, list: ListId<'_>, today: NaiveDate) -> Self {
        let day = today.format("%Y%m%d").to_string();
        let mac = cookie_mac(key, list, &day);
        Self(format!("{day}.{}", mac.as_str()))
    }

    /// Finds a valid cookie of the list in the Cookie fields of a request (RFC 6265, section 4.2).
    /// There may be several fields, and several cookies of the same name: one that is valid counts.
    #[must_use]
    pub(crate) fn find<'h>(
        fields: impl IntoIterator<Item = &'h str>,
        key: &Key,
        list: ListId<'_>,
        today: NaiveDate,
    ) -> Option<Self> {
        let name = cookie_name(list.name);
        let pairs = fields.into_iter().flat_map(|field| field.split(';'));
        let mut values = pairs.filter_map(|pair| {
            let (found, value) = pair.split_once('=')?;
            (found.trim() == name).then(|| value.trim())
        });
        let valid = values.find(|value| Self::is_valid(value, key, list, today));
        valid.map(|value| Self(value.to_owned()))
    }

    /// Whether a text is a cookie of this list that was issued at most 400 days before `today`. The
    /// clock that issued it may have been a day ahead.
    #[must_use]
    pub(crate) fn is_valid(text: &str, key: &Key, list: ListId<'_>, today: NaiveDate) -> bool {
        let Some((day, mac)) = text.split_once('.') else {
            return false;
        };
        if !cookie_mac(key, list, day).matches(mac) {
            return false;
        }
        let age = parse_day(day).map(|issued| today - issued);
        age.is_some_and(|age| age >= TimeDelta::days(-1) && age <= TimeDelta::days(COOKIE_DAYS))
    }

    /// This cookie, and those of the week before it. A page that was open when another page renewed
    /// the cookie has forms of the cookie before.
    pub(crate) fn with_earlier(&self, key: &Key, list: ListId<'_>) -> impl Iterator<Item = Self> {
        let issued = self.issued();
        let earlier =
            (1..=FORM_DAYS).filter_map(move |days| issued?.checked_sub_days(Days::new(days)));
        let earlier = earlier.map(move |day| Self::new(key, list, day));
        iter::once(self.clone()).chain(earlier)
    }

    /// The day on which it was issued.
    fn issued(&self) -> Option<NaiveDate> {
        let (day, _) = self.0.split_once('.')?;
        parse_day(day)
    }

    /// The Set-Cookie field that gives a device this cookie. `prefix` is the path of the site,
    /// without a slash at its end. On a loopback address, where there is no TLS, the cookie is not
    /// `is_secure`.
    #[must_use]
    pub(crate) fn set_cookie(&self, list_name: &str, prefix: &str, is_secure: bool) -> String {
        let name = cookie_name(list_name);
        let path = segment(list_name);
        let secure = if is_secure { "; Secure" } else { "" };
        let seconds = COOKIE_DAYS * 24 * 60 * 60;
        format!(
            "{name}={}; Max-Age={seconds}; Path={prefix}/{path}; HttpOnly; SameSite=Lax{secure}",
            self.0
        )
    }
}

fn cookie_mac(key: &Key, list: ListId<'_>, day: &str) -> Token {
    let parts: [&[u8]; 3] = [
        day.as_bytes(),
        list.name.as_bytes(),
        &list.devices.to_be_bytes(),
    ];
    key.mac("device", &parts)
}

fn parse_day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y%m%d").ok()
}

/// The name of the cookie of a list.
fn cookie_name(list_name: &str) -> String {
    let hash = Sha256::digest(list_name);
    format!("wa-{}", HEXLOWER.encode(&hash[..NAME_HASH_BYTES]))
}

/// What a form does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormAction {
    /// It records a renewal.
    Record,
    /// It takes the last recording back.
    Undo,
}

/// The secret in the action of a form: the digest of the plan, a dot and an HMAC.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct FormToken(String);

impl FormToken {
    /// The token of a form for the plan `plan_id`, whose bytes have the digest `plan`.
    #[must_use]
    pub(crate) fn new(
        device: (&Key, &DeviceCookie),
        list_name: &str,
        plan_id: &str,
        action: FormAction,
        plan: &Digest,
    ) -> Self {
        let mac = form_mac(device, list_name, plan_id, action, plan.as_str());
        Self(format!("{}.{}", plan.as_str(), mac.as_str()))
    }

    /// The characters, which need no encoding in a query.
    #[must_use]
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The digest in the token, if the token is of this device, this plan and this action. The plan
    /// has changed if its digest is another one now ([`Digest::as_str`]).
    #[must_use]
    pub(crate) fn read<'t>(
        text: &'t str,
        device: (&Key, &DeviceCookie),
        list_name: &str,
        plan_id: &str,
        action: FormAction,
    ) -> Option<&'t str> {
        let (digest, mac) = text.split_once('.')?;
        let expected = form_mac(device, list_name, plan_id, action, digest);
        expected.matches(mac).then_some(digest)
    }
}

fn form_mac(
    (key, cookie): (&Key, &DeviceCookie),
    list_name: &str,
    plan_id: &str,
    action: FormAction,
    digest: &str,
) -> Token {
    let action = match action {
        FormAction::Record => "record",
        FormAction::Undo => "undo",
    };
    let parts = [cookie.0.as_str(), list_name, plan_id, action, digest];
    key.mac("form", &parts.map(str::as_bytes))
}

/// Keeps the secret out of logs and messages.
impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode")
    }
}

/// Keeps the secret out of logs and messages.
impl fmt::Debug for DeviceCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceCookie")
    }
}

/// Keeps the secret out of logs and messages.
impl fmt::Debug for FormToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormToken")
    }
}

/// The digest of the bytes that decide what the plan at `index` says. `None` if there is no such
/// plan.
#[cfg(feature = "serve")]
#[must_use]
pub(crate) fn plan_digest(document: &Document<'_>, index: usize) -> Option<Digest> {
    let source = plan_source(document, index)?;
    Some(Digest::of(source.pieces(document.text())))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{DeviceCookie, FormAction, FormToken, ListId, PAIRING_SECONDS, PairingCode};
    use crate::site::digest::Digest;
    use crate::site::link::Key;

    const NOW: i64 = 1_796_000_000;
    const SIMS: ListId<'_> = ListId {
        name: "sims",
        devices: 1,
    };
    const OTHERS: [ListId<'_>; 2] = [
        ListId {
            name: "sim",
            devices: 1,
        },
        ListId {
            name: "sims",
            devices: 2,
        },
    ];

    fn key(byte: u8) -> Key {
        Key::new(&[byte; 32]).expect("a key")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// Each text with one other character.
    fn forgeries(text: &str) -> Vec<String> {
        let all = text.char_indices();
        let forged = all.map(|(at, c)| {
            let other = if c == 'a' { 'b' } else { 'a' };
            format!("{}{other}{}", &text[..at], &text[at + 1..])
        });
        let cut = [text[1..].to_owned(), text[..text.len() - 1].to_owned()];
        let longer = [format!("{text}a"), text.to_ascii_uppercase(), String::new()];
        forged.chain(cut).chain(longer).collect()
    }

    #[test]
    fn a_code_works_for_an_hour_and_for_its_list() {
        let ends = NOW + PAIRING_SECONDS;
        let code = PairingCode::new(&key(b'k'), SIMS, ends);
        assert_eq!(code.as_str().len(), 34);
        let is_valid = |key: &Key, list, now| PairingCode::is_valid(code.as_str(), key, list, now);
        for (now, expected) in [
            (NOW - 1, false),
            (NOW, true),
            (ends - 1, true),
            (ends, false),
            (ends + 1, false),
        ] {
            assert_eq!(is_valid(&key(b'k'), SIMS, now), expected, "{now}");
        }
        assert!(!is_valid(&key(b'l'), SIMS, NOW));
        for other in OTHERS {
            assert!(!is_valid(&key(b'k'), other, NOW), "{other:?}");
        }
        for forged in forgeries(code.as_str()) {
            assert!(
                !PairingCode::is_valid(&forged, &key(b'k'), SIMS, NOW),
                "{forged}"
            );
        }
        assert_eq!(format!("{code:?}"), "PairingCode");
    }

    #[test]
    fn a_cookie_works_for_400_days_and_for_its_list() {
        let issued = day("2026-01-05");
        let cookie = DeviceCookie::new(&key(b'k'), SIMS, issued);
        let is_valid =
            |key: &Key, list, today: &str| DeviceCookie::is_valid(&cookie.0, key, list, day(today));
        for (today, expected) in [
            ("2026-01-03", false),
            ("2026-01-04", true),
            ("2026-01-05", true),
            ("2027-02-09", true),
            ("2027-02-10", false),
        ] {
            assert_eq!(is_valid(&key(b'k'), SIMS, today), expected, "{today}");
        }
        assert!(!is_valid(&key(b'l'), SIMS, "2026-01-05"));
        for other in OTHERS {
            assert!(!is_valid(&key(b'k'), other, "2026-01-05"), "{other:?}");
        }
        for forged in forgeries(&cookie.0) {
            // A date and a dot have no upper case.
            assert!(
                !DeviceCookie::is_valid(&forged, &key(b'k'), SIMS, issued),
                "{forged}"
            );
        }
        assert_eq!(format!("{cookie:?}"), "DeviceCookie");
    }

    #[test]
    fn a_cookie_is_sent_to_its_list_only() {
        let cookie = DeviceCookie::new(&key(b'k'), SIMS, day("2026-01-05"));
        let value = &cookie.0;
        assert_eq!(
            cookie.set_cookie("sims", "", false),
            format!(
                "wa-630471bc17c69d0b={value}; Max-Age=34560000; Path=/sims; HttpOnly; SameSite=Lax"
            )
        );
        let set = cookie.set_cookie("漢 a", "/cal", true);
        let (_, rest) = set.split_once("; ").expect("attributes");
        assert_eq!(
            rest,
            "Max-Age=34560000; Path=/cal/%E6%BC%A2%20a; HttpOnly; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn any_valid_cookie_of_a_request_counts() {
        let (key, today) = (key(b'k'), day("2026-01-05"));
        let cookie = DeviceCookie::new(&key, SIMS, today);
        let set = cookie.set_cookie("sims", "", true);
        let pair = set.split(';').next().expect("a pair").to_owned();
        let name = pair.split('=').next().expect("a name").to_owned();
        let find = |fields: &[&str]| DeviceCookie::find(fields.iter().copied(), &key, SIMS, today);
        let bad = format!("{name}=20260105.x");
        for fields in [vec![pair.as_str()], vec!["a=b", &pair], vec![&bad, &pair]] {
            assert_eq!(find(&fields), Some(cookie.clone()), "{fields:?}");
        }
        let joined = format!("a=b; {bad};{pair} ; c");
        assert_eq!(find(&[&joined]), Some(cookie.clone()));
        let other_name = pair.replacen("wa-", "wb-", 1);
        for fields in [vec![], vec![bad.as_str()], vec![&other_name], vec![&name]] {
            assert_eq!(find(&fields), None, "{fields:?}");
        }
    }

    #[test]
    fn a_token_is_of_one_device_plan_and_action() {
        let key_k = key(b'k');
        let cookie = DeviceCookie::new(&key_k, SIMS, day("2026-01-05"));
        let plan = Digest::of([&b"plan"[..]]);
        let (record, undo) = (FormAction::Record, FormAction::Undo);
        let token = FormToken::new((&key_k, &cookie), "sims", "a", record, &plan);
        let read = |key: &Key, cookie: &DeviceCookie, list, id, action| {
            let found = FormToken::read(token.as_str(), (key, cookie), list, id, action);
            found.map(str::to_owned)
        };
        assert_eq!(
            read(&key_k, &cookie, "sims", "a", record).as_deref(),
            Some(plan.as_str())
        );
        let later = DeviceCookie::new(&key_k, SIMS, day("2026-01-06"));
        for found in [
            read(&key(b'l'), &cookie, "sims", "a", record),
            read(&key_k, &later, "sims", "a", record),
            read(&key_k, &cookie, "sim", "a", record),
            read(&key_k, &cookie, "sims", "b", record),
            read(&key_k, &cookie, "sims", "a", undo),
        ] {
            assert_eq!(found, None);
        }
        for forged in forgeries(token.as_str()) {
            let found = FormToken::read(&forged, (&key_k, &cookie), "sims", "a", record);
            assert_eq!(found, None, "{forged}");
        }
        assert_eq!(format!("{token:?}"), "FormToken");
    }
}
