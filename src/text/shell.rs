//! Words as a POSIX shell takes them, for commands that people copy.

/// An argument, in quotes where it needs them. Quoted, nothing in it means anything to a shell:
/// not `$`, not a line break, not `=` in front, which zsh looks up.
#[must_use]
pub(crate) fn word(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_./@%+=:,-".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) && !argument.starts_with(['=', '-']) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

/// The first argument of a command that takes options: one with a dash in front is kept from
/// being taken for one.
#[must_use]
pub(crate) fn operand(argument: &str) -> String {
    match argument.starts_with('-') {
        true => format!("-- {}", word(argument)),
        false => word(argument),
    }
}

#[cfg(test)]
mod tests {
    use super::operand;
    use super::word;

    #[test]
    fn quotes_for_a_shell() {
        for (argument, quoted) in [
            ("telenor", "telenor"),
            ("漢", "漢"),
            ("A B", "'A B'"),
            ("it's", r"'it'\''s'"),
            ("$(x)", "'$(x)'"),
            ("=x", "'=x'"),
            ("", "''"),
        ] {
            assert_eq!(word(argument), quoted);
            assert_eq!(operand(argument), quoted);
        }
        assert_eq!(operand("-x"), "-- '-x'");
        assert_eq!(operand("-x y"), "-- '-x y'");
    }
}
