//! The link at which a renewal can be recorded, which may contain the id or the name of a plan.

use std::borrow::Cow;

use percent_encoding::utf8_percent_encode;

use crate::plan::value::url::{RESERVED, WebAddress, after_scheme, encode};
use crate::text::value_error::{ValueError, quoted};

/// A web address with `{id}` and `{name}` in place of a plan's id and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditLink {
    /// The parts of the address, in order.
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A text that is already encoded.
    Text(String),
    /// The plan's id.
    Id,
    /// The plan's name.
    Name,
}

impl EditLink {
    /// Reads an address, which may contain `{id}` and `{name}` behind its host.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`WebAddress::parse`], and an error for another brace or for one in the
    /// host.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        let mut parts = Vec::new();
        let mut sample = String::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(open);
            let (part, name) = if from.starts_with("{id}") {
                (Part::Id, "{id}")
            } else if from.starts_with("{name}") {
                (Part::Name, "{name}")
            } else {
                let end = from.find('}').map_or(from.len(), |end| end + 1);
                return Err(ValueError::new(format!(
                    "unknown {} in a link: allowed `{{id}}` and `{{name}}`",
                    quoted(&from[..end])
                )));
            };
            sample += before;
            let host = after_scheme(&sample);
            if host.is_some_and(|host| !host.contains(['/', '?', '#'])) {
                return Err(
                    ValueError::new(format!("`{name}` is not allowed in the host"))
                        .hint("put it after the host, as in `https://www.example.org/renew/{id}`"),
                );
            }
            // Any letter does: a value is encoded when it is put in.
            sample.push('x');
            parts.extend([Part::Text(encode(before)), part]);
            rest = &from[name.len()..];
        }
        sample += rest;
        parts.push(Part::Text(encode(rest)));
        WebAddress::parse(Cow::Borrowed(&sample))?;
        Ok(Self { parts })
    }

    /// The link to `path`, which is percent-encoded, with the id of the plan behind it.
    pub(crate) fn below(path: String) -> Self {
        Self {
            parts: vec![Part::Text(path), Part::Id],
        }
    }

    /// The address for a plan. Every character of its id and its name is percent-encoded, except the
    /// unreserved ones (RFC 3986, section 2.3).
    #[must_use]
    pub fn of_plan(&self, id: &str, name: &str) -> String {
        let mut link = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => link += text,
                Part::Id => link.extend(utf8_percent_encode(id, RESERVED)),
                Part::Name => link.extend(utf8_percent_encode(name, RESERVED)),
            }
        }
        link
    }
}

#[cfg(test)]
mod tests {
    use super::EditLink;

    #[test]
    fn a_link_has_the_plan_in_it() {
        for (link, expected) in [
            ("https://a.example/é", "https://a.example/%C3%A9"),
            (
                "https://a.example/renew/{id}",
                "https://a.example/renew/a%2Fb%20%E5%8D%A1",
            ),
            (
                "https://a.example?t={name}&i={id}#{id}",
                "https://a.example?t=A%26B~&i=a%2Fb%20%E5%8D%A1#a%2Fb%20%E5%8D%A1",
            ),
        ] {
            let link = EditLink::parse(link).expect(link);
            assert_eq!(link.of_plan("a/b 卡", "A&B~"), expected);
        }
    }

    #[test]
    fn a_bad_link_is_a_sentence() {
        for (link, expected) in [
            (
                "https://a.example/{number}",
                "unknown `{number}` in a link: allowed `{id}` and `{name}`",
            ),
            (
                "https://a.example/{id",
                "unknown `{id` in a link: allowed `{id}` and `{name}`",
            ),
            (
                "https://a.example/}",
                "unknown `}` in a link: allowed `{id}` and `{name}`",
            ),
            ("https://{id}.example/", "`{id}` is not allowed in the host"),
            ("a.example/{id}", "`a.example/x` is not a web address"),
        ] {
            let error = EditLink::parse(link).expect_err(link);
            assert_eq!(error.message.to_string(), expected, "{link}");
        }
    }
}
