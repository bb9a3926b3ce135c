//! How old the list behind a feed is.

use chrono::{NaiveDate, NaiveDateTime};

use crate::document::without_mark;
use crate::ics::{Moment, Piece, Reader};
use crate::plan::value::language::Language;
use crate::words;

/// How old the list behind a feed is, by what the feed says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct ListAge {
    /// The latest DTSTAMP or LAST-MODIFIED (RFC 5545, sections 3.8.7.2 and 3.8.7.3).
    pub(crate) stamp: Option<NaiveDateTime>,
    /// The sentence of a feed of ours, as in `List as of 5 October 2026.`
    pub(crate) sentence: Option<String>,
}

impl ListAge {
    /// Reads a feed.
    pub(crate) fn of(text: &[u8]) -> Self {
        let starts: Vec<String> = Language::ALL.into_iter().map(sentence_start).collect();
        let mut age = Self::default();
        for piece in Reader::new(without_mark(text)) {
            let Piece::Component(event) = piece else {
                continue;
            };
            for property in &event.properties {
                match property.name.as_str() {
                    "DTSTAMP" | "LAST-MODIFIED" => {
                        let moment = Moment::of(property);
                        let stamp = moment.map(|moment| {
                            let time = moment.time.map(|(time, _)| time);
                            moment.day.and_time(time.unwrap_or_default())
                        });
                        age.stamp = age.stamp.max(stamp);
                    }
                    "DESCRIPTION" if age.sentence.is_none() => {
                        let mut lines = property.value.lines();
                        let is_it = |line: &&str| starts.iter().any(|it| line.starts_with(it));
                        age.sentence = lines.find(is_it).map(str::to_owned);
                    }
                    _ => {}
                }
            }
        }
        age
    }
}

/// The sentence in a language, up to the date.
fn sentence_start(language: Language) -> String {
    let mut sentence = String::new();
    words::in_language(language).list_as_of(&mut sentence, NaiveDate::default());
    let end = sentence.find(|c: char| c.is_ascii_digit());
    sentence.truncate(end.unwrap_or(sentence.len()));
    sentence
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::ListAge;

    #[test]
    fn the_latest_stamp_counts() {
        for sentence in [
            "List as of 5 October 2026.",
            "Listen er fra 5. oktober 2026.",
            "列表更新于 2026年10月5日。",
        ] {
            let text = format!(
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTAMP:20261005T120000Z\r\nLAST-MODIFIED:20261004T120000Z\r\n\
                 DESCRIPTION:Renew\\n{sentence}\\nx\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            );
            let age = ListAge::of(text.as_bytes());
            let day = NaiveDate::from_ymd_opt(2026, 10, 5).expect("a day");
            assert_eq!(age.stamp, day.and_hms_opt(12, 0, 0));
            assert_eq!(age.sentence.as_deref(), Some(sentence));
        }
        assert_eq!(ListAge::of(b"x"), ListAge::default());
    }
}
