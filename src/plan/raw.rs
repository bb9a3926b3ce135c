//! The shape of a plans file: which keys there are and what kind of value each takes.
//!
//! One declaration serves both readers. The fast one (serde_yaml) stops at the first thing that
//! does not fit; the careful one ([`crate::document`]) reports whatever does not fit with its
//! place, hands over [`Field::Faulty`] for it and goes on. To tell the careful reader what is
//! wanted, each leaf asks for a newtype struct with the name of a [`shape`].

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor, value,
};

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

/// A whole file: a bare list of plans, or a mapping with `calendar:` and `plans:`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RawFile<'a> {
    #[serde(borrow)]
    pub(crate) calendar: Field<RawSettings<'a>>,
    #[serde(borrow)]
    /// Boxed, since a list may hold millions of items that are no plans.
    pub(crate) plans: Field<Vec<Field<Box<RawPlan<'a>>>>>,
}

/// `calendar:`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RawSettings<'a> {
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    #[serde(borrow)]
    pub(crate) id: Text<'a>,
    #[serde(borrow)]
    pub(crate) description: Text<'a>,
    #[serde(borrow)]
    pub(crate) language: Text<'a>,
    #[serde(borrow)]
    pub(crate) timezone: Text<'a>,
    #[serde(borrow)]
    pub(crate) remind: Field<Texts<'a>>,
    #[serde(borrow)]
    pub(crate) remind_at: Text<'a>,
    pub(crate) notices: Field<bool>,
    #[serde(borrow)]
    pub(crate) numbers: Text<'a>,
    #[serde(borrow)]
    pub(crate) color: Text<'a>,
    #[serde(borrow)]
    pub(crate) edit: Text<'a>,
    #[serde(borrow)]
    pub(crate) link: Text<'a>,
}

/// One plan.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RawPlan<'a> {
    #[serde(borrow)]
    pub(crate) id: Text<'a>,
    #[serde(borrow)]
    pub(crate) name: Text<'a>,
    #[serde(borrow)]
    pub(crate) provider: Text<'a>,
    #[serde(borrow)]
    pub(crate) number: Text<'a>,
    #[serde(borrow)]
    pub(crate) expires: Text<'a>,
    #[serde(borrow)]
    pub(crate) renewed: Text<'a>,
    #[serde(borrow)]
    pub(crate) validity: Text<'a>,
    #[serde(borrow)]
    pub(crate) extends: Text<'a>,
    #[serde(borrow)]
    pub(crate) grace: Text<'a>,
    #[serde(borrow)]
    pub(crate) price: Text<'a>,
    #[serde(borrow)]
    pub(crate) renewal: Field<OneOrMany<Field<RawWay<'a>>>>,
    #[serde(borrow)]
    pub(crate) check: Field<RawContact<'a>>,
    #[serde(borrow)]
    pub(crate) support: Field<RawContact<'a>>,
    #[serde(borrow)]
    pub(crate) remind: Field<Texts<'a>>,
    #[serde(borrow)]
    pub(crate) tags: Field<Texts<'a>>,
    #[serde(borrow)]
    pub(crate) notes: Text<'a>,
    #[serde(borrow)]
    pub(crate) history: Field<Vec<Field<RawEntry<'a>>>>,
    #[serde(borrow)]
    pub(crate) ended: Text<'a>,
}

/// One way of renewing. It repeats the keys of [`RawContact`], since a flattened struct would
/// cost the fast reader a buffered copy of each.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RawWay<'a> {
    #[serde(borrow)]
    pub(crate) method: Text<'a>,
    #[serde(borrow)]
    pub(crate) action: Text<'a>,
    #[serde(borrow)]
    pub(crate) url: Text<'a>,
    #[serde(borrow)]
    pub(crate) app: Text<'a>,
    #[serde(borrow)]
    pub(crate) dial: Text<'a>,
    #[serde(borrow)]
    pub(crate) sms: Field<RawSms<'a>>,
    #[serde(borrow)]
    pub(crate) call: Text<'a>,
    #[serde(borrow)]
    pub(crate) steps: Field<Texts<'a>>,
    #[serde(borrow)]
    pub(crate) until: Text<'a>,
}

/// How a provider is reached.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RawContact<'a> {
    #[serde(borrow)]
    pub(crate) url: Text<'a>,
    #[serde(borrow)]
    pub(crate) app: Text<'a>,
    #[serde(borrow)]
    pub(crate) dial: Text<'a>,
    #[serde(borrow)]
    pub(crate) sms: Field<RawSms<'a>>,
    #[serde(borrow)]
    pub(crate) call: Text<'a>,
}

/// A text message to send.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RawSms<'a> {
    #[serde(borrow)]
    pub(crate) to: Text<'a>,
    #[serde(borrow)]
    pub(crate) text: Text<'a>,
}

/// One renewal of the past.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RawEntry<'a> {
    #[serde(borrow)]
    pub(crate) on: Text<'a>,
    #[serde(borrow)]
    pub(crate) paid: Text<'a>,
    #[serde(borrow)]
    pub(crate) receipt: Text<'a>,
    #[serde(borrow)]
    pub(crate) note: Text<'a>,
    #[serde(borrow)]
    pub(crate) from: Text<'a>,
}

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

/// A text or a list of texts.
pub(crate) type Texts<'a> = OneOrMany<Text<'a>>;

/// What can stand behind a key, and how a reader is asked for it.
pub(crate) trait Shaped<'de>: Sized {
    /// One of [`shape`].
    const SHAPE: &'static str;
    /// Reads a value that has this shape; the fast reader finds out here when it has not.
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl<'de, T: Shaped<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldVisitor<T>(PhantomData<T>);
        impl<'de, T: Shaped<'de>> Visitor<'de> for FieldVisitor<T> {
            type Value = Field<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::SHAPE)
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                T::read(deserializer).map(Field::Is)
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Field::Faulty)
            }
        }
        deserializer.deserialize_newtype_struct(T::SHAPE, FieldVisitor(PhantomData))
    }
}

impl<'de: 'a, 'a> Shaped<'de> for Cow<'a, str> {
    const SHAPE: &'static str = shape::TEXT;
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Cow<'de, str>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(shape::TEXT)
            }
            fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
                Err(E::invalid_type(Unexpected::Option, &self))
            }
            fn visit_some<D: Deserializer<'de>>(
                self,
                deserializer: D,
            ) -> Result<Self::Value, D::Error> {
                deserializer.deserialize_str(self)
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Cow::Borrowed(text))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Cow::Owned(text.to_owned()))
            }
        }
        deserializer.deserialize_option(TextVisitor)
    }
}

impl<'de> Shaped<'de> for bool {
    const SHAPE: &'static str = shape::FLAG;
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bool::deserialize(deserializer)
    }
}

impl<'de, T: Deserialize<'de>> Shaped<'de> for Vec<T> {
    const SHAPE: &'static str = shape::LIST;
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer)
    }
}

macro_rules! mappings {
    ($($raw:ident),*) => {$(
        impl<'de: 'a, 'a> Shaped<'de> for $raw<'a> {
            const SHAPE: &'static str = shape::MAPPING;
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::deserialize(deserializer)
            }
        }
    )*};
}
mappings!(RawSettings, RawPlan, RawWay, RawContact, RawSms, RawEntry);

impl<'de, T: Shaped<'de>> Shaped<'de> for Box<T> {
    const SHAPE: &'static str = T::SHAPE;
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Box::new)
    }
}

impl<'de: 'a, 'a> Shaped<'de> for Texts<'a> {
    const SHAPE: &'static str = shape::TEXTS;
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData))
    }
}

impl<'de: 'a, 'a> Shaped<'de> for OneOrMany<Field<RawWay<'a>>> {
    const SHAPE: &'static str = shape::MAPPINGS;
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData))
    }
}

/// Takes a list, or one value that is not a list. A scalar that the fast reader takes for a
/// number or a truth value is an error there, and a text for the careful reader.
struct OneOrManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrManyVisitor<T> {
    type Value = OneOrMany<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value or a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(OneOrMany(values))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        One(value::MapAccessDeserializer::new(map)).read()
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        One(value::BorrowedStrDeserializer::new(text)).read()
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        One(text.to_owned().into_deserializer()).read()
    }
}

/// One value that stands for a list of one. The deserializers that serde makes from a value know
/// no newtype structs by name, so the shape is entered here.
struct One<D>(D);

impl<'de, D: Deserializer<'de>> One<D> {
    fn read<T: Deserialize<'de>>(self) -> Result<OneOrMany<T>, D::Error> {
        let one = PhantomData.deserialize(self)?;
        Ok(OneOrMany(vec![one]))
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for One<D> {
    type Error = D::Error;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self)
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

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
