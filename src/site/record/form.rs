//! The body of the form that records a renewal.

use std::borrow::Cow;

use chrono::NaiveDate;
use percent_encoding::percent_decode_str;

use crate::document::edit::{NewValidity, RenewError, Renewal, needs_validity, needs_way};
use crate::plan::value::price::Price;
use crate::plan::{LastDay, Lines, Method, Plan, Step, clean};
use crate::text::value_error::{ValueError, quoted};
use crate::time::date;

/// The maximum length of the body of a form, in bytes.
pub(crate) const MAX_FORM_BYTES: usize = 8 * 1024;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormField {
    /// The day of the renewal.
    On,
    /// The way in which it was done.
    Way,
    /// The last day on which the plan works, for a plan that does not say how long a renewal lasts.
    Until,
    /// What was paid.
    Paid,
    /// The receipt.
    Receipt,
    /// The note.
    Note,
}

impl FormField {
    const ALL: [Self; 6] = [
        Self::On,
        Self::Way,
        Self::Until,
        Self::Paid,
        Self::Receipt,
        Self::Note,
    ];

    /// The name of the field in the body.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Way => "way",
            Self::Until => "until",
            Self::Paid => "paid",
            Self::Receipt => "receipt",
            Self::Note => "note",
        }
    }
}

/// Why a form is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormError {
    /// The field to correct, if it is known.
    pub(crate) field: Option<FormField>,
    /// The sentence.
    pub(crate) error: ValueError,
    /// The lines to write into the plans file by hand, if only that helps.
    pub(crate) lines: Vec<String>,
}

impl FormError {
    fn new(field: FormField, error: ValueError) -> Self {
        Self {
            field: Some(field),
            error,
            lines: Vec::new(),
        }
    }
}

impl From<RenewError> for FormError {
    fn from(error: RenewError) -> Self {
        match error {
            RenewError::InvalidRequest(error) => Self {
                field: None,
                error,
                lines: Vec::new(),
            },
            RenewError::Refused(finding) => Self {
                // Only the day of a renewal can be wrong beside those that are recorded.
                field: match finding.path.0.last() {
                    Some(Step::Key("on" | "renewed")) => Some(FormField::On),
                    _ => None,
                },
                error: finding.what,
                lines: Vec::new(),
            },
            RenewError::ByHand(finding, lines) => Self {
                field: None,
                error: finding.what,
                lines,
            },
        }
    }
}

/// The fields of a form as they were sent; a field that was not sent is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct RecordForm {
    /// The day of the renewal: `2026-10-05`.
    pub(crate) on: String,
    /// The number of the way in the plan's `renewal`, from 1.
    pub(crate) way: String,
    /// The last day on which the plan works: `2027-10-05`.
    pub(crate) until: String,
    /// What was paid.
    pub(crate) paid: String,
    /// Where the receipt is, or what it says.
    pub(crate) receipt: String,
    /// A remark, with LF as line ends.
    pub(crate) note: String,
}

impl RecordForm {
    /// Reads the body of a request (`application/x-www-form-urlencoded`; URL Standard, section 5.1,
    /// but bytes that are not UTF-8 are refused).
    ///
    /// # Errors
    ///
    /// A field is unknown, is given twice, is not UTF-8, or contains a zero byte.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, FormError> {
        let mut form = Self::default();
        let mut seen = [false; FormField::ALL.len()];
        for pair in body.split(|byte| *byte == b'&') {
            if pair.is_empty() {
                continue;
            }
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(parts.next().unwrap_or_default());
            let name = name.ok_or_else(|| of_body("the name of a field is not UTF-8"))?;
            let known = FormField::ALL.into_iter().zip(&mut seen);
            let Some((field, seen)) = known.into_iter().find(|(field, _)| field.name() == name)
            else {
                return Err(of_body(&format!("unknown field {}", quoted(&name))));
            };
            if std::mem::replace(seen, true) {
                let error = ValueError::new(format!("the field `{name}` came twice"));
                return Err(FormError::new(field, error));
            }
            let value = decode(parts.next().unwrap_or_default());
            let value = value.ok_or_else(|| {
                let error = ValueError::new(format!("the field `{name}` is not UTF-8"));
                FormError::new(field, error)
            })?;
            if value.contains('\0') {
                let error = ValueError::new(format!("the field `{name}` contains a zero byte"));
                return Err(FormError::new(field, error));
            }
            *form.value_mut(field) = value.replace("\r\n", "\n").replace('\r', "\n");
        }
        Ok(form)
    }

    /// The text of a field.
    #[must_use]
    pub(crate) fn value(&self, field: FormField) -> &str {
        match field {
            FormField::On => &self.on,
            FormField::Way => &self.way,
            FormField::Until => &self.until,
            FormField::Paid => &self.paid,
            FormField::Receipt => &self.receipt,
            FormField::Note => &self.note,
        }
    }

    fn value_mut(&mut self, field: FormField) -> &mut String {
        match field {
            FormField::On => &mut self.on,
            FormField::Way => &mut self.way,
            FormField::Until => &mut self.until,
            FormField::Paid => &mut self.paid,
            FormField::Receipt => &mut self.receipt,
            FormField::Note => &mut self.note,
        }
    }

    /// The renewal that the form describes, read as the options of `weekahead renew` are. An empty
    /// field counts as not given; without a day, it is `today`. `latest` is the last day that has
    /// begun somewhere on earth: it takes the place of today in
    /// [`crate::document::edit::renew()`] too.
    ///
    /// # Errors
    ///
    /// A field cannot be read, the day is after `latest`, or the plan needs a field that is empty.
    pub(crate) fn renewal(
        &self,
        plan: &Plan<'_>,
        today: NaiveDate,
        latest: NaiveDate,
    ) -> Result<Renewal, FormError> {
        use FormField::{On, Paid, Until, Way};
        let on = self.read(On, date::parse)?.unwrap_or(today);
        if on > latest {
            let error = ValueError::new(format!(
                "a renewal on {on} is in the future: allowed up to {latest}"
            ));
            return Err(FormError::new(On, error.hint("record it once it is done")));
        }
        let way = self.read(Way, |text| parse_way(text, plan))?;
        let until = self.read(Until, LastDay::parse)?;
        if way.is_none() && until.is_none() && needs_way(plan, on) {
            let error = ValueError::new("the ways to renew this plan last for different times");
            return Err(FormError::new(Way, error.hint("choose the way")));
        }
        if until.is_none() && needs_validity(plan, way, on) {
            let error = ValueError::new("the plan does not say how long a renewal lasts");
            let error = error.hint("give the last day on which it works now");
            return Err(FormError::new(Until, error));
        }
        if let Some(until) = until.filter(|until| until.day() < on) {
            let error = ValueError::new(format!("{until} is before the day of the renewal, {on}"));
            return Err(FormError::new(Until, error));
        }
        Ok(Renewal {
            on,
            paid: self.read(Paid, |text| {
                Price::parse_for(text, plan.currency_of(way, on))
            })?,
            receipt: self.text(FormField::Receipt, Lines::One)?,
            note: self.text(FormField::Note, Lines::Many)?,
            way,
            validity: until.map(NewValidity::Until),
            from_expiry: false,
        })
    }

    fn read<T>(
        &self,
        field: FormField,
        parse: impl FnOnce(&str) -> Result<T, ValueError>,
    ) -> Result<Option<T>, FormError> {
        match self.value(field).trim() {
            "" => Ok(None),
            text => match parse(text) {
                Ok(value) => Ok(Some(value)),
                Err(error) => Err(FormError::new(field, error)),
            },
        }
    }

    fn text(&self, field: FormField, lines: Lines) -> Result<Option<String>, FormError> {
        self.read(field, |text| match clean(Cow::Borrowed(text), lines) {
            Ok(text) => Ok(text.into_owned()),
            Err((_, error)) => Err(error),
        })
    }
}

/// Reads the number of a way that is done by hand.
fn parse_way(text: &str, plan: &Plan<'_>) -> Result<usize, ValueError> {
    let number = text.parse().ok().filter(|number: &usize| {
        let way = number
            .checked_sub(1)
            .and_then(|item| plan.renewal.get(item));
        way.is_some_and(|way| way.method != Method::AutoDebit)
    });
    number.ok_or_else(|| {
        ValueError::new(format!("the plan has no way {}", quoted(text)))
            .hint("choose one of its ways")
    })
}

/// A name or a value, decoded. `None` if it is not UTF-8.
fn decode(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.replace('+', " ");
    let text = percent_decode_str(&text).decode_utf8().ok()?;
    Some(text.into_owned())
}

fn of_body(message: &str) -> FormError {
    FormError {
        field: None,
        error: ValueError::new(message).hint("open the form again and send it from there"),
        lines: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::{FormError, FormField, RecordForm};
    use crate::document::Document;
    use crate::document::edit::{Renewal, renew};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn sentence(error: &FormError) -> String {
        let field = error.field.map_or("-", FormField::name);
        let hint = error.error.hint.as_deref().unwrap_or("-");
        format!("{field}: {}; {hint}", error.error.message)
    }

    #[test]
    fn reads_a_body() {
        let form = RecordForm::parse(
            b"on=2026-11-30&way=2&until=&paid=49+NOK&receipt=r%2Fa%2Bb.pdf&note=%E6%BC%A2%0D%0Ab%0Dc+%26",
        );
        let expected = RecordForm {
            on: "2026-11-30".into(),
            way: "2".into(),
            until: String::new(),
            paid: "49 NOK".into(),
            receipt: "r/a+b.pdf".into(),
            note: "漢\nb\nc &".into(),
        };
        assert_eq!(form, Ok(expected));
        for body in ["", "&&", "note", "note=&"] {
            assert_eq!(
                RecordForm::parse(body.as_bytes()),
                Ok(RecordForm::default())
            );
        }
        let raw = RecordForm::parse("note=漢%zz%&o%6E=x=y".as_bytes()).expect("a form");
        assert_eq!((raw.note.as_str(), raw.on.as_str()), ("漢%zz%", "x=y"));
    }

    #[test]
    fn refuses_what_no_form_of_ours_sends() {
        for (body, expected) in [
            (
                &b"on=1&x%0A=2"[..],
                "-: unknown field `x\\n`; open the form again and send it from there",
            ),
            (
                b"=1",
                "-: unknown field ``; open the form again and send it from there",
            ),
            (
                b"On=1",
                "-: unknown field `On`; open the form again and send it from there",
            ),
            (b"on=1&o%6e=1", "on: the field `on` came twice; -"),
            (b"note=%FF", "note: the field `note` is not UTF-8; -"),
            (b"note=\xff", "note: the field `note` is not UTF-8; -"),
            (
                b"%ff=1",
                "-: the name of a field is not UTF-8; open the form again and send it from there",
            ),
            (
                b"receipt=a%00b",
                "receipt: the field `receipt` contains a zero byte; -",
            ),
        ] {
            let error = RecordForm::parse(body).expect_err("refused");
            assert_eq!(sentence(&error), expected);
        }
    }

    const TODAY: &str = "2026-11-30";
    const LATEST: &str = "2026-12-01";

    fn renewal(plan: &str, form: &RecordForm) -> Result<Renewal, String> {
        let text = format!("- {plan}\n");
        let document = Document::read(text.as_bytes()).expect("a plans file");
        let renewal = form.renewal(&document.list().plans[0], day(TODAY), day(LATEST));
        let renewal = renewal.map_err(|error| sentence(&error))?;
        let edit = renew(&document, 0, &renewal, day(LATEST)).map_err(FormError::from);
        edit.map_err(|error| sentence(&error))?;
        Ok(renewal)
    }

    const COUNTED: &str = "{name: A, renewed: 2026-10-05, validity: 3 months, price: 49 NOK}";
    const WAYS: &str = "{name: A, renewed: 2026-10-05, validity: 3 months, renewal: [{method: auto-debit, until: 2026-10-06}, {price: 9 EUR, validity: 1 month}, {price: 90 NOK, validity: 1 year}]}";

    #[test]
    fn an_empty_form_is_a_renewal_today() {
        let expected = Renewal {
            on: day(TODAY),
            paid: None,
            receipt: None,
            note: None,
            way: None,
            validity: None,
            from_expiry: false,
        };
        assert_eq!(
            renewal(COUNTED, &RecordForm::default()),
            Ok(expected.clone())
        );
        let blank = RecordForm {
            on: " ".into(),
            note: "\n \n".into(),
            paid: " ".into(),
            ..RecordForm::default()
        };
        assert_eq!(renewal(COUNTED, &blank), Ok(expected));
    }

    #[test]
    fn fields_are_read_as_the_options_of_renew() {
        let form = RecordForm {
            on: LATEST.into(),
            paid: " 49,50 ".into(),
            receipt: " r.pdf ".into(),
            note: " a\nb ".into(),
            ..RecordForm::default()
        };
        let found = renewal(COUNTED, &form).expect("a renewal");
        assert_eq!(found.on, day(LATEST));
        assert_eq!(
            found.paid.map(|price| price.to_string()).as_deref(),
            Some("49.50 NOK")
        );
        assert_eq!(found.receipt.as_deref(), Some("r.pdf"));
        assert_eq!(found.note.as_deref(), Some("a\nb"));
        // A bare number has the currency of the way.
        let form = RecordForm {
            way: "2".into(),
            paid: "5".into(),
            ..RecordForm::default()
        };
        let found = renewal(WAYS, &form).expect("a renewal");
        assert_eq!(
            found.paid.map(|price| price.to_string()).as_deref(),
            Some("5 EUR")
        );
        assert_eq!(found.way, Some(2));
        let form = RecordForm {
            until: "2027-05-31".into(),
            ..RecordForm::default()
        };
        let found = renewal("{name: A, expires: 2026-12-31}", &form).expect("a renewal");
        assert!(found.validity.is_some());
    }

    #[test]
    fn each_refusal_names_its_field() {
        let form = |field: FormField, value: &str| {
            let mut form = RecordForm::default();
            *form.value_mut(field) = value.into();
            form
        };
        use FormField::{Note, On, Paid, Receipt, Until, Way};
        for (plan, field, value, expected) in [
            (
                COUNTED,
                On,
                "2026-12-02",
                "on: a renewal on 2026-12-02 is in the future: allowed up to 2026-12-01; record it once it is done",
            ),
            (
                COUNTED,
                On,
                "2026-10-05",
                "on: `A` has a renewal on 2026-10-05 already; if that entry is wrong, change it by hand",
            ),
            (
                COUNTED,
                Way,
                "1",
                "way: the plan has no way `1`; choose one of its ways",
            ),
            (
                WAYS,
                Way,
                "1",
                "way: the plan has no way `1`; choose one of its ways",
            ),
            (
                WAYS,
                Way,
                "0",
                "way: the plan has no way `0`; choose one of its ways",
            ),
            (
                WAYS,
                Way,
                "x",
                "way: the plan has no way `x`; choose one of its ways",
            ),
            (
                WAYS,
                Way,
                "",
                "way: the ways to renew this plan last for different times; choose the way",
            ),
            (
                "{name: A, expires: 2026-12-31}",
                Until,
                "",
                "until: the plan does not say how long a renewal lasts; give the last day on which it works now",
            ),
            (
                "{name: A, expires: 2026-12-31}",
                Until,
                "2026-11-29",
                "until: 2026-11-29 is before the day of the renewal, 2026-11-30; -",
            ),
            (
                COUNTED,
                Paid,
                "much",
                "paid: `much` is not a price; write it as `49`, `49 NOK` or `NOK 49`",
            ),
            (
                COUNTED,
                Receipt,
                "a\nb",
                "receipt: a line break where one line is wanted; write it on one line",
            ),
            (
                COUNTED,
                Note,
                "a\u{1}",
                "note: control character U+0001; remove it: some calendars refuse a whole feed for it",
            ),
            (
                "{name: A, expires: 2026-12-31, validity: 1 year, ended: 2026-11-01}",
                On,
                "",
                "-: `A` ended on 2026-11-01; if you keep it, remove `ended` first",
            ),
        ] {
            assert_eq!(
                renewal(plan, &form(field, value)),
                Err(expected.to_owned()),
                "{value}"
            );
        }
    }
}
