//! What the keys of a mapping ask of one another.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// A file: a bare list of plans as well.
pub(crate) fn file(schema: &mut Schema) {
    let plans = schema.pointer("/properties/plans/items").cloned();
    schema.insert("type".to_owned(), json!(["array", "object"]));
    schema.insert("items".to_owned(), plans.unwrap_or_default());
    schema.insert("minItems".to_owned(), json!(1));
    schema.insert("required".to_owned(), json!(["plans"]));
}

/// A mapping, or a list of them.
pub(crate) fn one_or_many<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let item = generator.subschema_for::<T>();
    let mut schema = T::json_schema(generator);
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
