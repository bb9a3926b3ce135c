//! Calendar colours: a CSS3 name (RFC 7986, section 5.9) or `#RRGGBB` (Apple's property).

use crate::text::value_error::{ValueError, is_slip, nearest, quoted};

/// A colour that some client understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// A name of CSS3, for `COLOR`.
    Name(&'static str),
    /// Red, green and blue, for `X-APPLE-CALENDAR-COLOR`.
    Rgb([u8; 3]),
}

impl Color {
    /// Every CSS3 colour name.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.split_ascii_whitespace()
    }

    /// Reads a CSS3 colour name in lower case, or `#` and six hexadecimal digits.
    ///
    /// # Errors
    ///
    /// Returns an error for any other text. If a colour has a similar name, the hint names it.
    pub(crate) fn parse(text: &str) -> Result<Self, ValueError> {
        if let Some(digits) = text.strip_prefix('#') {
            let byte = |at: usize| {
                digits
                    .get(at..at + 2)
                    .filter(|pair| pair.bytes().all(|digit| digit.is_ascii_hexdigit()))
                    .and_then(|pair| u8::from_str_radix(pair, 16).ok())
            };
            if let (6, Some(red), Some(green), Some(blue)) =
                (digits.len(), byte(0), byte(2), byte(4))
            {
                return Ok(Self::Rgb([red, green, blue]));
            }
        }
        let name = Self::names().find(|name| *name == text);
        name.map(Self::Name).ok_or_else(|| {
            let error = ValueError::new(format!("{} is not a colour", quoted(text)));
            // Some colour names differ by only two letters.
            match nearest(text, Self::names()).filter(|near| is_slip(text, near)) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("write a CSS3 name or, in quotes, `\"#1e88e5\"`"),
            }
        })
    }
}

/// The extended colour keywords of CSS Color Module Level 3, section 4.3.
const NAMES: &str = "aliceblue antiquewhite aqua aquamarine azure beige bisque black \
blanchedalmond blue blueviolet brown burlywood cadetblue chartreuse chocolate coral \
cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray darkgreen \
darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon \
darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink \
deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro \
ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo ivory \
khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan \
lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen \
lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen \
magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen \
mediumslateblue mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream \
mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid \
palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum \
powderblue purple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell \
sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal \
thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen";

#[cfg(test)]
mod tests {
    use super::Color;
    use super::NAMES;

    #[test]
    fn reads_names_and_hexadecimal() {
        assert_eq!(NAMES.split_ascii_whitespace().count(), 147);
        assert_eq!(Color::parse("teal"), Ok(Color::Name("teal")));
        assert_eq!(Color::parse("#1e88E5"), Ok(Color::Rgb([0x1e, 0x88, 0xe5])));
        for (bad, hint) in [
            ("tael", "did you mean `teal`?"),
            ("Teal", "did you mean `teal`?"),
            ("blau", "write a CSS3 name or, in quotes, `\"#1e88e5\"`"),
            ("#1e88e", "write a CSS3 name or, in quotes, `\"#1e88e5\"`"),
            ("#+e88e5", "write a CSS3 name or, in quotes, `\"#1e88e5\"`"),
            (
                "#1e88e5\r\nX:1",
                "write a CSS3 name or, in quotes, `\"#1e88e5\"`",
            ),
            ("#éééé", "write a CSS3 name or, in quotes, `\"#1e88e5\"`"),
        ] {
            assert_eq!(
                Color::parse(bad).expect_err(bad).hint.as_deref(),
                Some(hint),
                "{bad}"
            );
        }
    }
}
