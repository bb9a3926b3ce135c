//! A quick reader of the YAML that most plans files are written in.
//!
//! It knows block mappings and block lists, plain and quoted scalars on one line, literal scalars
//! (`|` and `|-`), mappings and lists in brackets, and comments. For any other text it returns
//! `None`, and `serde_yaml` reads the text: anchors, tags, merge keys, nulls, scalars of several
//! lines, unusual escapes, keys in quotes, line breaks with a carriage return.
//!
//! It never reads a text differently from `serde_yaml`. The text must be safe for the fast reader
//! ([`crate::document::limits::fast_readers`]), so it has no tabs and no control characters. It
//! returns `None` for everything that is not known to mean the same to both. So a plain scalar must
//! begin with a letter, a digit or one of a few marks, and the line after a value may not be
//! indented more than its key.
//!
//! Cost: one pass over the text. Texts are borrowed from it, unless they have escapes.

use std::borrow::Cow;
use std::fmt;
use std::{iter, mem};

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::plan::raw::RawFile;

#[cfg(any(test, fuzzing))]
pub(crate) mod compare;
#[cfg(test)]
mod tests;

/// Reads a text. `None` if it is not in the common form, or has a problem.
pub(crate) fn read(text: &str) -> Option<RawFile<'_>> {
    read_with(text, |root| RawFile::read(root))
}

fn read_with<'t, T>(
    text: &'t str,
    read: impl FnOnce(Node<'_, 't>) -> Result<T, Uncommon>,
) -> Option<T> {
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        return None;
    }
    let mut cursor = Cursor {
        text,
        at: 0,
        line_start: 0,
    };
    cursor.skip_to_content();
    let form = cursor.block_below(None).ok()?;
    let root = Node {
        cursor: &mut cursor,
        form,
    };
    let value = read(root).ok()?;
    cursor.is_at_end().then_some(value)
}

/// The text is not in the common form, or has a problem.
#[derive(Debug)]
struct Uncommon;

impl fmt::Display for Uncommon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not in the common form")
    }
}

impl std::error::Error for Uncommon {}

impl serde::de::Error for Uncommon {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A position in a text. After a value in block style, it is at the next content of the text.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// The beginning of the current line.
    line_start: usize,
}

/// How a value is written.
#[derive(Clone, Copy)]
enum Form {
    /// A block mapping whose keys are in this column.
    BlockMapping(usize),
    /// A block list whose dashes are in this column, which may also be the column of the mapping
    /// around it.
    BlockList(usize, ListIndent),
    /// A scalar or brackets on the line of their key or dash. The number is the column of the
    /// mapping or list around them.
    Inline(usize),
    /// A scalar or brackets inside brackets.
    InBrackets,
}

/// Whether the dashes of a list are in a column of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ListIndent {
    Own,
    OfMapping,
}

struct Scalar<'t> {
    text: Cow<'t, str>,
    is_plain: bool,
}

impl<'t> Cursor<'t> {
    /// The byte at a position. The end of the text counts as a line break.
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(b'\n')
    }

    fn peek(&self) -> u8 {
        self.byte(self.at)
    }

    fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn column(&self) -> usize {
        self.at - self.line_start
    }

    /// Whether there is more content, in this column.
    fn is_in_column(&self, column: usize) -> bool {
        !self.is_at_end() && self.column() == column
    }

    /// Whether there is more content, right of this column.
    fn is_right_of(&self, column: usize) -> bool {
        !self.is_at_end() && self.column() > column
    }

    /// Whether a dash of a block list is here.
    fn is_at_dash(&self) -> bool {
        self.peek() == b'-' && is_blank(self.byte(self.at + 1))
    }

    /// The key that is here, if there is one with a colon and white space behind it.
    fn key(&self) -> Option<&'t str> {
        let rest = &self.text[self.at..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let length = rest.bytes().take_while(|byte| is_part(byte)).count();
        let end = self.at + length;
        let is_key = length > 0 && self.byte(end) == b':' && is_blank(self.byte(end + 1));
        is_key.then(|| &rest[..length])
    }

    /// Moves behind a key and its colon.
    fn take_key(&mut self) -> Result<&'t str, Uncommon> {
        let key = self.key().ok_or(Uncommon)?;
        self.at += key.len() + 1;
        Ok(key)
    }

    fn skip_spaces(&mut self) {
        while self.peek() == b' ' {
            self.at += 1;
        }
    }

    /// Skips spaces, and a comment.
    fn skip_to_line_end(&mut self) {
        self.skip_spaces();
        if self.peek() == b'#' && (self.at == self.line_start || self.byte(self.at - 1) == b' ') {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
    }

    /// Skips blank lines and comments.
    fn skip_to_content(&mut self) {
        loop {
            self.skip_to_line_end();
            if self.peek() != b'\n' || self.is_at_end() {
                return;
            }
            self.at += 1;
            self.line_start = self.at;
        }
    }

    /// Moves from the end of a value on its line to the next content.
    fn end_line(&mut self) -> Result<(), Uncommon> {
        self.skip_to_line_end();
        if self.peek() != b'\n' {
            return Err(Uncommon);
        }
        self.skip_to_content();
        Ok(())
    }

    /// Moves to the value behind a key or a dash of a block collection in a column.
    fn block_value(&mut self, column: usize, is_item: bool) -> Result<Form, Uncommon> {
        self.skip_to_line_end();
        if self.peek() != b'\n' {
            let is_mapping = is_item && self.key().is_some();
            return Ok(match is_mapping {
                true => Form::BlockMapping(self.column()),
                false => Form::Inline(column),
            });
        }
        self.skip_to_content();
        if !is_item && self.is_in_column(column) && self.is_at_dash() {
            return Ok(Form::BlockList(column, ListIndent::OfMapping));
        }
        self.block_below(Some(column))
    }

    /// The form of the block collection here, which must be right of the column of the one around
    /// it.
    fn block_below(&self, column: Option<usize>) -> Result<Form, Uncommon> {
        if column.is_some_and(|column| !self.is_right_of(column)) {
            return Err(Uncommon);
        }
        if self.is_at_dash() {
            return Ok(Form::BlockList(self.column(), ListIndent::Own));
        }
        match self.key() {
            Some(_) => Ok(Form::BlockMapping(self.column())),
            None => Err(Uncommon),
        }
    }

    /// Skips spaces, line breaks and comments inside brackets.
    fn skip_in_brackets(&mut self) -> Result<(), Uncommon> {
        self.skip_to_content();
        match self.is_at_end() {
            true => Err(Uncommon),
            false => Ok(()),
        }
    }

    /// Moves to the next item inside brackets. Returns false after the closing bracket.
    fn next_in_brackets(&mut self, is_first: bool, closing: u8) -> Result<bool, Uncommon> {
        self.skip_in_brackets()?;
        if !is_first && self.peek() == b',' {
            self.at += 1;
            self.skip_in_brackets()?;
        } else if !is_first && self.peek() != closing {
            return Err(Uncommon);
        }
        let is_closed = self.peek() == closing;
        self.at += usize::from(is_closed);
        Ok(!is_closed)
    }

    /// Reads a scalar inside brackets, or on the line of a key or dash in `column`.
    fn scalar(&mut self, column: Option<usize>) -> Result<Scalar<'t>, Uncommon> {
        let (text, is_plain) = match (self.peek(), column) {
            (b'"', _) => (self.double_quoted()?, false),
            (b'\'', _) => (self.single_quoted()?, false),
            (b'|', Some(column)) => (self.literal(column)?.into(), false),
            _ => (self.plain(column.is_none())?.into(), true),
        };
        // A literal scalar ends at the beginning of a line.
        if self.at == self.line_start {
            self.skip_to_content();
        } else if column.is_some() {
            self.end_line()?;
        }
        Ok(Scalar { text, is_plain })
    }

    fn plain(&mut self, is_in_brackets: bool) -> Result<&'t str, Uncommon> {
        let start = self.at;
        let first = self.peek();
        if !first.is_ascii_alphanumeric() && first < 0x80 && !b"+/(._$".contains(&first) {
            return Err(Uncommon);
        }
        loop {
            while !ENDS_PLAIN[usize::from(self.peek())] {
                self.at += 1;
            }
            match self.peek() {
                b'\n' => break,
                b'#' if self.byte(self.at - 1) == b' ' => break,
                b',' | b'[' | b']' | b'{' | b'}' if is_in_brackets => break,
                b'#' | b',' | b'[' | b']' | b'{' | b'}' => {}
                b':' => {
                    let next = self.byte(self.at + 1);
                    if !next.is_ascii_alphanumeric() && next != b'/' {
                        return Err(Uncommon);
                    }
                }
                _ => return Err(Uncommon),
            }
            self.at += 1;
        }
        Ok(self.text[start..self.at].trim_end_matches(' '))
    }

    fn single_quoted(&mut self) -> Result<Cow<'t, str>, Uncommon> {
        let start = self.at + 1;
        let mut has_quote = false;
        self.at = start;
        loop {
            match self.peek() {
                b'\'' if self.byte(self.at + 1) == b'\'' => {
                    has_quote = true;
                    self.at += 2;
                }
                b'\'' => break,
                byte if byte < b' ' => return Err(Uncommon),
                _ => self.at += 1,
            }
        }
        let text = &self.text[start..self.at];
        self.at += 1;
        Ok(match has_quote {
            true => text.replace("''", "'").into(),
            false => text.into(),
        })
    }

    fn double_quoted(&mut self) -> Result<Cow<'t, str>, Uncommon> {
        self.at += 1;
        let mut unescaped = String::new();
        let mut start = self.at;
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    unescaped.push_str(&self.text[start..self.at]);
                    unescaped.push(match self.byte(self.at + 1) {
                        escaped @ (b'"' | b'\\' | b'/') => char::from(escaped),
                        b'n' => '\n',
                        b't' => '\t',
                        _ => return Err(Uncommon),
                    });
                    self.at += 2;
                    start = self.at;
                }
                byte if byte < b' ' => return Err(Uncommon),
                _ => self.at += 1,
            }
        }
        let rest = &self.text[start..self.at];
        self.at += 1;
        Ok(match unescaped.is_empty() {
            true => rest.into(),
            false => (unescaped + rest).into(),
        })
    }

    /// Reads a literal scalar behind a key or dash in a column. Afterwards, the cursor is at the
    /// beginning of a line.
    fn literal(&mut self, column: usize) -> Result<String, Uncommon> {
        self.at += 1;
        let keeps_break = self.peek() != b'-';
        self.at += usize::from(!keeps_break);
        self.skip_spaces();
        if self.peek() != b'\n' || self.is_at_end() {
            return Err(Uncommon);
        }
        self.at += 1;
        self.line_start = self.at;
        self.skip_spaces();
        let indent = self.column();
        if indent <= column || self.peek() == b'\n' {
            return Err(Uncommon);
        }
        let mut text = String::new();
        let mut breaks = 0;
        loop {
            self.at = self.line_start;
            while self.peek() == b' ' && self.column() < indent {
                self.at += 1;
            }
            if self.is_at_end() || (self.column() < indent && self.peek() != b'\n') {
                break;
            }
            let line = &self.text[self.at..];
            // Without a line break at the end of the text, the last line is a special case.
            let length = memchr::memchr(b'\n', line.as_bytes()).ok_or(Uncommon)?;
            if length > 0 {
                text.extend(iter::repeat_n('\n', breaks));
                text.push_str(&line[..length]);
                breaks = 0;
            }
            breaks += 1;
            self.line_start = self.at + length + 1;
        }
        self.at = self.line_start;
        if keeps_break {
            text.push('\n');
        }
        Ok(text)
    }
}

/// Whether a byte is a space or a line break.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n')
}

/// The bytes at which a plain scalar may end.
const ENDS_PLAIN: [bool; 256] = {
    let mut ends = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        ends[byte] = byte < 0x20
            || matches!(
                byte as u8,
                b':' | b'#' | b',' | b'[' | b']' | b'{' | b'}' | 0x7f
            );
        byte += 1;
    }
    ends
};

/// Whether `serde_yaml` may take a plain scalar for a null, a boolean or a number.
fn may_be_typed(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match text.as_bytes().first() {
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
            ["0x", "0o", "0b", "."]
                .iter()
                .any(|start| unsigned.starts_with(start))
                || text.parse::<f64>().is_ok()
        }
        _ => is_null(text) || flag(text).is_some(),
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "null" | "Null" | "NULL" | "~" | "")
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A value at the cursor.
struct Node<'c, 't> {
    cursor: &'c mut Cursor<'t>,
    form: Form,
}

impl<'t> Node<'_, 't> {
    fn scalar(self) -> Result<Scalar<'t>, Uncommon> {
        match self.form {
            Form::Inline(column) => self.cursor.scalar(Some(column)),
            Form::InBrackets => self.cursor.scalar(None),
            Form::BlockMapping(_) | Form::BlockList(..) => Err(Uncommon),
        }
    }

    /// Whether the value is a collection in brackets, of which this is the opening one.
    fn is_in(&self, opening: u8) -> bool {
        let is_inline = matches!(self.form, Form::Inline(_) | Form::InBrackets);
        is_inline && self.cursor.peek() == opening
    }

    fn visit_list<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Uncommon> {
        let mut items = match self.form {
            Form::BlockList(..) => Items::new(self.cursor, self.form),
            _ if self.is_in(b'[') => Items::in_brackets(self.cursor),
            _ => return Err(Uncommon),
        };
        let value = visitor.visit_seq(&mut items)?;
        items.finish(self.form, value)
    }

    fn visit_mapping<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Uncommon> {
        let mut items = match self.form {
            Form::BlockMapping(_) => Items::new(self.cursor, self.form),
            _ if self.is_in(b'{') => Items::in_brackets(self.cursor),
            _ => return Err(Uncommon),
        };
        let value = visitor.visit_map(&mut items)?;
        items.finish(self.form, value)
    }
}

impl<'t> Deserializer<'t> for Node<'_, 't> {
    type Error = Uncommon;

    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Uncommon> {
        if matches!(self.form, Form::BlockList(..)) || self.is_in(b'[') {
            return self.visit_list(visitor);
        }
        if matches!(self.form, Form::BlockMapping(_)) || self.is_in(b'{') {
            return self.visit_mapping(visitor);
        }
        let scalar = self.scalar()?;
        match scalar.is_plain && may_be_typed(&scalar.text) {
            true => Err(Uncommon),
            false => visit_text(scalar.text, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Uncommon> {
        let scalar = self.scalar()?;
        let flag = flag(&scalar.text).filter(|_| scalar.is_plain);
        visitor.visit_bool(flag.ok_or(Uncommon)?)
    }

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Uncommon> {
        let scalar = self.scalar()?;
        match scalar.is_plain && is_null(&scalar.text) {
            true => Err(Uncommon),
            false => visit_text(scalar.text, visitor),
        }
    }

    /// A null is not in the common form.
    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Uncommon> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Uncommon> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Uncommon> {
        self.visit_list(visitor)
    }

    fn deserialize_struct<V: Visitor<'t>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Uncommon> {
        self.visit_mapping(visitor)
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf unit
        unit_struct tuple tuple_struct map enum identifier ignored_any
    }
}

fn visit_text<'t, V: Visitor<'t>>(text: Cow<'t, str>, visitor: V) -> Result<V::Value, Uncommon> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

/// The items of a list, or the entries of a mapping.
struct Items<'c, 't> {
    cursor: &'c mut Cursor<'t>,
    form: Form,
    is_first: bool,
    is_finished: bool,
}

impl<'c, 't> Items<'c, 't> {
    fn new(cursor: &'c mut Cursor<'t>, form: Form) -> Self {
        Self {
            cursor,
            form,
            is_first: true,
            is_finished: false,
        }
    }

    /// The items behind an opening bracket at the cursor.
    fn in_brackets(cursor: &'c mut Cursor<'t>) -> Self {
        cursor.at += 1;
        Self::new(cursor, Form::InBrackets)
    }

    /// Moves to the next item. Returns false if there is none.
    fn advance(&mut self, closing: u8) -> Result<bool, Uncommon> {
        let is_first = mem::replace(&mut self.is_first, false);
        let cursor = &mut self.cursor;
        let has_next = match self.form {
            Form::InBrackets => cursor.next_in_brackets(is_first, closing)?,
            Form::Inline(_) => return Err(Uncommon),
            _ if is_first => true,
            Form::BlockMapping(column) | Form::BlockList(column, _)
                if cursor.is_right_of(column) =>
            {
                return Err(Uncommon);
            }
            Form::BlockMapping(column) => cursor.is_in_column(column),
            Form::BlockList(column, ListIndent::OfMapping) => {
                cursor.is_in_column(column) && cursor.is_at_dash()
            }
            Form::BlockList(column, ListIndent::Own) => cursor.is_in_column(column),
        };
        self.is_finished = !has_next;
        Ok(has_next)
    }

    /// Moves behind a collection of a form, which a visitor must have read to its end.
    fn finish<T>(self, form: Form, value: T) -> Result<T, Uncommon> {
        if !self.is_finished {
            return Err(Uncommon);
        }
        if matches!(form, Form::Inline(_)) {
            self.cursor.end_line()?;
        }
        Ok(value)
    }
}

impl<'t> SeqAccess<'t> for Items<'_, 't> {
    type Error = Uncommon;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Uncommon> {
        if !self.advance(b']')? {
            return Ok(None);
        }
        let form = match self.form {
            Form::BlockList(column, _) if self.cursor.is_at_dash() => {
                self.cursor.at += 1;
                self.cursor.block_value(column, true)?
            }
            Form::InBrackets => Form::InBrackets,
            _ => return Err(Uncommon),
        };
        let cursor = &mut *self.cursor;
        seed.deserialize(Node { cursor, form }).map(Some)
    }
}

impl<'t> MapAccess<'t> for Items<'_, 't> {
    type Error = Uncommon;

    fn next_key_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Uncommon> {
        if !self.advance(b'}')? {
            return Ok(None);
        }
        let key = self.cursor.take_key()?;
        seed.deserialize(BorrowedStrDeserializer::new(key))
            .map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Uncommon> {
        let form = match self.form {
            Form::BlockMapping(column) => self.cursor.block_value(column, false)?,
            _ => {
                self.cursor.skip_in_brackets()?;
                Form::InBrackets
            }
        };
        let cursor = &mut *self.cursor;
        seed.deserialize(Node { cursor, form })
    }
}
