//! The time zone of the machine: the variable `TZ`, or the system's setting.
//!
//! The names of the IANA database are looked up in the zones of this program, so they work where no
//! zone files are installed, as in most container images. The system handles everything else that
//! the C library understands: POSIX rules such as `CET-1CEST,M3.5.0,M10.5.0/3`, and paths of zone
//! files. A value that neither of them knows is an error, because the C library would silently use
//! UTC.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use chrono::{Local, NaiveDate, NaiveTime, Offset as _, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::plan::zone::{find_timezone, timezone_hint};
use crate::text::value_error::{ValueError, quoted};
use crate::time::clock::MachineZone;

/// The file of the system's time zone.
const SYSTEM_ZONE: &str = "/etc/localtime";
/// The folders in which the system looks for zone files.
const ZONE_FOLDERS: [&str; 4] = [
    "/usr/share/zoneinfo",
    "/share/zoneinfo",
    "/etc/zoneinfo",
    "/usr/share/lib/zoneinfo",
];

/// The zone of a machine whose `TZ` is not set. A machine without any setting is in UTC.
pub(crate) fn of_system() -> MachineZone {
    // The link may name a zone although there are no zone files.
    let name = || iana_time_zone::get_timezone().ok();
    let is_link_broken = cfg!(unix) && !is_zone_file(Path::new(SYSTEM_ZONE));
    let named = is_link_broken.then(name).flatten();
    match named.as_deref().and_then(find_timezone) {
        Some(zone) => MachineZone::Named(zone),
        None => system_zone(),
    }
}

/// The zone that the variable `TZ` names. In an empty variable it is UTC.
pub(crate) fn of_variable(text: &str) -> MachineZone {
    let name = text.strip_prefix(':').unwrap_or(text);
    if name.is_empty() {
        return MachineZone::Named(Tz::UTC);
    }
    if name == "localtime" || name == SYSTEM_ZONE {
        return of_system();
    }
    if let Some(zone) = find_timezone(name).or_else(|| zone_of_path(name)) {
        return MachineZone::Named(zone);
    }
    // Only Unix reads `TZ`.
    let is_file = || {
        ZONE_FOLDERS
            .iter()
            .any(|folder| is_zone_file(&Path::new(folder).join(name)))
    };
    if cfg!(not(unix)) || is_file() || is_posix_rule(text) {
        return system_zone();
    }
    MachineZone::Unknown(unknown(text))
}

/// The error for a `TZ` that names no zone.
pub(crate) fn unknown(text: &str) -> ValueError {
    let hint = timezone_hint(text.strip_prefix(':').unwrap_or(text));
    let what = format!("unknown time zone {} in the variable `TZ`", quoted(text));
    ValueError::new(what).hint(hint)
}

fn system_zone() -> MachineZone {
    MachineZone::System {
        at: |time| Local.offset_from_utc_datetime(&time.naive_utc()).fix(),
        at_local: |local| Some(Local.offset_from_local_datetime(&local).earliest()?.fix()),
    }
}

/// Whether a file has the format of zone files (RFC 9636).
fn is_zone_file(path: &Path) -> bool {
    let mut magic = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && magic == *b"TZif"
}

/// The zone of a path such as `/usr/share/zoneinfo/Europe/Oslo`, if there is no such file.
fn zone_of_path(path: &str) -> Option<Tz> {
    let is_missing = path.starts_with('/') && !is_zone_file(Path::new(path));
    let (_, name) = path.split_once("/zoneinfo/").filter(|_| is_missing)?;
    find_timezone(name)
}

/// Whether the system understands a text as a rule of POSIX, such as `EST5` or
/// `CET-1CEST,M3.5.0,M10.5.0/3`. The system takes a rule that it does not understand as another
/// zone, so its offsets of a year are compared with those of the rule.
fn is_posix_rule(text: &str) -> bool {
    let Some((offset, rest)) = posix_offset(text) else {
        return false;
    };
    let middles = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(2026, month, 15));
    let offsets = middles.map(|day| {
        let noon = day.and_time(NaiveTime::MIN).and_local_timezone(Utc);
        let noon = noon.earliest().unwrap_or_default().naive_utc();
        Local
            .offset_from_utc_datetime(&noon)
            .fix()
            .local_minus_utc()
    });
    let (standard, other): (Vec<i32>, Vec<i32>) = offsets.partition(|found| *found == offset);
    match rest {
        "" => other.is_empty(),
        _ => !standard.is_empty() && !other.is_empty(),
    }
}

/// The offset of standard time in seconds east of UTC, and what follows it: nothing, or the rule of
/// summer time.
fn posix_offset(text: &str) -> Option<(i32, &str)> {
    let after_name = match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>')?.1,
        None => text.trim_start_matches(|c: char| c.is_ascii_alphabetic()),
    };
    if text.len() - after_name.len() < 3 {
        return None;
    }
    let (west, unsigned) = match after_name.strip_prefix('-') {
        Some(unsigned) => (-1, unsigned),
        None => (1, after_name.strip_prefix('+').unwrap_or(after_name)),
    };
    let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != ':');
    let (time, rest) = unsigned.split_at(end.unwrap_or(unsigned.len()));
    let mut seconds = 0;
    for (part, factor) in time.splitn(3, ':').zip([3600, 60, 1]) {
        let number: i32 = part.parse().ok().filter(|number| *number < 60)?;
        seconds += number * factor;
    }
    Some((-west * seconds, rest))
}
