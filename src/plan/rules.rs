//! The rules: they turn the raw values of a reader into a valid list, or into diagnostics.
//!
//! Each function checks one value, adds diagnostics about it, and returns the valid part of it. A
//! list is returned even if there are diagnostics, but it is used only if there are none.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::mem;

use crate::plan::contact::Method;
use crate::plan::diagnostic::{Anchor, Diagnostic, Diagnostics, Path, Step};
use crate::plan::expiry::{self, Expiry, Extends, LastDay};
use crate::plan::fields::{
    read_leads, read_line, read_lines, read_number, read_optional_line, read_parsed, read_text,
    read_workdays,
};
use crate::plan::limits::MAX_PLANS;
use crate::plan::list::{Plan, PlanList, RenewalRecord};
use crate::plan::raw::{Field, RawFile, RawPlan, RawRenewalRecord, RawSettings, Text};
use crate::plan::renewal_methods::{read_cancel, read_contact, read_renewal_methods, read_terms};
use crate::plan::settings::Settings;
use crate::plan::text::Lines;
use crate::plan::value::color::Color;
use crate::plan::value::edit_link::EditLink;
use crate::plan::value::language::Language;
use crate::plan::value::phone::Numbers;
use crate::plan::value::price::Price;
use crate::plan::zone::parse_timezone;
use crate::text::value_error::{ValueError, quoted};
use crate::time::date;
use crate::time::period::Period;

/// Applies the rules to a file, which may be read in pieces or plan by plan.
pub(crate) struct Checker<'a, 'r> {
    settings: Settings<'a>,
    plans: Vec<Plan<'a>>,
    /// Whether the list is of use.
    keeps_plans: bool,
    ids: Ids<'a>,
    /// The number of items of the list so far, valid or not; `None` if there is no list yet.
    items: Option<usize>,
    diagnostics: Diagnostics<'r>,
}

impl<'a, 'r> Checker<'a, 'r> {
    /// A checker that calls `report` with each diagnostic.
    pub(crate) fn new(report: &'r mut dyn FnMut(Diagnostic)) -> Self {
        Self {
            settings: Settings::default(),
            plans: Vec::new(),
            keeps_plans: true,
            ids: Ids::default(),
            items: None,
            diagnostics: Diagnostics::new(report),
        }
    }

    /// Checks a file, or the next piece of it: its settings and its plans. Stops at the first plan
    /// with a diagnostic.
    pub(crate) fn add(&mut self, raw: RawFile<'a>) {
        self.add_settings(raw.calendar);
        let list = match raw.plans {
            Field::Is(list) => list,
            Field::Absent => return,
            Field::Faulty => return self.expect_no_list(),
        };
        let first = self.items.unwrap_or(0);
        self.begin_list(list.len());
        for (index, raw) in list.into_iter().enumerate() {
            if !self.is_valid() {
                return;
            }
            self.add_plan(first + index, raw);
        }
    }

    /// Checks the settings of a file.
    pub(crate) fn add_settings(&mut self, raw: Field<RawSettings<'a>>) {
        if let Field::Is(raw) = raw {
            self.settings = read_settings(raw, &mut self.diagnostics);
        }
    }

    /// The list of plans has `length` items, or as many more in the next piece of a file.
    pub(crate) fn begin_list(&mut self, length: usize) {
        let items = self.items.unwrap_or(0) + length;
        self.items = Some(items);
        if items > MAX_PLANS {
            self.diagnostics.within(Step::Key("plans"), |diagnostics| {
                diagnostics.add(Anchor::Key, too_many_plans());
            });
        }
    }

    /// The list of plans cannot be read. That has been reported, so it is not missing.
    pub(crate) fn expect_no_list(&mut self) {
        self.items.get_or_insert(1);
    }

    /// Checks the plan with an index.
    pub(crate) fn add_plan(&mut self, index: usize, raw: Field<Box<RawPlan<'a>>>) {
        let Field::Is(raw) = raw else { return };
        let ids = &mut self.ids;
        let plan = self.diagnostics.within(Step::Key("plans"), |diagnostics| {
            diagnostics.within(Step::Item(index), |diagnostics| {
                read_plan(raw, index, ids, diagnostics)
            })
        });
        if !self.is_valid() {
            self.keep_no_plans();
        } else if self.keeps_plans {
            self.plans.extend(plan);
        }
    }

    /// The settings so far.
    pub(crate) fn settings(&self) -> &Settings<'a> {
        &self.settings
    }

    /// Takes the plans that were added since the last call.
    pub(crate) fn take_plans(&mut self) -> Vec<Plan<'a>> {
        mem::take(&mut self.plans)
    }

    /// The list will not be used, so it need not be kept.
    pub(crate) fn keep_no_plans(&mut self) {
        self.keeps_plans = false;
        self.plans = Vec::new();
    }

    /// Whether there are no diagnostics.
    pub(crate) fn is_valid(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// The list, which is used only if there were no diagnostics.
    pub(crate) fn finish(mut self) -> PlanList<'a> {
        match self.items {
            None => self.diagnostics.add(Anchor::Value, no_plans()),
            Some(0) => self.diagnostics.within(Step::Key("plans"), |diagnostics| {
                diagnostics.add(Anchor::Key, no_plans());
            }),
            Some(_) => {}
        }
        PlanList {
            settings: self.settings,
            plans: self.plans,
        }
    }
}

fn no_plans() -> ValueError {
    ValueError::new("no plans in this file")
        .hint("add one: `- {name: My SIM, expires: 2027-01-31}`")
}

/// The error for a list with more plans than one file may have.
pub(crate) fn too_many_plans() -> ValueError {
    ValueError::new(format!("more than {MAX_PLANS} plans in one file"))
        .hint("split the list into several files")
}

/// The ids so far, each with the index of its plan and whether the file gives it as `id`. An index is
/// below [`MAX_PLANS`]; as a `u32` it makes the set a fifth smaller, which is the largest part of what
/// a long list holds.
#[derive(Default)]
struct Ids<'a>(HashMap<Cow<'a, str>, (u32, bool)>);

impl<'a> Ids<'a> {
    fn add(&mut self, id: Cow<'a, str>, own: bool, index: usize, diagnostics: &mut Diagnostics) {
        let (id, (first, first_own)) = match self.0.entry(id) {
            Slot::Vacant(slot) => {
                slot.insert((u32::try_from(index).unwrap_or(u32::MAX), own));
                return;
            }
            Slot::Occupied(slot) => (slot.key().clone(), *slot.get()),
        };
        let key = |own| Step::Key(if own { "id" } else { "name" });
        let related = Path(vec![
            Step::Key("plans"),
            Step::Item(first as usize),
            key(first_own),
        ]);
        diagnostics.within(key(own), |diagnostics| {
            let what = if own {
                ValueError::new(format!("id {} is used already", quoted(&id)))
                    .hint("give each plan an id of its own")
            } else {
                ValueError::new(format!("{} is the id of another plan already", quoted(&id)))
                    .hint("a plan without `id` uses its name as the id: give this one an `id`")
            };
            diagnostics.add_related(Anchor::Written, what, Some((related, "first here")));
        });
    }
}

fn read_settings<'a>(raw: RawSettings<'a>, diagnostics: &mut Diagnostics) -> Settings<'a> {
    let mut settings = Settings::default();
    diagnostics.within(Step::Key("calendar"), |diagnostics| {
        settings.name = read_line(raw.name, "name", diagnostics);
        if let Some(id) = read_optional_line(raw.id, "id", diagnostics) {
            settings.id = id;
        }
        settings.description = read_text(raw.description, "description", Lines::Many, diagnostics);
        if let Some(language) = read_parsed(raw.language, "language", Language::parse, diagnostics)
        {
            settings.language = language;
        }
        settings.timezone = read_parsed(raw.timezone, "timezone", parse_timezone, diagnostics);
        if let Some(leads) = read_leads(raw.remind, diagnostics) {
            settings.remind = leads;
        }
        if let Some(workdays) = read_workdays(raw.workdays, diagnostics) {
            settings.workdays = workdays;
        }
        if let Some(time) = read_parsed(raw.remind_at, "remind_at", date::parse_time, diagnostics) {
            settings.remind_at = time;
        }
        if let Field::Is(notices) = raw.notices {
            settings.notices = notices;
        }
        if let Some(numbers) = read_parsed(raw.numbers, "numbers", Numbers::parse, diagnostics) {
            settings.numbers = numbers;
        }
        settings.color = read_parsed(raw.color, "color", Color::parse, diagnostics);
        settings.edit = read_parsed(raw.edit, "edit", EditLink::parse, diagnostics);
        let mut read_serial =
            |raw, key, what| read_parsed(raw, key, |text| parse_serial(text, what), diagnostics);
        if let Some(link) = read_serial(raw.link, "link", "a link number") {
            settings.link = link;
        }
        if let Some(devices) = read_serial(raw.devices, "devices", "a devices number") {
            settings.devices = devices;
        }
    });
    settings
}

/// Reads the number of `link` or of `devices`; `what` names it in the error.
fn parse_serial(text: &str, what: &str) -> Result<u32, ValueError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text.parse().ok() } else { None };
    number.filter(|number| *number > 0).ok_or_else(|| {
        ValueError::new(format!(
            "{} is not {what}: allowed 1 to {}",
            quoted(text),
            u32::MAX
        ))
    })
}

fn read_plan<'a>(
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
    let name = read_line(raw.name, "name", diagnostics);
    let own_id = read_line(raw.id, "id", diagnostics);
    let has_own_id = own_id.is_some();
    let id = own_id.or_else(|| name.clone());
    if let Some(id) = &id {
        seen.add(id.clone(), has_own_id, index, diagnostics);
    }

    let validity_is_absent = matches!(raw.validity, Field::Absent);
    let dates = [raw.expires, raw.renewed, raw.validity];
    let expiry = read_expiry(dates, raw.extends, diagnostics);
    let grace = read_parsed(raw.grace, "grace", Period::parse, diagnostics);
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
    let price = read_parsed(raw.price, "price", Price::parse, diagnostics);
    let renewal = read_renewal_methods(raw.renewal, validity_is_absent, diagnostics);
    let check = read_contact(raw.check, "check", diagnostics);
    let support = read_contact(raw.support, "support", diagnostics);
    let renews_by_itself = renewal.iter().any(|way| way.method == Method::AutoDebit);
    let validity = expiry.and_then(|expiry| expiry.validity());
    let cancel = read_cancel(raw.cancel, renews_by_itself, validity, diagnostics);
    let terms = read_terms(raw.terms, diagnostics);
    let remind = read_leads(raw.remind, diagnostics);
    let tags = read_lines(raw.tags, "tags", diagnostics);
    let notes = read_text(raw.notes, "notes", Lines::Many, diagnostics);
    let history = read_history(raw.history, diagnostics);
    let ended = read_parsed(raw.ended, "ended", date::parse, diagnostics);

    let provider = read_line(raw.provider, "provider", diagnostics);
    let number = read_number(raw.number, "number", diagnostics);

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
        cancel,
        terms,
        remind,
        tags,
        notes,
        history,
        ended,
    })
}

/// Reads `expires`, `renewed` and `validity`, and whether a renewal counts from the old expiry.
fn read_expiry(
    dates: [Text<'_>; 3],
    extends: Text<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Expiry> {
    // An invalid date has already been reported, so it is not reported as missing.
    let dates_given = dates
        .each_ref()
        .map(|field| !matches!(field, Field::Absent));
    let [expires, renewed, validity] = dates;
    let expires = read_parsed(expires, "expires", LastDay::parse, diagnostics);
    let renewed = read_parsed(renewed, "renewed", date::parse, diagnostics);
    let validity = read_parsed(validity, "validity", Period::parse, diagnostics);
    let dates_read = [expires.is_some(), renewed.is_some(), validity.is_some()];
    let extends = read_parsed(extends, "extends", Extends::parse, diagnostics).unwrap_or_default();
    let all_three = dates_given == [true; 3];
    let expiry = if all_three {
        diagnostics.within(Step::Key("expires"), |diagnostics| {
            diagnostics.add(Anchor::Key, expiry::all_three())
        });
        None
    } else if dates_given == dates_read {
        match Expiry::new(expires, renewed, validity, extends) {
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
    let is_fixed_only = extends != Extends::FromRenewal;
    if is_fixed_only && !(dates_given[0] && !dates_given[1] && dates_given[2]) {
        diagnostics.within(Step::Key("extends"), |diagnostics| {
            diagnostics.add(
                Anchor::Key,
                ValueError::new("`extends` needs `expires` with `validity`, and no `renewed`").hint(
                    "give the date itself, `expires`, instead of `renewed`, or remove `extends`",
                ),
            );
        });
    }
    expiry
}

fn read_history<'a>(
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
                let on = read_parsed(raw.on, "on", date::parse, diagnostics);
                let paid = read_parsed(raw.paid, "paid", Price::parse, diagnostics);
                let receipt = read_line(raw.receipt, "receipt", diagnostics);
                let note = read_text(raw.note, "note", Lines::Many, diagnostics);
                let from = read_parsed(raw.from, "from", date::parse, diagnostics);
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
