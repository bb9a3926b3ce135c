//! Recording from the page: requests as a browser sends them, as an attacker sends them, and what
//! becomes of the plans file.

mod attacks;
mod bodies;
#[cfg(unix)]
mod commits;
mod conflicts;
#[cfg(target_os = "linux")]
mod disks;
mod faults;
mod ids;
mod links;
mod options;
mod property;
mod secrets;
mod session;
mod stamps;

use super::{Response, Server};
use crate::harness::Place;

/// A list without a head. Its dates are past whatever day it is.
const BARE: &str = "\
- id: telenor
  name: Telenor
  renewed: 2020-10-05
  validity: 3 months
  price: 49 NOK
- {id: giff, name: giffgaff, renewed: 2020-09-01, validity: 6 months}
";

/// The same plans below a head.
const MAPPING: &str = "\
calendar: {name: Sims, timezone: Europe/Oslo}   # mine
plans:
  - id: telenor
    name: Telenor
    renewed: 2020-10-05
    validity: 3 months
    price: 49 NOK
  - {id: giff, name: giffgaff, renewed: 2020-09-01, validity: 6 months}
";

/// The form that records a renewal of either plan.
const FORM: &str = "on=2021-02-03&paid=49+NOK&receipt=&note=Kiosk";

/// How the requests of a browser reach the server.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// On this computer.
    Direct,
    /// Through a proxy at `https://cal.example.org/cal`, which removes the path.
    Stripped,
    /// Through the same proxy, if it keeps the path.
    Kept,
}

/// A server with a key that records in the list `sims.yaml`, and how requests reach it.
struct Site {
    place: Place,
    server: Server,
    way: Way,
    /// What the file has before anything is recorded.
    before: String,
}

/// Both lists, and each way to the server.
fn sites() -> impl Iterator<Item = Site> {
    let all = [
        (BARE, Way::Direct),
        (MAPPING, Way::Direct),
        (BARE, Way::Kept),
        (MAPPING, Way::Stripped),
    ];
    all.into_iter().map(|(list, way)| Site::new(list, way, &[]))
}

impl Site {
    fn new(list: &str, way: Way, options: &[&str]) -> Self {
        let place = Place::with("sims.yaml", list);
        place.secret("key", secrets::KEY);
        let mut arguments = vec!["sims.yaml", "--record", "--key-file", "key"];
        if !matches!(way, Way::Direct) {
            arguments.extend(["--base-url", "https://cal.example.org/cal"]);
        }
        arguments.extend(options);
        let server = Server::start(&place, &arguments);
        Self {
            before: place.read("sims.yaml"),
            place,
            server,
            way,
        }
    }

    /// The path of the site in links.
    fn prefix(&self) -> &'static str {
        match self.way {
            Way::Direct => "",
            Way::Stripped | Way::Kept => "/cal",
        }
    }

    fn origin(&self) -> String {
        match self.way {
            Way::Direct => format!("http://{}", self.server.address),
            Way::Stripped | Way::Kept => "https://cal.example.org".to_owned(),
        }
    }

    /// Sends a request for the path of a link.
    fn request(&self, method: &str, link: &str, fields: &[&str], body: &str) -> Response {
        let path = match self.way {
            Way::Stripped => link.strip_prefix("/cal").expect("a link of the site"),
            Way::Direct | Way::Kept => link,
        };
        let host = match self.way {
            Way::Direct => self.server.address.to_string(),
            Way::Stripped | Way::Kept => "cal.example.org".to_owned(),
        };
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nHost: {host}\r\n");
        for field in fields {
            request += &format!("{field}\r\n");
        }
        let is_sized = |field: &&str| {
            field.starts_with("Content-Length:") || field.starts_with("Transfer-Encoding:")
        };
        if !fields.iter().any(is_sized) && method == "POST" {
            request += &format!("Content-Length: {}\r\n", body.len());
        }
        Response::of(&self.server.raw(format!("{request}\r\n{body}")))
    }

    /// Gets a page with the cookie of a paired device.
    fn get(&self, link: &str) -> Response {
        self.request("GET", link, &[&paired()], "")
    }

    /// Sends a form as the browser of a paired device sends it.
    fn post(&self, link: &str, body: &str) -> Response {
        self.request("POST", link, &[&paired(), SAME_ORIGIN, FORM_TYPE], body)
    }

    fn list_link(&self) -> String {
        format!("{}/sims/renew", self.prefix())
    }

    fn plan_link(&self, id: &str) -> String {
        format!("{}/{id}", self.list_link())
    }

    /// The action of the form for a plan, with its token.
    fn record_action(&self, id: &str) -> String {
        let page = self.get(&self.plan_link(id));
        assert_eq!(page.status, 200, "{}", page.text());
        let is_record = |form: &str| form.contains("name=\"on\"");
        action(page.text(), is_record).unwrap_or_else(|| panic!("no form:\n{}", page.text()))
    }

    /// The action of the form that takes the last recording back, if there is one.
    fn undo_action(&self, id: &str) -> Option<String> {
        let page = self.get(&self.plan_link(id));
        action(page.text(), |form| !form.contains("name=\"on\""))
    }

    /// Records a renewal on 3 February 2021.
    #[track_caller]
    fn record(&self, id: &str) {
        let recorded = self.post(&self.record_action(id), FORM);
        assert_eq!(recorded.status, 303, "{}", recorded.text());
        let plan = self.plan_link(id);
        assert_eq!(recorded.field("location"), Some(plan.as_str()));
    }

    fn file(&self) -> String {
        self.place.read("sims.yaml")
    }

    /// The file after the command `renew` with these arguments.
    fn renewed_by_command(&self, arguments: &[&str]) -> String {
        let place = Place::with("sims.yaml", self.file());
        let mut all = vec!["renew"];
        all.extend(arguments);
        all.extend(["--paid", "49 NOK", "--note", "Kiosk", "--on", "2021-02-03"]);
        let left = place.run(&all);
        assert_eq!(left.code, Some(0), "{}", left.err);
        place.read("sims.yaml")
    }
}

const SAME_ORIGIN: &str = "Sec-Fetch-Site: same-origin";
const FORM_TYPE: &str = "Content-Type: application/x-www-form-urlencoded";

/// The Cookie field of a device that was paired today.
fn paired() -> String {
    format!("Cookie: {}", secrets::cookie("sims", 1, &secrets::today()))
}

/// The action of the first form for which `is_wanted` holds, if it has a token.
fn action(html: &str, is_wanted: impl Fn(&str) -> bool) -> Option<String> {
    let forms = html.split("<form").skip(1);
    let forms = forms.map(|form| form.split("</form>").next().unwrap_or_default());
    let mut wanted = forms.filter(|form| is_wanted(form) && form.contains("token="));
    let (_, action) = wanted.next()?.split_once("action=\"")?;
    let action = action.split('"').next()?;
    Some(action.replace("&amp;", "&").replace("&#38;", "&"))
}
