//! Secret links: a part of the path that is known only to the people who were given the link.
//!
//! Most calendars have no place for a password, so the path itself is the secret. It is computed
//! and never stored. The same key gives the same links on every machine.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::text::value_error::ValueError;

/// The minimum length of a key, in bytes.
pub(crate) const MIN_KEY_BYTES: usize = 32;
/// The length of a token, in characters. They hold 130 bits.
const TOKEN_LENGTH: usize = 26;

/// The key from which all secrets are computed.
#[derive(Clone)]
pub struct Key(Box<[u8]>);

/// A secret that the key gives, such as that of one feed: 26 characters of base32 (RFC 4648,
/// section 6), in lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Key {
    /// Makes a key from bytes. One line end after them is dropped, since editors add one.
    ///
    /// # Errors
    ///
    /// There are fewer than 32 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, ValueError> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.len() < MIN_KEY_BYTES {
            let plural = if bytes.len() == 1 { "" } else { "s" };
            return Err(ValueError::new(format!(
                "the key has {} byte{plural}: at least {MIN_KEY_BYTES} are needed",
                bytes.len()
            ))
            .hint("`weekahead init --key FILE` makes one"));
        }
        Ok(Self(bytes.into()))
    }

    /// The secret of the feed `stem`; another value of `calendar.link` gives another secret.
    #[must_use]
    pub fn token(&self, stem: &str, link: u32) -> Token {
        let mut mac = self.hmac();
        mac.update(stem.as_bytes());
        mac.update(&[0]);
        mac.update(link.to_string().as_bytes());
        Token::of(mac)
    }

    /// The secret of some parts, for one purpose. Each part is hashed with its length, so the same
    /// bytes in other parts give another secret.
    ///
    /// No such secret is the secret of a feed: what is hashed for a feed ends with a digit, and what
    /// is hashed here ends with a zero byte.
    #[must_use]
    pub(crate) fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Token {
        let mut mac = self.hmac();
        for part in [purpose.as_bytes()].iter().chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.update(&[0]);
        Token::of(mac)
    }

    fn hmac(&self) -> Hmac<Sha256> {
        match Hmac::new_from_slice(&self.0) {
            Ok(mac) => mac,
            Err(_) => unreachable!("HMAC takes keys of any length"),
        }
    }
}

impl Token {
    fn of(mac: Hmac<Sha256>) -> Self {
        let mut text = BASE32_NOPAD.encode(&mac.finalize().into_bytes());
        text.truncate(TOKEN_LENGTH);
        text.make_ascii_lowercase();
        Self(text)
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the token is equal to `found`. The time that the comparison takes does not depend on
    /// how many characters are right.
    #[must_use]
    pub fn matches(&self, found: &str) -> bool {
        let pairs = self.0.bytes().zip(found.bytes());
        let difference = pairs.fold(0, |difference, (a, b)| difference | (a ^ b));
        self.0.len() == found.len() && std::hint::black_box(difference) == 0
    }
}

/// Keeps the secret out of logs and messages.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// Keeps the secret out of logs and messages.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn one_line_end_belongs_to_no_key() {
        let token = |bytes: &[u8]| Key::new(bytes).expect("a key").token("sims", 1);
        let key = [b'k'; 32];
        assert_eq!(token(&key), token(&[&key[..], b"\n"].concat()));
        assert_eq!(token(&key), token(&[&key[..], b"\r\n"].concat()));
        assert_ne!(token(&key), token(&[&key[..], b"\n\n"].concat()));
        let error = Key::new(&[b'k'; 31]).expect_err("too short");
        assert_eq!(
            error.message,
            "the key has 31 bytes: at least 32 are needed"
        );
        let error = Key::new(b"k\n").expect_err("too short");
        assert_eq!(error.message, "the key has 1 byte: at least 32 are needed");
        assert!(Key::new(&[&[b'k'; 31][..], b"\n"].concat()).is_err());
    }

    #[test]
    fn a_token_is_the_start_of_the_hmac() {
        // printf 'sims\0001' | openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk -binary | base32
        let key = Key::new(&[b'k'; 32]).expect("a key");
        assert_eq!(key.token("sims", 1).as_str(), "mxgvrkqqteczahyl7tqbxs4kom");
    }

    #[test]
    fn each_purpose_and_each_part_gives_another_secret() {
        let key = Key::new(&[b'k'; 32]).expect("a key");
        let mac = key.mac("pair", &[b"ab", b"c"]);
        assert_eq!(mac, key.mac("pair", &[b"ab", b"c"]));
        assert_eq!(mac.as_str().len(), 26);
        for other in [
            key.mac("form", &[b"ab", b"c"]),
            key.mac("pair", &[b"a", b"bc"]),
            key.mac("pair", &[b"abc"]),
            key.mac("pair", &[b"ab", b"c", b""]),
            key.mac("", &[b"pair", b"ab", b"c"]),
            Key::new(&[b'l'; 32])
                .expect("a key")
                .mac("pair", &[b"ab", b"c"]),
            key.token("pair", 1),
        ] {
            assert_ne!(mac, other);
        }
    }

    #[test]
    fn everything_in_it_counts() {
        let key = Key::new(&[b'k'; 32]).expect("a key");
        let token = key.token("sims", 1);
        assert_ne!(token, key.token("sims", 2));
        assert_ne!(token, key.token("sim", 1));
        assert_ne!(
            token,
            Key::new(&[b'l'; 32]).expect("a key").token("sims", 1)
        );
        assert!(token.matches(token.as_str()));
        assert!(!token.matches(&token.as_str()[1..]));
        assert!(!token.matches(""));
        assert!(!token.matches(&token.as_str().to_ascii_uppercase()));
        assert_eq!(format!("{key:?} {token:?}"), "Key Token");
    }
}
