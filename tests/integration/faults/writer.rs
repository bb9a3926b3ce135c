//! Every way in which a plans file can get a new text.

use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use super::Client;
use super::lists::text;
use crate::harness::Place;
use crate::serve::{PLANS, until};

/// A plans file outside the folder, which only [`Writer::be_read`] writes.
pub(super) const PROBE: &str = "probe.yaml";

/// A folder `lists` with a plans file that is rewritten.
pub(super) struct Writer<'p> {
    pub(super) place: &'p Place,
    pub(super) generation: u64,
    /// The server that reads the folder and [`PROBE`].
    pub(super) reader: Option<SocketAddr>,
}

/// A way to give the file a new text. It must work with any files that the other ways have left.
type Way = fn(&Writer<'_>, &str);

pub(super) const WAYS: [(&str, Way); 16] = [
    ("truncated and written", |it, text| it.write(text)),
    ("written line by line", |it, text| {
        // Each beginning of the text is a list too.
        let file = File::create(it.file()).expect("a file");
        slowly(file, text);
    }),
    ("written over itself", |it, text| {
        let file = File::options().write(true).open(it.file());
        slowly(file.expect("a file"), text);
    }),
    ("renamed over", |it, text| it.replace(text)),
    ("moved away and made anew", |it, text| {
        fs::rename(it.file(), it.beside("sims.yaml~")).expect("a rename");
        it.write(text);
    }),
    ("deleted and made anew", |it, text| {
        fs::remove_file(it.file()).expect("a removal");
        it.be_read();
        it.write(text);
    }),
    ("a link swapped", |it, text| {
        let name = format!("text-{}", it.generation);
        fs::write(it.beside(&name), text).expect("a write");
        it.link(&name, "sims.yaml");
    }),
    ("a folder swapped behind links", |it, text| {
        let version = format!("..v{}", it.generation);
        fs::create_dir(it.beside(&version)).expect("a folder");
        fs::write(it.beside(&version).join("sims.yaml"), text).expect("a write");
        let old = fs::read_link(it.beside("..data"));
        it.link(&version, "..data");
        it.link("..data/sims.yaml", "sims.yaml");
        if let Ok(old) = old {
            fs::remove_dir_all(it.beside(&old.to_string_lossy())).expect("a removal");
        }
    }),
    ("a hard link swapped", |it, text| {
        let name = format!("text-{}", it.generation);
        fs::write(it.beside(&name), text).expect("a write");
        fs::hard_link(it.beside(&name), it.beside("new")).expect("a link");
        fs::rename(it.beside("new"), it.file()).expect("a rename");
    }),
    ("broken and mended", |it, text| {
        it.write("- {name: A, expires: 2027-02-30}\n");
        it.be_read();
        it.write(text);
    }),
    ("emptied and filled", |it, text| {
        it.write("");
        it.be_read();
        it.write(text);
    }),
    ("cut in a value and mended", |it, text| {
        // All lines have the same length, so this position is inside a line.
        it.write(&text[..text.len() / 2 - 20]);
        it.be_read();
        it.replace(text);
    }),
    ("permission taken away and given back", |it, text| {
        mode(it.file(), 0o000);
        it.be_read();
        mode(it.file(), 0o644);
        it.write(text);
    }),
    ("permission to the folder taken away", |it, text| {
        mode(it.beside(""), 0o000);
        it.be_read();
        mode(it.beside(""), 0o755);
        it.replace(text);
    }),
    ("the folder swapped", |it, text| {
        it.place.file("next/sims.yaml", text);
        fs::rename(it.beside(""), it.place.path("away")).expect("a rename");
        it.be_read();
        fs::rename(it.place.path("next"), it.beside("")).expect("a rename");
        fs::remove_dir_all(it.place.path("away")).expect("a removal");
    }),
    ("another text at the same time", |it, text| {
        // This is what a program does that restores times.
        let there = fs::metadata(it.file()).expect("a file");
        it.write(text);
        let file = File::options().write(true).open(it.file()).expect("a file");
        let time = there.modified().expect("a time");
        file.set_modified(time).expect("a time");
    }),
];

impl<'p> Writer<'p> {
    /// Writes the first generation.
    pub(super) fn new(place: &'p Place) -> Self {
        place.file("lists/sims.yaml", text(0));
        place.file(PROBE, PLANS);
        Self {
            place,
            generation: 0,
            reader: None,
        }
    }

    /// Writes the next generation in this way, and returns its number.
    pub(super) fn next(&mut self, way: Way) -> u64 {
        self.generation += 1;
        way(self, &text(self.generation));
        self.generation
    }

    /// Waits until the server has read the folder as it is now. The server reads files in the order
    /// in which they were written. So it has read the folder once it serves a text that was written
    /// to [`PROBE`] afterwards.
    fn be_read(&self) {
        let name = format!("Beside {}", self.generation);
        let list = format!("- {{name: {name}, expires: 2027-01-31}}\n");
        self.place.file(PROBE, list);
        let mut client = Client::new(self.reader.expect("a server that reads"));
        until(|| {
            let feed = client.ask("GET", "/probe.ics", &[]).expect("an answer");
            feed.text().contains(&name).then_some(())
        });
    }

    fn file(&self) -> PathBuf {
        self.beside("sims.yaml")
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.place.path("lists").join(name)
    }

    fn write(&self, text: &str) {
        fs::write(self.file(), text).expect("a write");
    }

    fn replace(&self, text: &str) {
        fs::write(self.beside("new"), text).expect("a write");
        fs::rename(self.beside("new"), self.file()).expect("a rename");
    }

    /// Makes `name` a link, whatever it was before.
    fn link(&self, target: &str, name: &str) {
        symlink(target, self.beside("new")).expect("a link");
        fs::rename(self.beside("new"), self.beside(name)).expect("a rename");
    }
}

fn slowly(mut file: File, text: &str) {
    for line in text.split_inclusive('\n') {
        file.write_all(line.as_bytes()).expect("a line");
        file.sync_all().expect("it is on the disk");
    }
}

fn mode(path: PathBuf, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
}
