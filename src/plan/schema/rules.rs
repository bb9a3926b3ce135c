//! The rules between the keys of a mapping: which need or exclude one another.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::plan::schema::texts;

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

/// A mapping, or a sentence in its place.
pub(crate) fn mapping_or_sentence<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = T::json_schema(generator);
    schema.insert("type".to_owned(), json!(["object", "string", "boolean"]));
    schema.insert("pattern".to_owned(), json!(texts::sentence_pattern()));
    schema.insert("not".to_owned(), texts::no_sentence());
    schema
}

/// Terms have a page.
pub(crate) fn terms(schema: &mut Schema) {
    add(schema, json_schema!({"required": ["url"]}));
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
        "allOf": [
            {
                "if": {"required": ["expires", "renewed"]},
                "then": {
                    "properties": {"validity": false},
                    "errorMessage": "`expires`, `renewed` and `validity` together: which one counts?",
                },
            },
            {
                "if": renews_by_itself(),
                "then": {
                    "required": ["validity"],
                    "errorMessage": "`auto-debit` needs `validity`: how often does it renew?",
                },
            },
            {
                "if": {"required": ["extends"], "properties": {"extends": {
                    "enum": ["from-expiry", "never-shorter"],
                }}},
                "then": {"required": ["expires", "validity"]},
            },
            {
                "if": {"required": ["cancel"], "properties": {"cancel": {
                    "type": "object", "required": ["notice"],
                }}},
                "then": with_message(renews_by_itself(),
                    "only a plan that renews by itself can have a `notice`"),
            },
            {
                "if": {"required": ["renewal"], "properties": {"renewal": {
                    "type": "array", "contains": {"type": "object", "required": ["validity"]},
                }}},
                "then": {"properties": {"renewal": {"items": {
                    "anyOf": [{"required": ["validity"]}, automatic()],
                    "errorMessage": "this way has no `validity`, and another way has one",
                }}}},
            },
        ],
    });
    add(schema, rules);
}

/// `until` ends an `auto-debit` and nothing else, and an `auto-debit` has no `validity`.
pub(crate) fn way(schema: &mut Schema) {
    let mut rule = automatic();
    let said = "only a way with `method: auto-debit` can have an `until`";
    rule["errorMessage"] = json!(said);
    rule["properties"]["method"]["errorMessage"] = json!(said);
    let said = "an `auto-debit` has no `validity` of its own: the plan's applies";
    let rules = json_schema!({
        "dependencies": {"until": rule},
        "if": automatic(),
        "then": {"properties": {"validity": false}, "errorMessage": said},
    });
    add(schema, rules);
}

/// A plan with a way that renews by itself.
fn renews_by_itself() -> Value {
    json!({"required": ["renewal"], "properties": {"renewal": {"anyOf": [
        {"type": "object", "allOf": [automatic()]},
        {"type": "array", "contains": {"type": "object", "allOf": [automatic()]}},
    ]}}})
}

fn with_message(mut rule: Value, message: &str) -> Value {
    rule["errorMessage"] = json!(message);
    rule
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
