//! `afternoon IN OUT`: a plans file to its feed. `afternoon COUNT`: a list of so many plans, as
//! every benchmark takes it, to standard output.

#[path = "../../../build/afternoon.rs"]
mod afternoon;
#[path = "../../../build/plans.rs"]
mod plans;

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [from, to] => fs::write(to, afternoon::feed(&fs::read_to_string(from)?))?,
        [count] => io::stdout().write_all(plans::text(0, count.parse()?).as_bytes())?,
        _ => return Err("wanted: IN OUT, or COUNT".into()),
    }
    Ok(())
}
