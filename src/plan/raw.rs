//! The shape of a plans file: which keys there are and what kind of value each takes.
//!
//! One declaration serves all readers. The fast reader stops at the first value that does not fit.
//! The careful reader ([`crate::document`]) reports each value that does not fit with its place,
//! uses [`Field::Faulty`] for it, and continues. To tell the careful reader what it expects, each
//! leaf asks for a newtype struct with the name of a [`shape`].
//!
//! The JSON Schema for editors is made from the same types. An editor shows the doc comment of a
//! key as its help, so these comments are written for the author of a plans file.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor, value};

#[cfg(feature = "schema")]
use crate::plan::schema::rules;
#[cfg(feature = "schema")]
use crate::plan::schema::texts;

/// The names under which a leaf asks a reader for what it wants.
pub(crate) mod shape {
    /// A scalar, taken as the text that stands in the file.
    pub(crate) const TEXT: &str = "text";
    /// A scalar that is `true` or `false`.
    pub(crate) const FLAG: &str = "true or false";
    /// A mapping.
    pub(crate) const MAPPING: &str = "a mapping";
    /// A list.
    pub(crate) const LIST: &str = "a list";
    /// A scalar or a list.
    pub(crate) const TEXTS: &str = "text or a list of texts";
    /// A mapping or a list.
    pub(crate) const MAPPINGS: &str = "a mapping or a list of mappings";
    /// A mapping or a text.
    pub(crate) const CONTACT: &str = "a mapping or a sentence";
}

/// The value of one key.
#[derive(Debug, Clone, Default)]
pub(crate) enum Field<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// It is there and does not fit; that is reported already.
    Faulty,
    /// The value.
    Is(T),
}

/// A text field. A plain scalar means the text that stands in the file: `no`, `123`,
/// `+4790000001`. `null` is not a text.
pub(crate) type Text<'a> = Field<Cow<'a, str>>;

/// A list of plans that run out, or a mapping with `calendar` and `plans`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "File", title = "A plans file", transform = rules::file))]
pub(crate) struct RawFile<'a> {
    /// What holds for every plan of this file.
    #[serde(borrow)]
    pub(crate) calendar: Field<RawSettings<'a>>,
    /// The plans, one item each.
    // Boxed, since a list may hold millions of items that are no plans.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    #[serde(borrow)]
    pub(crate) plans: Field<Vec<Field<Box<RawPlan<'a>>>>>,
}

/// What holds for every plan of a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Calendar", title = "Calendar")
)]
pub(crate) struct RawSettings<'a> {
    /// The name that calendars show. Default: the name of the file.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    /// Keeps the events of this list apart from those of other lists: any text; never change it.
    /// Needed when two lists become one calendar.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::id"))]
    #[serde(borrow)]
    pub(crate) id: Text<'a>,
    /// A sentence about the calendar.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::text"))]
    #[serde(borrow)]
    pub(crate) description: Text<'a>,
    /// The language of the calendar and of its page.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::language", extend("default" = "en")))]
    #[serde(borrow)]
    pub(crate) language: Text<'a>,
    /// The time zone that decides which day is today: a name of the IANA database. Default: the
    /// zone of the machine.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::timezone"))]
    #[serde(borrow)]
    pub(crate) timezone: Text<'a>,
    /// How long before an expiry to warn, for plans without a `remind` of their own.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::leads", extend("default" = ["7d"])))]
    #[serde(borrow)]
    pub(crate) remind: Field<Texts<'a>>,
    /// The days of the week on which to warn: `[mon, tue, wed, thu, fri]`. A warning that would come
    /// on another day comes earlier.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::workdays"))]
    #[serde(borrow)]
    pub(crate) workdays: Field<Texts<'a>>,
    /// Local time of the alarms, in quotes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::time", extend("default" = "09:00")))]
    #[serde(borrow)]
    pub(crate) remind_at: Text<'a>,
    /// Whether warnings are events as well as alarms: many calendars drop alarms.
    #[cfg_attr(feature = "schema", schemars(extend("default" = true)))]
    pub(crate) notices: Field<bool>,
    /// How phone numbers are shown: by their last three digits, whole, or not at all.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::numbers", extend("default" = "masked")))]
    #[serde(borrow)]
    pub(crate) numbers: Text<'a>,
    /// The colour of the calendar: a name of CSS, or #RRGGBB in quotes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::color"))]
    #[serde(borrow)]
    pub(crate) color: Text<'a>,
    /// The address where a renewal can be recorded; the events show it instead of a command. `{id}`
    /// and `{name}` become the id and the name of the plan.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::edit_link"))]
    #[serde(borrow)]
    pub(crate) edit: Text<'a>,
    /// A new number gives the feed a new secret address.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::serial", extend("default" = 1)))]
    #[serde(borrow)]
    pub(crate) link: Text<'a>,
    /// A new number unpairs all devices that record renewals on the server.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::serial", extend("default" = 1)))]
    #[serde(borrow)]
    pub(crate) devices: Text<'a>,
}

/// One thing that runs out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Plan", title = "Plan", transform = rules::plan))]
pub(crate) struct RawPlan<'a> {
    /// A short word that never changes. Without `id`, the name is the id, and a renamed plan is a
    /// new plan.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) id: Text<'a>,
    /// The name of the plan; the only key that is always needed.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    /// The provider, such as the operator of a SIM card.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) provider: Text<'a>,
    /// The phone number, in quotes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) number: Text<'a>,
    /// The last day on which the plan works, or the month of that day. Give this, or `renewed` and
    /// `validity`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::last_day"))]
    #[serde(borrow)]
    pub(crate) expires: Text<'a>,
    /// The day of the last renewal that counted.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::date"))]
    #[serde(borrow)]
    pub(crate) renewed: Text<'a>,
    /// How long a renewal lasts: `90 days`, `3 months`, `1 year`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::period"))]
    #[serde(borrow)]
    pub(crate) validity: Text<'a>,
    /// From when a renewal counts: the day on which it is done (`from-renewal`), the old expiry
    /// (`from-expiry`), or the later of both (`never-shorter`). The last two need `expires` with
    /// `validity`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::extends"))]
    #[serde(borrow)]
    pub(crate) extends: Text<'a>,
    /// How long after its expiry the plan can still be recovered.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::period"))]
    #[serde(borrow)]
    pub(crate) grace: Text<'a>,
    /// What a renewal costs: the amount, then the currency code.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::price"))]
    #[serde(borrow)]
    pub(crate) price: Text<'a>,
    /// How to renew the plan: one way, or a list of ways.
    #[cfg_attr(
        feature = "schema",
        schemars(schema_with = "rules::one_or_many::<RawRenewalMethod<'_>>")
    )]
    #[serde(borrow)]
    pub(crate) renewal: Field<OneOrMany<Field<RawRenewalMethod<'a>>>>,
    /// How to see that a renewal worked, or a sentence about it.
    #[cfg_attr(
        feature = "schema",
        schemars(schema_with = "rules::mapping_or_sentence::<RawContact<'_>>")
    )]
    #[serde(borrow)]
    pub(crate) check: Field<RawContact<'a>>,
    /// Who helps when a renewal fails, or a sentence about it.
    #[cfg_attr(
        feature = "schema",
        schemars(schema_with = "rules::mapping_or_sentence::<RawContact<'_>>")
    )]
    #[serde(borrow)]
    pub(crate) support: Field<RawContact<'a>>,
    /// How to cancel the plan, or a sentence about it.
    #[cfg_attr(
        feature = "schema",
        schemars(schema_with = "rules::mapping_or_sentence::<RawCancel<'_>>")
    )]
    #[serde(borrow)]
    pub(crate) cancel: Field<RawCancel<'a>>,
    /// The page with the rules of the plan.
    #[serde(borrow)]
    pub(crate) terms: Field<RawTerms<'a>>,
    /// How long before the expiry to warn: `[14d, 7d, 1d]`. Otherwise the calendar's `remind`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::leads"))]
    #[serde(borrow)]
    pub(crate) remind: Field<Texts<'a>>,
    /// Words to find the plan by.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::lines"))]
    #[serde(borrow)]
    pub(crate) tags: Field<Texts<'a>>,
    /// Other notes; the events show them.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::text"))]
    #[serde(borrow)]
    pub(crate) notes: Text<'a>,
    /// Past renewals; they are never in the calendar.
    #[serde(borrow)]
    pub(crate) history: Field<Vec<Field<RawRenewalRecord<'a>>>>,
    /// The day on which the plan ends. The calendar asks you to make sure that it is cancelled.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::date"))]
    #[serde(borrow)]
    pub(crate) ended: Text<'a>,
}

/// One way of renewing.
// It repeats the keys of `RawContact`, since a flattened struct would cost the fast reader a
// buffered copy of each.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Way", title = "Way to renew", transform = rules::way))]
pub(crate) struct RawRenewalMethod<'a> {
    /// The method of renewal. With `auto-debit`, the plan renews by itself, again and again.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::method"))]
    #[serde(borrow)]
    pub(crate) method: Text<'a>,
    /// What to do, in your words.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) action: Text<'a>,
    /// Where to do it.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::web"))]
    #[serde(borrow)]
    pub(crate) url: Text<'a>,
    /// The name of an app.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) app: Text<'a>,
    /// A code to dial, in quotes: `"*100#"`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) dial: Text<'a>,
    /// A text message to send.
    #[serde(borrow)]
    pub(crate) sms: Field<RawSms<'a>>,
    /// A number to call, in quotes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) call: Text<'a>,
    /// Further steps, in order.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::lines"))]
    #[serde(borrow)]
    pub(crate) steps: Field<Texts<'a>>,
    /// What this way costs: the amount, then the currency code. Otherwise the plan's `price`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::price"))]
    #[serde(borrow)]
    pub(crate) price: Text<'a>,
    /// How long a renewal in this way lasts: `30 days`, `1 year`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::period"))]
    #[serde(borrow)]
    pub(crate) validity: Text<'a>,
    /// The last day on which an `auto-debit` renews the plan, or the month of that day, such as the
    /// expiry of the bank card.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::last_day"))]
    #[serde(borrow)]
    pub(crate) until: Text<'a>,
}

/// How a provider is reached. A sentence takes the place of the mapping.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Contact", title = "Contact")
)]
pub(crate) struct RawContact<'a> {
    /// The sentence, if the value is one.
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(crate) sentence: Text<'a>,
    /// What to do, in your words.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) action: Text<'a>,
    /// A web page.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::web"))]
    #[serde(borrow)]
    pub(crate) url: Text<'a>,
    /// The name of an app.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) app: Text<'a>,
    /// A code to dial, in quotes: `"*100#"`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) dial: Text<'a>,
    /// A text message to send.
    #[serde(borrow)]
    pub(crate) sms: Field<RawSms<'a>>,
    /// A number to call, in quotes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) call: Text<'a>,
}

/// How to give a plan up. A sentence takes the place of the mapping.
// It repeats the keys of `RawContact`, as `RawRenewalMethod` does.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Cancel", title = "How to give it up")
)]
pub(crate) struct RawCancel<'a> {
    /// The sentence, if the value is one.
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(crate) sentence: Text<'a>,
    /// How long before an automatic renewal the plan must be cancelled.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::period"))]
    #[serde(borrow)]
    pub(crate) notice: Text<'a>,
    /// What to do, in your words.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) action: Text<'a>,
    /// A web page.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::web"))]
    #[serde(borrow)]
    pub(crate) url: Text<'a>,
    /// The name of an app.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) app: Text<'a>,
    /// A code to dial, in quotes: `"*100#"`.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) dial: Text<'a>,
    /// A text message to send.
    #[serde(borrow)]
    pub(crate) sms: Field<RawSms<'a>>,
    /// A number to call, in quotes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) call: Text<'a>,
}

/// The page with the rules of a plan.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Terms", title = "Terms", transform = rules::terms))]
pub(crate) struct RawTerms<'a> {
    /// The address of the page.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::web"))]
    #[serde(borrow)]
    pub(crate) url: Text<'a>,
    /// The day on which you last read them.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::date"))]
    #[serde(borrow)]
    pub(crate) checked: Text<'a>,
}

/// A text message to send.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Sms", title = "Text message", transform = rules::sms))]
pub(crate) struct RawSms<'a> {
    /// The number to send the message to, in quotes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) to: Text<'a>,
    /// The text of the message.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) text: Text<'a>,
}

/// One past renewal.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Renewal", title = "Past renewal", transform = rules::entry))]
pub(crate) struct RawRenewalRecord<'a> {
    /// The day of the renewal.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::date"))]
    #[serde(borrow)]
    pub(crate) on: Text<'a>,
    /// What the renewal cost.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::price"))]
    #[serde(borrow)]
    pub(crate) paid: Text<'a>,
    /// The receipt: a path, a link or a number.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::line"))]
    #[serde(borrow)]
    pub(crate) receipt: Text<'a>,
    /// Other notes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::text"))]
    #[serde(borrow)]
    pub(crate) note: Text<'a>,
    /// The expiry from which the renewal was counted, if a shorter month cut its day off;
    /// `weekahead renew` writes it.
    #[cfg_attr(feature = "schema", schemars(schema_with = "texts::date"))]
    #[serde(borrow)]
    pub(crate) from: Text<'a>,
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

/// A text or a list of texts.
pub(crate) type Texts<'a> = OneOrMany<Text<'a>>;

impl<'de: 'a, 'a> RawFile<'a> {
    /// Reads either form of a file.
    pub(crate) fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FileVisitor<'a>(PhantomData<RawFile<'a>>);
        impl<'de: 'a, 'a> Visitor<'de> for FileVisitor<'a> {
            type Value = RawFile<'a>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of plans, or a mapping with `plans`")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
                let list = value::SeqAccessDeserializer::new(list);
                Ok(RawFile {
                    calendar: Field::Absent,
                    plans: Field::Is(Vec::deserialize(list)?),
                })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                RawFile::deserialize(value::MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(FileVisitor(PhantomData))
    }
}
