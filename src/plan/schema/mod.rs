//! The plans file as a JSON Schema, for editors: completion, help and errors while one types.
//!
//! It is made from the types that the readers fill (`raw`) and holds with them: what it refuses,
//! they refuse. What they refuse for its shape (a key that does not exist, a list where a text
//! belongs, a date that is none, keys that need one another), it refuses too. It cannot see what
//! stands between plans (an id that is taken), what depends on arithmetic (an expiry after the
//! year 9998), and how a number was written (`link: 1.0` is 1 to it).
//!
//! Draft 7, which every YAML language server knows. `errorMessage` is none of its keywords: editors
//! show it instead of a pattern, and all else passes over it. There is no `$id`, since the file
//! belongs beside the plans and not to a host. Where a list or a single value is allowed, `type`
//! names both and no `anyOf` chooses: editors then say what is wrong with the value that is there.

pub(crate) mod rules;
pub(crate) mod texts;

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::plan::raw::{Field, RawFile};

/// The schema as JSON, each key on a line of its own and in a fixed order.
#[must_use]
pub(crate) fn json() -> String {
    let settings = SchemaSettings::draft07().with_transform(one_line);
    let schema = settings
        .into_generator()
        .into_root_schema_for::<RawFile<'_>>();
    // Strings and numbers always serialize.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// A key that is there has a value: `null` is none.
impl<T: JsonSchema> JsonSchema for Field<T> {
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A sentence of the sources is broken where it reaches their margin.
fn one_line(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    transform_subschemas(&mut one_line, schema);
}
