//! The rules: from what a reader found to a valid list, or to everything that is wrong with it.
//!
//! Each function looks at one value, adds its diagnostics and returns what is left of it; a list is
//! given back whether or not there were diagnostics, and is used only where there were none.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use crate::plan::diagnostic::{Anchor, Diagnostics, Path, Step};
use crate::plan::expiry::{self, Expiry};
use crate::plan::fields::{leads, line, lines, optional_line, parsed, text, web};
use crate::plan::limits::MAX_PLANS;
use crate::plan::list::{Plan, PlanList, RenewalRecord};
use crate::plan::raw::{Field, RawFile, RawPlan, RawRenewalRecord, RawSettings};
use crate::plan::renewal_methods::{contact, ways};
use crate::plan::settings::Settings;
use crate::plan::text::Lines;
use crate::plan::value::color::Color;
use crate::plan::value::language::Language;
use crate::plan::value::phone::Numbers;
use crate::plan::value::price::Price;
use crate::plan::zone::parse_timezone;
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
    diagnostics: Diagnostics,
}

impl<'a> Checker<'a> {
    /// Looks at a file, or at a piece of one: at its settings, and at what its list goes on with.
    pub(crate) fn add(&mut self, raw: RawFile<'a>) {
        if let Field::Is(raw) = raw.calendar {
            self.settings = settings(raw, &mut self.diagnostics);
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
        self.diagnostics.within(Step::Key("plans"), |diagnostics| {
            if first + list.len() > MAX_PLANS {
                diagnostics.add(Anchor::Key, too_many_plans());
            }
            plans.reserve(list.len().min(MAX_PLANS));
            for (index, raw) in list.into_iter().enumerate() {
                if let Field::Is(raw) = raw {
                    let index = first + index;
                    diagnostics.within(Step::Item(index), |diagnostics| {
                        plans.extend(plan(raw, index, ids, diagnostics));
                    });
                }
            }
        });
    }

    /// The list, and everything that is wrong with it; it is used only where nothing is.
    pub(crate) fn finish(mut self) -> (PlanList<'a>, Diagnostics) {
        match self.items {
            None => self.diagnostics.add(Anchor::Value, no_plans()),
            Some(0) => self.diagnostics.within(Step::Key("plans"), |diagnostics| {
                diagnostics.add(Anchor::Key, no_plans());
            }),
            Some(_) => {}
        }
        let list = PlanList {
            settings: self.settings,
            plans: self.plans,
        };
        (list, self.diagnostics)
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
    fn add(&mut self, id: Cow<'a, str>, own: bool, index: usize, diagnostics: &mut Diagnostics) {
        let (id, (first, first_own)) = match self.0.entry(id) {
            Slot::Vacant(slot) => {
                slot.insert((index, own));
                return;
            }
            Slot::Occupied(slot) => (slot.key().clone(), *slot.get()),
        };
        let key = |own| Step::Key(if own { "id" } else { "name" });
        let related = Path(vec![Step::Key("plans"), Step::Item(first), key(first_own)]);
        diagnostics.within(key(own), |diagnostics| {
            let what = if own {
                ValueError::new(format!("id {} is taken already", quoted(&id)))
                    .hint("give each plan an id of its own")
            } else {
                ValueError::new(format!("{} is the id of another plan already", quoted(&id)))
                    .hint("without `id` a plan takes its name for it: give this one an `id`")
            };
            diagnostics.add_related(Anchor::Written, what, Some((related, "first here")));
        });
    }
}

fn settings<'a>(raw: RawSettings<'a>, diagnostics: &mut Diagnostics) -> Settings<'a> {
    let mut settings = Settings::default();
    diagnostics.within(Step::Key("calendar"), |diagnostics| {
        settings.name = line(raw.name, "name", diagnostics);
        if let Some(id) = optional_line(raw.id, "id", diagnostics) {
            settings.id = id;
        }
        settings.description = text(raw.description, "description", Lines::Many, diagnostics);
        if let Some(language) = parsed(raw.language, "language", Language::parse, diagnostics) {
            settings.language = language;
        }
        settings.timezone = parsed(raw.timezone, "timezone", parse_timezone, diagnostics);
        if let Some(leads) = leads(raw.remind, diagnostics) {
            settings.remind = leads;
        }
        if let Some(time) = parsed(raw.remind_at, "remind_at", date::parse_time, diagnostics) {
            settings.remind_at = time;
        }
        if let Field::Is(notices) = raw.notices {
            settings.notices = notices;
        }
        if let Some(numbers) = parsed(raw.numbers, "numbers", Numbers::parse, diagnostics) {
            settings.numbers = numbers;
        }
        settings.color = parsed(raw.color, "color", Color::parse, diagnostics);
        settings.edit = web(raw.edit, "edit", diagnostics);
        if let Some(link) = parsed(raw.link, "link", link, diagnostics) {
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
    diagnostics: &mut Diagnostics,
) -> Option<Plan<'a>> {
    let name_is_absent = matches!(raw.name, Field::Absent);
    if name_is_absent {
        diagnostics.add(
            Anchor::Value,
            ValueError::new("a plan needs a `name`").hint("add a line such as `name: My SIM`"),
        );
    }
    let name = line(raw.name, "name", diagnostics);
    let own_id = line(raw.id, "id", diagnostics);
    let has_own_id = own_id.is_some();
    let id = own_id.or_else(|| name.clone());
    if let Some(id) = &id {
        seen.add(id.clone(), has_own_id, index, diagnostics);
    }

    // A date that is there and faulty has been reported: nothing is then said of its absence.
    let dates_given =
        [&raw.expires, &raw.renewed, &raw.validity].map(|field| !matches!(field, Field::Absent));
    let validity_is_absent = !dates_given[2];
    let expires = parsed(raw.expires, "expires", date::parse, diagnostics);
    let renewed = parsed(raw.renewed, "renewed", date::parse, diagnostics);
    let validity = parsed(raw.validity, "validity", Period::parse, diagnostics);
    let dates_read = [expires.is_some(), renewed.is_some(), validity.is_some()];
    let extends_given = !matches!(raw.extends, Field::Absent);
    let from_expiry = parsed(raw.extends, "extends", extends, diagnostics).is_some();
    let all_three = dates_given == [true; 3];
    let expiry = if all_three {
        diagnostics.within(Step::Key("expires"), |diagnostics| {
            diagnostics.add(Anchor::Key, expiry::all_three())
        });
        None
    } else if dates_given == dates_read {
        match Expiry::new(expires, renewed, validity, from_expiry) {
            Ok(expiry) => Some(expiry),
            Err(error) => {
                let place = match (expires, renewed, validity) {
                    (Some(_), _, _) => Some("expires"),
                    (None, Some(_), Some(_)) => Some("validity"),
                    (None, Some(_), None) => Some("renewed"),
                    (None, None, Some(_)) => Some("validity"),
                    (None, None, None) => None,
                };
                match place {
                    Some(key) => diagnostics.within(Step::Key(key), |diagnostics| {
                        diagnostics.add(Anchor::Key, error)
                    }),
                    None => diagnostics.add(Anchor::Value, error),
                }
                None
            }
        }
    } else {
        None
    };
    if extends_given && !(dates_given[0] && !dates_given[1] && dates_given[2]) {
        diagnostics.within(Step::Key("extends"), |diagnostics| {
            diagnostics.add(
                Anchor::Key,
                ValueError::new("`extends` needs `expires` with `validity`, and no `renewed`").hint(
                    "give the date itself, `expires`, instead of `renewed`, or remove `extends`",
                ),
            );
        });
    }

    let grace = parsed(raw.grace, "grace", Period::parse, diagnostics);
    if let (Some(grace), Some(expiry)) = (grace, expiry)
        && grace.after(expiry.day(), 1).is_none()
    {
        diagnostics.within(Step::Key("grace"), |diagnostics| {
            diagnostics.add(
                Anchor::Value,
                ValueError::new(format!(
                    "the grace period ends after the year {}",
                    date::LAST_YEAR
                )),
            );
        });
    }
    let price = parsed(raw.price, "price", Price::parse, diagnostics);
    let renewal = ways(raw.renewal, validity_is_absent, diagnostics);
    let check = contact(raw.check, "check", diagnostics);
    let support = contact(raw.support, "support", diagnostics);
    let remind = leads(raw.remind, diagnostics);
    let tags = lines(raw.tags, "tags", diagnostics);
    let notes = text(raw.notes, "notes", Lines::Many, diagnostics);
    let history = history(raw.history, diagnostics);
    let ended = parsed(raw.ended, "ended", date::parse, diagnostics);

    let provider = line(raw.provider, "provider", diagnostics);
    let number = line(raw.number, "number", diagnostics);

    let (id, name, expiry) = (id?, name?, expiry?);
    Some(Plan {
        id,
        has_own_id,
        name,
        provider,
        number,
        expiry,
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
    raw: Field<Vec<Field<RawRenewalRecord<'a>>>>,
    diagnostics: &mut Diagnostics,
) -> Vec<RenewalRecord<'a>> {
    let Field::Is(list) = raw else {
        return Vec::new();
    };
    let mut entries = Vec::with_capacity(list.len());
    diagnostics.within(Step::Key("history"), |diagnostics| {
        for (index, raw) in list.into_iter().enumerate() {
            let Field::Is(raw) = raw else { continue };
            diagnostics.within(Step::Item(index), |diagnostics| {
                if matches!(raw.on, Field::Absent) {
                    diagnostics.add(
                        Anchor::Value,
                        ValueError::new("a renewal in `history` needs `on`, its day"),
                    );
                }
                let on = parsed(raw.on, "on", date::parse, diagnostics);
                let paid = parsed(raw.paid, "paid", Price::parse, diagnostics);
                let receipt = line(raw.receipt, "receipt", diagnostics);
                let note = text(raw.note, "note", Lines::Many, diagnostics);
                let from = parsed(raw.from, "from", date::parse, diagnostics);
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
