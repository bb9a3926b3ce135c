//! A QR code as an SVG path.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of white that a code needs on every side (ISO/IEC 18004, section 6.3.8).
const QUIET: i32 = 4;

/// A code, in modules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    /// Width and height with the white around it.
    pub(super) size: i32,
    /// The dark modules: a line of width 1 through the middle of each run.
    pub(super) path: String,
}

impl Code {
    /// The code of a text; `None` where it has more than the 2,331 octets that fit.
    pub(super) fn new(text: &str) -> Option<Self> {
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
                    let _ = write!(path, "M{} {}.5h{}", start + QUIET, y + QUIET, x - start);
                }
                x += 1;
            }
        }
        Some(Self {
            size: size + 2 * QUIET,
            path,
        })
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
        assert_eq!(Code::new(&"a".repeat(2332)), None);
        assert!(Code::new(&"a".repeat(2331)).is_some());
    }
}
