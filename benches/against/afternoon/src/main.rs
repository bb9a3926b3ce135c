//! `afternoon IN OUT`: a plans file to its feed. `afternoon list one|several PLANS FILE`: a list of
//! so many plans with one event or several each, to standard output; lists of other numbers FILE
//! have other plans.

#[path = "../../../build/afternoon.rs"]
mod afternoon;
#[path = "../../../build/plans.rs"]
mod plans;

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, Write};

use plans::Events;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [from, to] => fs::write(to, afternoon::feed(&fs::read_to_string(from)?))?,
        [list, events, plans, file] if list == "list" => {
            let events = match events.as_str() {
                "one" => Events::One,
                "several" => Events::Several,
                _ => return Err("wanted: one or several".into()),
            };
            let text = plans::text(file.parse()?, plans.parse()?, events);
            io::stdout().write_all(text.as_bytes())?;
        }
        _ => return Err("wanted: IN OUT, or list one|several PLANS FILE".into()),
    }
    Ok(())
}
