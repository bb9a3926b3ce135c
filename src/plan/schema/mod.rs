//! The plans file as a JSON Schema, so that editors can complete keys, show help and mark errors.
//!
//! It is made from the types that the readers fill (`raw`). The readers refuse whatever the schema
//! refuses. The schema refuses every error of shape that the readers refuse: an unknown key, a list
//! in place of a text, an impossible date, keys that need one another. It does not see errors
//! between plans (an id that is used twice), errors that need arithmetic (an expiry after the year
//! 9998), or how a number was written (it takes `link: 1.0` as 1).
//!
//! It uses draft 7, which every YAML language server knows. The keyword `errorMessage` is not part
//! of the draft: editors show it instead of a pattern, and other programs ignore it. There is no
//! `$id`, because the schema is a file beside the plans. Where a list or a single value is allowed,
//! `type` names both, and there is no `anyOf`: editors then show what is wrong with the given
//! value.

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
