//! How values are deserialized, for both readers. Each type requests its value by the name of a
//! [`shape`].

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor, value,
};

use crate::plan::raw::{
    Field, OneOrMany, RawCancel, RawContact, RawPlan, RawRenewalMethod, RawRenewalRecord,
    RawSettings, RawSms, RawTerms, Texts, shape,
};

/// A type that can be the value of a key.
pub(crate) trait Shaped<'de>: Sized {
    /// The name of its shape, one of [`shape`].
    const SHAPE: &'static str;
    /// Reads a value of this shape. The fast reader fails here if the value has another shape.
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
        there(Self::SHAPE, deserializer)
    }
}

/// Reads a mapping or a list, and refuses `null`, which the fast reader would read as an empty one.
fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    shape: &'static str,
    deserializer: D,
) -> Result<T, D::Error> {
    struct ThereVisitor<T>(&'static str, PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for ThereVisitor<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
            T::deserialize(deserializer)
        }
    }
    deserializer.deserialize_option(ThereVisitor(shape, PhantomData))
}

macro_rules! mappings {
    ($($raw:ident),*) => {$(
        impl<'de: 'a, 'a> Shaped<'de> for $raw<'a> {
            const SHAPE: &'static str = shape::MAPPING;
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                there(Self::SHAPE, deserializer)
            }
        }
    )*};
}
mappings!(
    RawSettings,
    RawPlan,
    RawRenewalMethod,
    RawTerms,
    RawSms,
    RawRenewalRecord
);

macro_rules! mappings_or_sentences {
    ($($raw:ident),*) => {$(
        impl<'de: 'a, 'a> Shaped<'de> for $raw<'a> {
            const SHAPE: &'static str = shape::CONTACT;
            fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ContactVisitor(PhantomData))
            }
        }
        impl<'a> From<Cow<'a, str>> for $raw<'a> {
            fn from(sentence: Cow<'a, str>) -> Self {
                Self { sentence: Field::Is(sentence), ..Self::default() }
            }
        }
    )*};
}
mappings_or_sentences!(RawContact, RawCancel);

/// Reads a mapping, or a sentence in its place. For the fast reader, a sentence that looks like a
/// number or a boolean is an error; for the careful reader, it is a text.
struct ContactVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + From<Cow<'de, str>>> Visitor<'de> for ContactVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(shape::CONTACT)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(deserializer)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(value::MapAccessDeserializer::new(map))
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<T, E> {
        Ok(Cow::Borrowed(text).into())
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(Cow::<'de, str>::Owned(text.to_owned()).into())
    }
}

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

impl<'de: 'a, 'a> Shaped<'de> for OneOrMany<Field<RawRenewalMethod<'a>>> {
    const SHAPE: &'static str = shape::MAPPINGS;
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData))
    }
}

/// Reads a list, or a single value in place of a list. For the fast reader, a scalar that looks
/// like a number or a boolean is an error; for the careful reader, it is a text.
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

/// A single value that is read as a list of one item. Serde's own deserializers of single values do
/// not pass newtype structs to a visitor, but this one does.
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
