//! The secrets of recording, computed again: what is hashed, with which key, and how it is written.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// The key of the servers.
pub(super) const KEY: &str = "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";

/// The first 26 characters of the HMAC of a purpose and parts, each after its length, and a zero.
fn mac(key: &str, purpose: &str, parts: &[&[u8]]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key");
    for part in [purpose.as_bytes()].iter().chain(parts) {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.update(&[0]);
    let text = BASE32_NOPAD.encode(&mac.finalize().into_bytes());
    text[..26].to_ascii_lowercase()
}

/// A pairing code that ends at a time, in Unix seconds.
pub(super) fn code(key: &str, list: &str, devices: u32, ends: i64) -> String {
    let ends = ends.to_be_bytes();
    let parts: [&[u8]; 3] = [list.as_bytes(), &devices.to_be_bytes(), &ends];
    let time = BASE32_NOPAD.encode(&ends[3..]).to_ascii_lowercase();
    time + &mac(key, "pair", &parts)
}

/// The cookie of a device that was paired on a day, as in 20260105.
pub(super) fn cookie(list: &str, devices: u32, day: &str) -> String {
    cookie_by(KEY, list, devices, day)
}

pub(super) fn cookie_by(key: &str, list: &str, devices: u32, day: &str) -> String {
    let parts: [&[u8]; 3] = [day.as_bytes(), list.as_bytes(), &devices.to_be_bytes()];
    let value = mac(key, "device", &parts);
    let name = HEXLOWER.encode(&Sha256::digest(list)[..8]);
    format!("wa-{name}={day}.{value}")
}

/// The token of a form for a plan, made for the value of a cookie.
pub(super) fn record_token(cookie: &str, list: &str, plan_id: &str, digest: &str) -> String {
    let (_, value) = cookie.split_once('=').expect("a pair");
    let parts = [value, list, plan_id, "record", digest].map(str::as_bytes);
    format!("{digest}.{}", mac(KEY, "form", &parts))
}

/// Today in UTC, as cookies have it.
pub(super) fn today() -> String {
    days_ago(0)
}

pub(super) fn days_ago(days: i64) -> String {
    let day = chrono::Utc::now().date_naive() - chrono::TimeDelta::days(days);
    day.format("%Y%m%d").to_string()
}

/// Now, in Unix seconds.
pub(super) fn now() -> i64 {
    chrono::Utc::now().timestamp()
}
