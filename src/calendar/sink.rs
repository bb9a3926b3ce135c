//! Where the text of a feed goes while it is made.

/// Receives the text of a feed piece by piece, so that it need not be held as a whole.
///
/// Nothing may be shown or replaced before the whole feed is written: a plan that comes late may
/// have a problem. A sink that cannot keep its text reports this when the text is asked for.
pub(crate) trait Sink {
    /// Appends a piece of the text.
    fn write(&mut self, text: &str);

    /// Forgets the text: it will be written again from the beginning.
    fn restart(&mut self);
}

impl Sink for String {
    fn write(&mut self, text: &str) {
        self.push_str(text);
    }

    fn restart(&mut self) {
        self.clear();
    }
}
