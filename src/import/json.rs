//! A list of objects in JSON as a table, such as Wallos exports it.

use serde_json::{Map, Value};

use crate::import::error::ImportError;

/// JSON that is read; as values it takes many times its length.
const MAX_BYTES: usize = 8 << 20;
/// What to do about JSON that is no such list.
const EXPORT_AGAIN: &str = "export it as CSV or as iCalendar (.ics), and import that file";

/// Makes a table with a header of the first list of objects, and returns it with the line of each
/// record.
///
/// # Errors
///
/// The text is no JSON, is too long, or has no list of objects.
pub(crate) fn to_table(text: &[u8]) -> Result<(Vec<u8>, Vec<usize>), ImportError> {
    if text.len() > MAX_BYTES {
        let what = format!(
            "the file is JSON, and too long: allowed up to {} MiB",
            MAX_BYTES >> 20
        );
        return Err(ImportError::unusable(what, EXPORT_AGAIN));
    }
    let value: Value = serde_json::from_slice(text).map_err(|error| {
        let what = format!("the file is JSON with an error: {error}");
        ImportError::unusable(what, "export it again")
    })?;
    let Some((depth, rows)) = objects(&value) else {
        let what = "the file is JSON without a list of things that run out";
        return Err(ImportError::unusable(what, EXPORT_AGAIN));
    };
    let mut names: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(|row| row.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let mut lines = lines_of_objects(text, depth);
    if lines.len() != rows.len() {
        lines = vec![1; rows.len()];
    }
    lines.insert(0, 1);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = writer.write_record(&names);
    let records = rows.iter().try_for_each(|row| {
        let cells = names
            .iter()
            .map(|name| row.get(*name).map_or_else(String::new, cell));
        writer.write_record(cells)
    });
    match (header.and(records), writer.into_inner()) {
        (Ok(()), Ok(table)) => Ok((table, lines)),
        // Writing to memory does not fail.
        _ => Err(ImportError::unusable(
            "the JSON cannot be read",
            EXPORT_AGAIN,
        )),
    }
}

/// Says of a table without the needed columns that it was JSON.
pub(crate) fn refusal(error: ImportError) -> ImportError {
    match error {
        ImportError::Unusable(what, _) => {
            ImportError::unusable(format!("the file is JSON, and {what}"), EXPORT_AGAIN)
        }
        other => other,
    }
}

/// The list of objects that the value is or has, and how deep it lies.
fn objects(value: &Value) -> Option<(usize, Vec<&Map<String, Value>>)> {
    let list = |value: &'_ Value| -> bool {
        let items = value.as_array();
        items.is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
    };
    let (depth, found) = match value {
        Value::Array(_) if list(value) => (1, value),
        Value::Object(members) => (2, members.values().find(|member| list(member))?),
        _ => return None,
    };
    let items = found.as_array()?.iter().filter_map(Value::as_object);
    Some((depth, items.collect()))
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// The lines on which the objects inside so many brackets begin.
fn lines_of_objects(text: &[u8], depth: usize) -> Vec<usize> {
    let (mut lines, mut line, mut open) = (Vec::new(), 1, 0);
    let (mut is_text, mut is_escaped) = (false, false);
    for byte in text {
        match byte {
            b'\n' => line += 1,
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            _ if is_text => {}
            b'{' | b'[' => {
                if open == depth && *byte == b'{' {
                    lines.push(line);
                }
                open += 1;
            }
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    lines
}
