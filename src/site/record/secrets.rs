//! The secrets that pair a device and that protect a form.
//!
//! All are computed from the key of the site and never stored. Each is an HMAC for its own purpose,
//! so none can be used in place of another. They are compared in constant time.

use std::fmt;

use chrono::{NaiveDate, TimeDelta};
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
        let issued = NaiveDate::parse_from_str(day, "%Y%m%d");
        let age = issued.map(|issued| today - issued);
        age.is_ok_and(|age| age >= TimeDelta::days(-1) && age <= TimeDelta::days(COOKIE_DAYS))
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
