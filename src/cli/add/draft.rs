//! The plan to add: what is known of it so far, and its keys in a plans file.

use chrono::NaiveDate;

use crate::document::Document;
use crate::document::edit::lines_of_plan;
use crate::document::fields::{FieldValue, Fields};
use crate::import::cell::split_values;
use crate::import::draft::lead_in_words;
use crate::plan::value::loose;
use crate::plan::value::price::Price;
use crate::plan::{Expiry, Extends, LastDay, Method, Step};
use crate::text::fullwidth::to_ascii;
use crate::text::value_error::ValueError;
use crate::time::period::Period;

/// A plan to add. What is not known is `None` or empty.
#[derive(Debug, Default)]
pub(crate) struct PlanDraft {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) provider: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) expires: Option<LastDay>,
    pub(crate) renewed: Option<NaiveDate>,
    pub(crate) validity: Option<Period>,
    pub(crate) grace: Option<Period>,
    pub(crate) price: Option<Price>,
    /// The keys and values of `renewal`.
    pub(crate) renewal: Fields,
    pub(crate) remind: Vec<Period>,
    pub(crate) tags: Vec<String>,
    pub(crate) notes: Option<String>,
}

impl PlanDraft {
    /// Whether its date is known.
    pub(crate) fn has_date(&self) -> bool {
        self.expires.is_some() || (self.renewed.is_some() && self.validity.is_some())
    }

    /// The day on which it runs out.
    ///
    /// # Errors
    ///
    /// The errors of [`Expiry::new`].
    pub(crate) fn expiry(&self) -> Result<NaiveDate, ValueError> {
        let extends = Extends::default();
        let expiry = Expiry::new(self.expires, self.renewed, self.validity, extends)?;
        Ok(expiry.day())
    }

    /// Its keys and values, in the forms of a plans file.
    pub(crate) fn fields(&self) -> Fields {
        let text = |text: &Option<String>| text.clone().map(FieldValue::Text);
        let plain = |text: Option<String>| text.map(FieldValue::Plain);
        let length = |period: Option<Period>| plain(period.map(Period::in_words));
        let list = |items: Vec<FieldValue>| (!items.is_empty()).then_some(FieldValue::List(items));
        let tags = self.tags.iter().cloned();
        let remind = (!self.remind.is_empty()).then(|| leads_value(&self.remind));
        let renewal = (!self.renewal.is_empty()).then(|| self.renewal.clone());
        let fields = [
            ("id", text(&self.id)),
            ("name", text(&self.name)),
            ("provider", text(&self.provider)),
            ("number", text(&self.number)),
            ("expires", plain(self.expires.map(|day| day.to_string()))),
            ("renewed", plain(self.renewed.map(|day| day.to_string()))),
            ("validity", length(self.validity)),
            ("grace", length(self.grace)),
            ("price", plain(self.price.map(|price| price.to_string()))),
            ("renewal", renewal.map(FieldValue::Map)),
            ("remind", remind),
            ("tags", list(tags.map(FieldValue::Text).collect())),
            ("notes", text(&self.notes)),
        ];
        let fields = fields.into_iter();
        let known = fields.filter_map(|(key, value)| value.map(|value| (key, value)));
        known.collect()
    }
}

/// Returns what a plans file would say against one value of a plan.
pub(crate) fn value_error(key: &'static str, value: FieldValue) -> Option<ValueError> {
    let plain = |text: &str| FieldValue::Plain(text.to_owned());
    let mut fields = vec![
        ("name", plain("plan")),
        ("expires", plain("2027-01-31")),
        ("validity", plain("1 year")),
    ];
    fields.retain(|(other, _)| *other != key);
    fields.push((key, value));
    let text = lines_of_plan(&fields).join("\n");
    let problems = Document::read(text.as_bytes()).err()?;
    let first = problems.list().first()?;
    Some(first.what.clone())
}

/// Leads as the value of `remind`.
pub(crate) fn leads_value(leads: &[Period]) -> FieldValue {
    let leads = leads.iter().copied().map(lead_in_words);
    FieldValue::List(leads.map(FieldValue::Plain).collect())
}

/// Whether the keys and values of `renewal` are those of a plan that renews by itself.
pub(crate) fn is_automatic(renewal: &Fields) -> bool {
    let automatic = FieldValue::Plain(Method::AutoDebit.name().to_owned());
    renewal.contains(&("method", automatic))
}

/// The key of a plan that a path in a plans file leads to.
pub(crate) fn key_of(path: &[Step]) -> Option<&'static str> {
    path.iter().rev().find_map(|step| match step {
        Step::Key("plans" | "renewal") | Step::Item(_) => None,
        Step::Key(key) => Some(*key),
    })
}

/// Reads how a plan is renewed: a sentence, a link, a code to dial, a sentence with a link at its
/// end, or the name of a method.
pub(crate) fn renewal(text: &str, method: Option<Method>) -> Fields {
    let text = text.trim();
    let named = Method::parse(text).ok();
    let mut fields = Fields::new();
    let mut guessed = None;
    let mut push = |key, text: String| fields.push((key, FieldValue::Text(text)));
    if named.is_some() {
        guessed = named;
    } else if is_dial_code(&to_ascii(text)) {
        guessed = Some(Method::Ussd);
        push("dial", to_ascii(text).into_owned());
    } else if let Some(url) = link(text) {
        guessed = Some(Method::Website);
        push("url", url);
    } else if let Some((action, last)) = text.rsplit_once(char::is_whitespace)
        && let Some(url) = link(last)
    {
        guessed = Some(Method::Website);
        let action = action
            .trim_end()
            .trim_end_matches([',', ':', ';', '，', '：']);
        push("action", action.to_owned());
        push("url", url);
    } else if !text.is_empty() {
        push("action", text.to_owned());
    }
    let method = method.or(guessed).map(|method| method.name().to_owned());
    fields.splice(0..0, method.map(|name| ("method", FieldValue::Plain(name))));
    fields
}

/// Whether a text is a code to dial, such as `*100#` or `*111*PIN#`.
fn is_dial_code(text: &str) -> bool {
    text.starts_with(['*', '#'])
        && text.ends_with(['*', '#'])
        && text.contains(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "*#".contains(c))
}

/// The address that a text without spaces means: `https://…`, or a host with or without a path.
fn link(text: &str) -> Option<String> {
    if text.contains(char::is_whitespace) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return Some(text.to_owned());
    }
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let last = labels.last().copied().unwrap_or_default();
    let is_host = labels.len() > 1
        && labels.iter().all(is_label)
        && last.len() > 1
        && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_host.then(|| format!("https://{text}"))
}

/// Reads leads, with commas between them: `14d, 7d`.
pub(crate) fn leads(text: &str) -> Result<Vec<Period>, ValueError> {
    let mut leads = Vec::new();
    for lead in split_values(text) {
        let lead = loose::period(lead)?;
        if !leads.contains(&lead) {
            leads.push(lead);
        }
    }
    match leads.is_empty() {
        true => {
            Err(ValueError::new("a length of time was expected").hint("write `7d`, or `14d, 7d`"))
        }
        false => Ok(leads),
    }
}

#[cfg(test)]
mod tests {
    use super::renewal;
    use crate::document::fields::{FieldValue, FieldWriter};
    use crate::plan::Method;

    #[test]
    fn how_to_renew_is_a_sentence_a_link_or_a_code() {
        for (text, method, expected) in [
            ("Top up 49 NOK", None, "{action: Top up 49 NOK}"),
            (
                "https://x.example/a?b=1",
                None,
                "{method: website, url: https://x.example/a?b=1}",
            ),
            (
                "telenor.no/kontant",
                None,
                "{method: website, url: https://telenor.no/kontant}",
            ),
            (
                "www.x.no",
                Some(Method::App),
                "{method: app, url: https://www.x.no}",
            ),
            (
                "Top up 49 NOK, telenor.no",
                None,
                "{method: website, action: Top up 49 NOK, url: https://telenor.no}",
            ),
            ("*100#", None, "{method: ussd, dial: \"*100#\"}"),
            (
                "＊１１１＊PIN＃",
                None,
                "{method: ussd, dial: \"*111*PIN#\"}",
            ),
            ("*", None, "{action: \"*\"}"),
            ("shop", None, "{method: shop}"),
            ("Send OK. Done.", None, "{action: Send OK. Done.}"),
            (
                "充值 30 元",
                Some(Method::Shop),
                "{method: shop, action: 充值 30 元}",
            ),
            ("", Some(Method::App), "{method: app}"),
        ] {
            let found = FieldValue::Map(renewal(text, method));
            assert_eq!(FieldWriter::default().flow(&found), expected);
        }
    }
}
