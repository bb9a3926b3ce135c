//! stub
use crate::language::Language;
use chrono::{DateTime, Utc};
/// stub
pub fn test_reminder(_: &str, _: Language, _: DateTime<Utc>) -> String {
    String::new()
}
