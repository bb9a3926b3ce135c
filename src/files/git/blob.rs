//! Git's object names, which are hashes of contents. They tell whether a file is as committed
//! without running git, which would run the filters that the repository configures.

use sha1_smol::Sha1;
use sha2::{Digest as _, Sha256};

/// Hexadecimal digits of a SHA-1.
pub(crate) const SHA1_DIGITS: usize = 40;

/// Whether git would store a content under an object name in hexadecimal. Line ends that a checkout
/// has converted to CR LF do not count as a change.
pub(crate) fn is_stored_as(bytes: &[u8], name: &str) -> bool {
    if blob_name(name, bytes) == name {
        return true;
    }
    if !bytes.contains(&b'\r') {
        return false;
    }
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    blob_name(name, text.as_bytes()) == name
}

/// The object name of a content: a hash of a header and the content. The length of `other`, another
/// object name in the repository, tells which hash the repository uses.
pub(crate) fn blob_name(other: &str, bytes: &[u8]) -> String {
    let header = format!("blob {}\0", bytes.len());
    if other.len() > SHA1_DIGITS {
        let mut hash = Sha256::new();
        hash.update(header.as_bytes());
        hash.update(bytes);
        return data_encoding::HEXLOWER.encode(&hash.finalize());
    }
    let mut hash = Sha1::new();
    hash.update(header.as_bytes());
    hash.update(bytes);
    hash.digest().to_string()
}

#[cfg(test)]
mod tests {
    use super::is_stored_as;

    #[test]
    fn content_is_known_by_either_hash_and_with_either_line_end() {
        for name in [
            "ce013625030ba8dba906f756967f9e9ca394464a",
            "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4",
        ] {
            assert!(is_stored_as(b"hello\n", name));
            assert!(is_stored_as(b"hello\r\n", name));
            assert!(!is_stored_as(b"hello", name));
        }
    }
}
