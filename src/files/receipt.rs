//! Receipts of renewals: a file beside the plans file, or a text.

use std::path::{Path, PathBuf};

/// The endings of files that receipts are kept in.
const RECEIPT_ENDINGS: [&str; 14] = [
    "pdf", "png", "jpg", "jpeg", "heic", "webp", "gif", "tif", "tiff", "txt", "md", "html", "eml",
    "csv",
];

/// Where the file of a receipt is: paths in a plans file count from its folder.
pub(crate) fn beside(plans: &Path, receipt: &str) -> PathBuf {
    plans.parent().unwrap_or(Path::new("")).join(receipt)
}

/// Whether a text is meant as the path of a file: it ends as files of receipts do, or is one word
/// with a slash. A web address is not.
pub(crate) fn is_path(text: &str) -> bool {
    if text.contains("://") {
        return false;
    }
    has_known_ending(text) || (text.contains(['/', '\\']) && !text.contains(char::is_whitespace))
}

/// Whether a text ends as the names of receipts do.
pub(crate) fn has_known_ending(text: &str) -> bool {
    let ending = text.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        let mut known = RECEIPT_ENDINGS.iter();
        known.any(|known| known.eq_ignore_ascii_case(ending))
    })
}

/// The file of a receipt, if it is one.
pub(crate) fn receipt_file(plans: &Path, receipt: Option<&str>) -> Option<PathBuf> {
    let path = beside(plans, receipt.filter(|text| is_path(text))?);
    path.is_file().then_some(path)
}
