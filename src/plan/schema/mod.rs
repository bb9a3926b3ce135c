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

mod texts;

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::transform_subschemas;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::plan::raw::{Field, RawFile, RawWay};

pub(crate) use texts::{
    color, date, extends, id, language, leads, line, lines, link, method, numbers, period, price,
    text, time, timezone, web,
};

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

/// A file: a bare list of plans as well.
pub(crate) fn file(schema: &mut Schema) {
    let plans = schema.pointer("/properties/plans/items").cloned();
    schema.insert("type".to_owned(), json!(["array", "object"]));
    schema.insert("items".to_owned(), plans.unwrap_or_default());
    schema.insert("minItems".to_owned(), json!(1));
    schema.insert("required".to_owned(), json!(["plans"]));
}

/// One way of renewing, or a list of them.
pub(crate) fn ways(generator: &mut SchemaGenerator) -> Schema {
    let item = generator.subschema_for::<RawWay<'_>>();
    let mut schema = RawWay::json_schema(generator);
    schema.insert("type".to_owned(), json!(["object", "array"]));
    schema.insert("items".to_owned(), item.to_value());
    schema
}

/// What a plan's keys ask of one another. The messages of `not` cannot be chosen, so what must not
/// be there is a property without any value that fits.
pub(crate) fn plan(schema: &mut Schema) {
    let said = "a plan needs a date: `expires`, or `renewed` with `validity`";
    let rules = json_schema!({
        "required": ["name"],
        "anyOf": [
            {"required": ["expires"], "errorMessage": said},
            {"required": ["renewed", "validity"], "errorMessage": said},
        ],
        "dependencies": {"extends": ["expires", "validity"]},
        "allOf": [
            {
                "if": {"required": ["expires", "renewed"]},
                "then": {
                    "properties": {"validity": false},
                    "errorMessage": "`expires`, `renewed` and `validity` together: which one counts?",
                },
            },
            {
                "if": {"required": ["renewal"], "properties": {"renewal": {"anyOf": [
                    {"type": "object", "allOf": [automatic()]},
                    {"type": "array", "contains": {"type": "object", "allOf": [automatic()]}},
                ]}}},
                "then": {
                    "required": ["validity"],
                    "errorMessage": "`auto-debit` needs `validity`: how often does it renew?",
                },
            },
        ],
    });
    add(schema, rules);
}

/// `until` ends an `auto-debit` and nothing else.
pub(crate) fn way(schema: &mut Schema) {
    let mut rule = automatic();
    let said = "`until` says when an `auto-debit` ends, and this is none";
    rule["errorMessage"] = json!(said);
    rule["properties"]["method"]["errorMessage"] = json!(said);
    add(schema, json_schema!({"dependencies": {"until": rule}}));
}

/// A way that renews by itself.
fn automatic() -> Value {
    json!({"required": ["method"], "properties": {"method": {"const": "auto-debit"}}})
}

/// A message goes to somebody.
pub(crate) fn sms(schema: &mut Schema) {
    add(schema, json_schema!({"required": ["to"]}));
}

/// A renewal has a day.
pub(crate) fn entry(schema: &mut Schema) {
    add(schema, json_schema!({"required": ["on"]}));
}

fn add(schema: &mut Schema, rules: Schema) {
    if let Value::Object(rules) = rules.to_value() {
        for (key, value) in rules {
            schema.insert(key, value);
        }
    }
}
