//! Recognises, by its first bytes, what a file is that is neither a calendar nor a table.

use crate::import::error::ImportError;

/// Refuses a file of bytes: what it is, and what to do.
///
/// # Errors
///
/// The file is of a known kind that cannot be imported.
pub(crate) fn refuse_binary(bytes: &[u8]) -> Result<(), ImportError> {
    let has = |part: &str| {
        let head = bytes.get(..bytes.len().min(64 << 10)).unwrap_or_default();
        let tail = bytes.get(bytes.len().saturating_sub(64 << 10)..);
        let mut parts = [head, tail.unwrap_or_default()].into_iter();
        parts.any(|text| text.windows(part.len()).any(|at| at == part.as_bytes()))
    };
    const SHEET: &str = "save the sheet as `CSV UTF-8`, and import that file";
    let (what, hint) = match bytes {
        [b'P', b'K', 3, 4, ..] if has("xl/workbook") || has("xl/worksheets") => {
            ("an Excel workbook (.xlsx)", SHEET)
        }
        [b'P', b'K', 3, 4, ..] if has("opendocument.spreadsheet") => {
            ("an OpenDocument spreadsheet (.ods)", SHEET)
        }
        [b'P', b'K', 3, 4, ..] if has("Index/Document.iwa") => (
            "a document of Numbers or Pages",
            "export it as CSV, and import that file",
        ),
        [b'P', b'K', 3, 4, ..] if has("word/document") => (
            "a Word document (.docx)",
            "copy its table into a spreadsheet, save that as `CSV UTF-8`, and import that file",
        ),
        [b'P', b'K', 3, 4, ..] => (
            "a zip archive",
            "unpack it, and import the .ics or .csv file in it",
        ),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => ("an old Office document, such as .xls", SHEET),
        [0x1f, 0x8b, ..] => (
            "compressed (gzip)",
            "unpack it with `gunzip`, and import the file in it",
        ),
        [b'%', b'P', b'D', b'F', b'-', ..] => (
            "a PDF",
            "export the calendar as .ics, or the table as CSV: a PDF holds only a picture of it",
        ),
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', ..] => (
            "an SQLite database",
            "export the list as CSV in the program that it belongs to",
        ),
        [b'!', b'B', b'D', b'N', ..] => (
            "an Outlook data file (.pst)",
            "export the calendar in Outlook as .ics or as CSV",
        ),
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => {
            ("a picture", "import the .ics or .csv file that it shows")
        }
        _ => return Ok(()),
    };
    Err(ImportError::unusable(format!("the file is {what}"), hint))
}

/// Refuses a text that is no calendar and no table. `body` has no spaces at its beginning.
///
/// # Errors
///
/// The text is of a known kind that cannot be imported.
pub(crate) fn refuse_text(body: &[u8]) -> Result<(), ImportError> {
    if is_plans_file(body) {
        return Err(ImportError::PlansFile);
    }
    let (what, hint) = if starts_with(body, "<!DOCTYPE HTML") || starts_with(body, "<HTML") {
        (
            "an HTML page",
            "save the calendar or the table itself: this is a page about it, or a login page",
        )
    } else if starts_with(body, "<?XML") {
        ("XML", "export it as .ics or as CSV, and import that file")
    } else if starts_with(body, "BEGIN:VCARD") {
        (
            "a list of contacts (vCard)",
            "export the calendar with their birthdays as .ics",
        )
    } else {
        return Ok(());
    };
    Err(ImportError::unusable(format!("the file is {what}"), hint))
}

/// Whether a text is JSON, by its first characters.
pub(crate) fn is_json(body: &[u8]) -> bool {
    let mut characters = body.iter().filter(|byte| !byte.is_ascii_whitespace());
    match (characters.next(), characters.next()) {
        (Some(b'['), next) => matches!(next, Some(b'{' | b'[' | b'"' | b']')),
        (Some(b'{'), next) => matches!(next, Some(b'"' | b'}')),
        _ => false,
    }
}

/// Whether a text begins as a plans file does, after comments.
fn is_plans_file(body: &[u8]) -> bool {
    let mut lines = body.split(|byte| matches!(byte, b'\r' | b'\n'));
    let first = lines.find(|line| {
        let line = line.trim_ascii();
        !line.is_empty() && !line.starts_with(b"#") && line != b"---"
    });
    let Some(first) = first.map(<[u8]>::trim_ascii_end) else {
        return false;
    };
    let is_item = ["- {", "- name:", "- id:"];
    matches!(first, b"plans:" | b"calendar:" | b"plans: []")
        || first.starts_with(b"calendar: {")
        || is_item
            .iter()
            .any(|item| first.starts_with(item.as_bytes()))
}

/// Whether a text begins with these ASCII letters, in whatever case.
pub(crate) fn starts_with(bytes: &[u8], prefix: &str) -> bool {
    let head = bytes.get(..prefix.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
}
