//! The rules: from what a reader found to a valid list, or to everything that is wrong with it.
//!
//! Each function looks at one value, adds its findings and returns what is left of it; a list is
//! given back whether or not there were findings, and is used only where there were none.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use crate::plan::diagnostic::{Anchor, Diagnostics, Path, Step};
use crate::plan::expiry::{self, Expiry};
use crate::plan::fields::{leads, line, lines, optional_line, parsed, text, web};
use crate::plan::limits::MAX_PLANS;
use crate::plan::list::{Plan, PlanList, RenewalRecord};
use crate::plan::raw::{Field, RawEntry, RawFile, RawPlan, RawSettings};
use crate::plan::renewal_methods::{contact, ways};
use crate::plan::settings::Settings;
use crate::plan::text::Lines;
use crate::plan::value::color::Color;
use crate::plan::value::language::Language;
use crate::plan::value::phone::Numbers;
use crate::plan::value::price::Price;
use crate::plan::zone::timezone;
use crate::text::value_error::{ValueError, quoted};
use crate::time::date;
use crate::time::period::Period;

/// Applies the rules to a file, which may come in pieces.
#[derive(Default)]
pub(crate) struct Checker<'a> {
    settings: Settings<'a>,
    plans: Vec<Plan<'a>>,
    ids: Ids<'a>,
    /// Items of the list so far, good and bad; nothing where there is no list yet.
    items: Option<usize>,
    findings: Diagnostics,
}

impl<'a> Checker<'a> {
    /// Looks at a file, or at a piece of one: at its settings, and at what its list goes on with.
    pub(crate) fn add(&mut self, raw: RawFile<'a>) {
        if let Field::Is(raw) = raw.calendar {
            self.settings = settings(raw, &mut self.findings);
        }
        let list = match raw.plans {
            Field::Is(list) => list,
            Field::Absent => return,
            Field::Faulty => {
                self.items.get_or_insert(1);
                return;
            }
        };
        let first = self.items.unwrap_or(0);
        self.items = Some(first + list.len());
        let (plans, ids) = (&mut self.plans, &mut self.ids);
        self.findings.within(Step::Key("plans"), |findings| {
            if first + list.len() > MAX_PLANS {
                findings.add(Anchor::Key, too_many_plans());
            }
            plans.reserve(list.len().min(MAX_PLANS));
            for (index, raw) in list.into_iter().enumerate() {
                if let Field::Is(raw) = raw {
                    let index = first + index;
                    findings.within(Step::Item(index), |findings| {
                        plans.extend(plan(raw, index, ids, findings));
                    });
                }
            }
        });
    }

    /// The list, and everything that is wrong with it; it is used only where nothing is.
    pub(crate) fn finish(mut self) -> (PlanList<'a>, Diagnostics) {
        match self.items {
            None => self.findings.add(Anchor::Value, no_plans()),
            Some(0) => self.findings.within(Step::Key("plans"), |findings| {
                findings.add(Anchor::Key, no_plans());
            }),
            Some(_) => {}
        }
        let list = PlanList {
            settings: self.settings,
            plans: self.plans,
        };
        (list, self.findings)
    }
}

fn no_plans() -> ValueError {
    ValueError::new("no plans in this file")
        .hint("add one: `- {name: My SIM, expires: 2027-01-31}`")
}

/// A list that is longer than a file may hold.
pub(crate) fn too_many_plans() -> ValueError {
    ValueError::new(format!("more than {MAX_PLANS} plans in one file"))
        .hint("split the list into several files")
}

/// The ids so far, each with the plan that has it and whether the file gives it there.
#[derive(Default)]
struct Ids<'a>(HashMap<Cow<'a, str>, (usize, bool)>);

impl<'a> Ids<'a> {
    fn add(&mut self, id: Cow<'a, str>, own: bool, index: usize, findings: &mut Diagnostics) {
        let (id, (first, first_own)) = match self.0.entry(id) {
            Slot::Vacant(slot) => {
                slot.insert((index, own));
                return;
            }
            Slot::Occupied(slot) => (slot.key().clone(), *slot.get()),
        };
        let key = |own| Step::Key(if own { "id" } else { "name" });
        let related = Path(vec![Step::Key("plans"), Step::Item(first), key(first_own)]);
        findings.within(key(own), |findings| {
            let what = if own {
                ValueError::new(format!("id {} is taken already", quoted(&id)))
                    .hint("give each plan an id of its own")
            } else {
                ValueError::new(format!("{} is the id of another plan already", quoted(&id)))
                    .hint("without `id` a plan takes its name for it: give this one an `id`")
            };
            findings.add_related(Anchor::Written, what, Some((related, "first here")));
        });
    }
}

fn settings<'a>(raw: RawSettings<'a>, findings: &mut Diagnostics) -> Settings<'a> {
    let mut settings = Settings::default();
    findings.within(Step::Key("calendar"), |f| {
        settings.name = line(raw.name, "name", f);
        if let Some(id) = optional_line(raw.id, "id", f) {
            settings.id = id;
        }
        settings.description = text(raw.description, "description", Lines::Many, f);
        if let Some(language) = parsed(raw.language, "language", Language::parse, f) {
            settings.language = language;
        }
        settings.timezone = parsed(raw.timezone, "timezone", timezone, f);
        if let Some(leads) = leads(raw.remind, f) {
            settings.remind = leads;
        }
        if let Some(time) = parsed(raw.remind_at, "remind_at", date::parse_time, f) {
            settings.remind_at = time;
        }
        if let Field::Is(notices) = raw.notices {
            settings.notices = notices;
        }
        if let Some(numbers) = parsed(raw.numbers, "numbers", Numbers::parse, f) {
            settings.numbers = numbers;
        }
        settings.color = parsed(raw.color, "color", Color::parse, f);
        settings.edit = web(raw.edit, "edit", f);
        if let Some(link) = parsed(raw.link, "link", link, f) {
            settings.link = link;
        }
    });
    settings
}

fn link(text: &str) -> Result<u32, ValueError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.filter(|number| *number > 0).ok_or_else(|| {
        ValueError::new(format!(
            "{} is not a link number: allowed 1 to {}",
            quoted(text),
            u32::MAX
        ))
    })
}

fn plan<'a>(
    raw: Box<RawPlan<'a>>,
    index: usize,
    seen: &mut Ids<'a>,
    f: &mut Diagnostics,
) -> Option<Plan<'a>> {
    let name_is_absent = matches!(raw.name, Field::Absent);
    if name_is_absent {
        f.add(
            Anchor::Value,
            ValueError::new("a plan needs a `name`").hint("add a line such as `name: My SIM`"),
        );
    }
    let name = line(raw.name, "name", f);
    let own_id = line(raw.id, "id", f);
    let has_own_id = own_id.is_some();
    let id = own_id.or_else(|| name.clone());
    if let Some(id) = &id {
        seen.add(id.clone(), has_own_id, index, f);
    }

    // A date that is there and faulty has been reported: nothing is then said of its absence.
    let dates_given =
        [&raw.expires, &raw.renewed, &raw.validity].map(|field| !matches!(field, Field::Absent));
    let validity_is_absent = !dates_given[2];
    let expires = parsed(raw.expires, "expires", date::parse, f);
    let renewed = parsed(raw.renewed, "renewed", date::parse, f);
    let validity = parsed(raw.validity, "validity", Period::parse, f);
    let dates_read = [expires.is_some(), renewed.is_some(), validity.is_some()];
    let extends_given = !matches!(raw.extends, Field::Absent);
    let from_expiry = parsed(raw.extends, "extends", extends, f).is_some();
    let all_three = dates_given == [true; 3];
    let term = if all_three {
        f.within(Step::Key("expires"), |f| {
            f.add(Anchor::Key, expiry::all_three())
        });
        None
    } else if dates_given == dates_read {
        match Expiry::new(expires, renewed, validity, from_expiry) {
            Ok(term) => Some(term),
            Err(error) => {
                let place = match (expires, renewed, validity) {
                    (Some(_), _, _) => Some("expires"),
                    (None, Some(_), Some(_)) => Some("validity"),
                    (None, Some(_), None) => Some("renewed"),
                    (None, None, Some(_)) => Some("validity"),
                    (None, None, None) => None,
                };
                match place {
                    Some(key) => f.within(Step::Key(key), |f| f.add(Anchor::Key, error)),
                    None => f.add(Anchor::Value, error),
                }
                None
            }
        }
    } else {
        None
    };
    if extends_given && !(dates_given[0] && !dates_given[1] && dates_given[2]) {
        f.within(Step::Key("extends"), |f| {
            f.add(
                Anchor::Key,
                ValueError::new("`extends` needs `expires` with `validity`, and no `renewed`").hint(
                    "give the date itself, `expires`, instead of `renewed`, or remove `extends`",
                ),
            );
        });
    }

    let grace = parsed(raw.grace, "grace", Period::parse, f);
    if let (Some(grace), Some(term)) = (grace, term)
        && grace.after(term.expiry(), 1).is_none()
    {
        f.within(Step::Key("grace"), |f| {
            f.add(
                Anchor::Value,
                ValueError::new(format!(
                    "the grace period ends after the year {}",
                    date::LAST_YEAR
                )),
            );
        });
    }
    let price = parsed(raw.price, "price", Price::parse, f);
    let renewal = ways(raw.renewal, validity_is_absent, f);
    let check = contact(raw.check, "check", f);
    let support = contact(raw.support, "support", f);
    let remind = leads(raw.remind, f);
    let tags = lines(raw.tags, "tags", f);
    let notes = text(raw.notes, "notes", Lines::Many, f);
    let history = history(raw.history, f);
    let ended = parsed(raw.ended, "ended", date::parse, f);

    let provider = line(raw.provider, "provider", f);
    let number = line(raw.number, "number", f);

    let (id, name, term) = (id?, name?, term?);
    Some(Plan {
        id,
        has_own_id,
        name,
        provider,
        number,
        term,
        grace,
        price,
        renewal,
        check,
        support,
        remind,
        tags,
        notes,
        history,
        ended,
    })
}

fn extends(text: &str) -> Result<(), ValueError> {
    if text == "from-expiry" {
        return Ok(());
    }
    Err(ValueError::new(format!(
        "unknown extends {}: allowed from-expiry",
        quoted(text)
    )))
}

fn history<'a>(
    raw: Field<Vec<Field<RawEntry<'a>>>>,
    f: &mut Diagnostics,
) -> Vec<RenewalRecord<'a>> {
    let Field::Is(list) = raw else {
        return Vec::new();
    };
    let mut entries = Vec::with_capacity(list.len());
    f.within(Step::Key("history"), |f| {
        for (index, raw) in list.into_iter().enumerate() {
            let Field::Is(raw) = raw else { continue };
            f.within(Step::Item(index), |f| {
                if matches!(raw.on, Field::Absent) {
                    f.add(
                        Anchor::Value,
                        ValueError::new("a renewal in `history` needs `on`, its day"),
                    );
                }
                let on = parsed(raw.on, "on", date::parse, f);
                let paid = parsed(raw.paid, "paid", Price::parse, f);
                let receipt = line(raw.receipt, "receipt", f);
                let note = text(raw.note, "note", Lines::Many, f);
                let from = parsed(raw.from, "from", date::parse, f);
                entries.extend(on.map(|on| RenewalRecord {
                    on,
                    paid,
                    receipt,
                    note,
                    from,
                }));
            });
        }
    });
    entries
}
