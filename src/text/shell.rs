//! Words quoted for a POSIX shell, in commands that people copy.

/// Returns an argument, in quotes if it needs them. A shell treats no character inside these quotes
/// as special: not `$`, not a line break, not `=` at the start, which zsh would expand.
#[must_use]
pub(crate) fn word(argument: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_./@%+=:,-".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) && !argument.starts_with(['=', '-']) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

/// Returns the first argument of a command that takes options. If the argument begins with a dash,
/// it is written so that the command does not read it as an option.
#[must_use]
pub(crate) fn operand(argument: &str) -> String {
    match argument.starts_with('-') {
        true => format!("-- {}", word(argument)),
        false => word(argument),
    }
}

/// Returns the name of a file in the working directory, as any argument of a command. If the name
/// begins with a dash, the command would read it as an option or as standard input.
#[must_use]
pub(crate) fn file(name: &str) -> String {
    match name.starts_with('-') {
        true => word(&format!("./{name}")),
        false => word(name),
    }
}

#[cfg(test)]
mod tests {
    use super::file;
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
        for (name, quoted) in [
            ("sims.yaml", "sims.yaml"),
            ("保号.yaml", "保号.yaml"),
            ("My SIMs.yaml", "'My SIMs.yaml'"),
            ("-x.yaml", "./-x.yaml"),
            ("-", "./-"),
        ] {
            assert_eq!(file(name), quoted);
        }
    }
}
