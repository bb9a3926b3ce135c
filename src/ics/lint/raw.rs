//! A content line as it is written: its parameters with all their values, and its value with its
//! escapes (RFC 5545, section 3.1).

/// The parts of a content line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RawLine<'l> {
    pub(crate) name: &'l str,
    /// The name of each parameter, with its values without quotes.
    pub(crate) parameters: Vec<(&'l str, Vec<&'l str>)>,
    pub(crate) value: &'l str,
}

impl<'l> RawLine<'l> {
    /// Splits an unfolded line; `None` if a parameter has no value, or quotes stand where they may
    /// not.
    pub(crate) fn split(line: &'l str) -> Option<Self> {
        let end = line.find([':', ';'])?;
        let (name, mut rest) = line.split_at(end);
        let mut parameters = Vec::new();
        while let Some(parameter) = rest.strip_prefix(';') {
            let (key, mut values) = parameter.split_once('=')?;
            let mut list = Vec::new();
            loop {
                let (value, behind) = match values.strip_prefix('"') {
                    Some(quoted) => quoted.split_once('"')?,
                    None => values.split_at(values.find([',', ';', ':'])?),
                };
                if value.contains('"') {
                    return None;
                }
                list.push(value);
                match behind.strip_prefix(',') {
                    Some(next) => values = next,
                    None => {
                        rest = behind;
                        break;
                    }
                }
            }
            parameters.push((key, list));
        }
        let value = rest.strip_prefix(':')?;
        Some(Self {
            name,
            parameters,
            value,
        })
    }

    /// The first value of a parameter; `name` is in capitals.
    pub(crate) fn parameter(&self, name: &str) -> Option<&'l str> {
        let mut named = self.parameters.iter();
        let (_, values) = named.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        values.first().copied()
    }
}
