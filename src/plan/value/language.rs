//! The languages that a feed and its page can be written in.

use crate::text::value_error::{ValueError, quoted};

/// A language, by its BCP 47 tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese as written in mainland China, in simplified characters.
    SimplifiedChinese,
    /// Norwegian Bokmål.
    Bokmal,
}

impl Language {
    /// Every language, in the order in which messages list them.
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::SimplifiedChinese, Self::Bokmal];

    /// The BCP 47 tag.
    #[must_use]
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::SimplifiedChinese => "zh-CN",
            Self::Bokmal => "nb",
        }
    }

    /// Reads a tag exactly.
    ///
    /// # Errors
    ///
    /// Returns an error for any tag other than `en`, `zh-CN` and `nb`. The hint names a similar
    /// tag.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        if let Some(language) = Self::ALL
            .into_iter()
            .find(|language| language.tag() == text)
        {
            return Ok(language);
        }
        let error = ValueError::new(format!(
            "unknown language {}: allowed en, zh-CN, nb",
            quoted(text)
        ));
        let primary = text.split(['-', '_']).next().unwrap_or_default();
        Err(match primary.to_ascii_lowercase().as_str() {
            "en" | "english" => error.hint("did you mean `en`?"),
            "zh" | "cn" | "chinese" => error.hint("did you mean `zh-CN`?"),
            "no" | "nb" | "nn" | "norwegian" => error.hint("did you mean `nb`?"),
            _ => error,
        })
    }
}
