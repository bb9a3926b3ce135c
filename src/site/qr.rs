//! QR codes: as an SVG path, as a whole SVG image, and as text for a terminal.

use std::fmt::{self, Write as _};

use qrcodegen::{QrCode, QrCodeEcc};

/// White modules that a code needs on every side (ISO/IEC 18004, section 6.3.8).
const QUIET_ZONE: i32 = 4;

/// A code, in modules.
#[derive(Clone)]
pub struct Code {
    code: QrCode,
    /// Width and height, including the white border.
    pub(crate) size: i32,
    /// The dark modules: a line of width 1 through the middle of each run.
    pub path: String,
}

/// `QrCode` has no `Debug`.
impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Code")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Code {
    /// The code of a text; `None` if the text has more than the 2,331 bytes that fit.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let size = code.size();
        let mut path = String::new();
        for y in 0..size {
            let mut x = 0;
            while x < size {
                let start = x;
                while code.get_module(x, y) {
                    x += 1;
                }
                if x > start {
                    // Writing to a String does not fail.
                    let _ = write!(
                        path,
                        "M{} {}.5h{}",
                        start + QUIET_ZONE,
                        y + QUIET_ZONE,
                        x - start
                    );
                }
                x += 1;
            }
        }
        Some(Self {
            size: size + 2 * QUIET_ZONE,
            path,
            code,
        })
    }

    /// An image, black on white.
    #[must_use]
    pub(crate) fn svg(&self) -> String {
        /// Pixels per module, if nothing else gives the size of the image.
        const PIXELS: i32 = 8;
        let (size, path) = (self.size, &self.path);
        let pixels = size * PIXELS;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{pixels}\" height=\"{pixels}\" \
             viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
             <path stroke=\"#000\" d=\"{path}\"/>\n</svg>\n"
        )
    }

    /// Lines of half blocks, two rows of modules each, for a terminal that writes light on dark.
    /// Styled lines set their colours themselves.
    #[must_use]
    pub(crate) fn blocks(&self, styled: bool) -> String {
        let is_light = |x, y| !self.code.get_module(x, y);
        let (from, to) = (-QUIET_ZONE, self.code.size() + QUIET_ZONE);
        let mut text = String::new();
        for y in (from..to).step_by(2) {
            if styled {
                text.push_str("\x1b[97;40m");
            }
            for x in from..to {
                // Below the last row nothing is drawn.
                text.push(match (is_light(x, y), y + 1 < to && is_light(x, y + 1)) {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push_str(if styled { "\x1b[0m\n" } else { "\n" });
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn draws_runs_of_dark_modules() {
        let code = Code::new("https://cal.example.org/a").expect("a code");
        // Version 2: 25 modules, and 4 of white on each side.
        assert_eq!(code.size, 33);
        // The first row begins and ends with the side of a finder pattern.
        assert!(code.path.starts_with("M4 4.5h7M"), "{}", code.path);
        assert!(
            code.path.contains("M22 4.5h7M4 5.5h1M10 5.5h1"),
            "{}",
            code.path
        );
        assert!(Code::new(&"a".repeat(2332)).is_none());
        assert!(Code::new(&"a".repeat(2331)).is_some());
    }
}
