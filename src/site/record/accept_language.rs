//! The language of the pages that a stranger may see.
//!
//! These pages are not in the language of a list, because that would tell whether there is such a
//! list.

use crate::plan::value::language::Language;

/// The language that the Accept-Language field of a request prefers among ours (RFC 9110, section
/// 12.5.4). English if there is no field, or if it names none of ours.
///
/// Of equal weights, the first counts, as browsers send them. Norwegian in either form means Bokmål,
/// and every Chinese means the simplified one, since ours is nearer than English.
#[must_use]
pub(crate) fn preferred_language(field: Option<&str>) -> Language {
    let mut best = (0, Language::English);
    for range in field.unwrap_or_default().split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let primary = tag.trim().split('-').next().unwrap_or_default();
        let language = match primary.to_ascii_lowercase().as_str() {
            "en" => Language::English,
            "zh" => Language::SimplifiedChinese,
            "nb" | "no" | "nn" => Language::Bokmal,
            _ => continue,
        };
        let weight = weight(parameters.trim());
        if weight > best.0 {
            best = (weight, language);
        }
    }
    best.1
}

/// The weight of a range in thousandths: `q=0.5` is 500. A weight that cannot be read is 0.
fn weight(parameter: &str) -> u32 {
    if parameter.is_empty() {
        return 1000;
    }
    let number = parameter
        .strip_prefix("q=")
        .or(parameter.strip_prefix("Q="));
    let number = number.and_then(|number| number.parse::<f32>().ok());
    number.map_or(0, |number| (number.clamp(0.0, 1.0) * 1000.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::preferred_language;
    use crate::plan::value::language::Language::{Bokmal, English, SimplifiedChinese};

    #[test]
    fn the_heaviest_of_ours_counts() {
        for (field, expected) in [
            (None, English),
            (Some(""), English),
            (Some("nb-NO,nb;q=0.9,no;q=0.8,en;q=0.5"), Bokmal),
            (Some("nn"), Bokmal),
            (Some("zh-TW, en;q=0.8"), SimplifiedChinese),
            (
                Some("fr-FR, de;q=0.9, zh-Hans-CN;q=0.3, *;q=0.1"),
                SimplifiedChinese,
            ),
            (Some("en;q=0.4, NB;Q=0.5"), Bokmal),
            (Some("nb;q=0, fr"), English),
            (Some("nb;q=x, ;q=NaN, zh;q=-1"), English),
            (Some("en, nb"), English),
        ] {
            assert_eq!(preferred_language(field), expected, "{field:?}");
        }
    }
}
