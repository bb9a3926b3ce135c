//! A list of plans that is being put together, before it is written.

use std::collections::{HashMap, HashSet};

use crate::time::period::Period;

/// A value of the plans file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A text, quoted where that is needed.
    Text(String),
    /// A date, a length of time, a word of ours: written as it is.
    Plain(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping.
    Map(Fields),
}

/// Keys with their values.
pub(crate) type Fields = Vec<(&'static str, Value)>;

/// What is known of the leads of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Leads {
    /// Nothing: the calendar's are as good as any.
    Unsaid,
    /// These, written by the plan or by the calendar.
    Are(Vec<Period>),
    /// These, written by the plan itself: what renews by itself rings for no others.
    Own(Vec<Period>),
    /// These, and the plan itself may write none.
    Inherited(Vec<Period>),
}

/// One plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) fields: Fields,
    pub(crate) leads: Leads,
}

/// A whole list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Draft {
    pub(crate) calendar: Fields,
    pub(crate) plans: Vec<Entry>,
    /// Whether plans of it were folded from a feed of ours.
    pub(crate) is_feed: bool,
}

impl Draft {
    /// Writes the leads down: those that most plans share at the calendar, others at their plan.
    pub(crate) fn settle_leads(&mut self) {
        let mut votes: Vec<(&[Period], usize)> = Vec::new();
        let mut places: HashMap<&[Period], usize> = HashMap::new();
        for plan in &self.plans {
            let (leads, weight) = match &plan.leads {
                Leads::Unsaid | Leads::Own(_) => continue,
                Leads::Are(leads) => (leads.as_slice(), 1),
                // One that can be said nowhere else decides.
                Leads::Inherited(leads) => (leads.as_slice(), self.plans.len() + 1),
            };
            let place = *places.entry(leads).or_insert(votes.len());
            match votes.get_mut(place) {
                Some((_, votes)) => *votes += weight,
                None => votes.push((leads, weight)),
            }
        }
        let all: usize = self.plans.len();
        let most = votes.iter().rev().max_by_key(|(_, votes)| *votes);
        let common = most.filter(|(_, votes)| votes * 2 > all);
        let common = common.map_or(vec![Period::WEEK], |(leads, _)| leads.to_vec());
        for plan in &mut self.plans {
            let own = match &plan.leads {
                Leads::Own(leads) => leads,
                Leads::Are(leads) if *leads != common => leads,
                Leads::Are(_) | Leads::Unsaid | Leads::Inherited(_) => continue,
            };
            plan.fields.push(("remind", remind(own)));
        }
        if common != [Period::WEEK] {
            self.calendar.push(("remind", remind(&common)));
        }
    }
}

fn remind(leads: &[Period]) -> Value {
    Value::List(
        leads
            .iter()
            .map(|lead| Value::Plain(short(*lead)))
            .collect(),
    )
}

/// A length of time as a list of leads has it: `7d`, `2 months`.
fn short(period: Period) -> String {
    match period.whole_months() {
        Some(_) => words(period),
        None => words(period).replace(" days", "d").replace(" day", "d"),
    }
}

/// A length of time in words, where it has one unit: `60 days`, `3 months`, `1 year`.
pub(crate) fn words(period: Period) -> String {
    let counted = |number: u64, one: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    };
    match period.whole_months() {
        Some(months) if months % 12 == 0 => counted(u64::from(months / 12), "year"),
        Some(months) => counted(u64::from(months), "month"),
        // Of months and days together there is no better form than the standard's.
        None if period.to_string().contains('M') => period.to_string(),
        None => counted(period.max_days(), "day"),
    }
}

/// A period of whole days.
pub(crate) fn days(days: i64) -> Option<Period> {
    Period::parse(&format!("{days}d")).ok()
}

/// Ids that are taken.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    taken: HashSet<String>,
    /// How often a name has led to the same id: a thousand plans may have one name.
    made: HashMap<String, u32>,
}

impl Ids {
    /// Takes an id as it is, if nobody has it.
    pub(crate) fn take(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_owned())
    }

    /// An id made from a name: its letters and digits in small, the rest hyphens.
    pub(crate) fn make(&mut self, name: &str) -> String {
        /// Characters that are still a short word.
        const LONGEST: usize = 40;
        let mut id = String::new();
        for c in name.chars().flat_map(char::to_lowercase).take(LONGEST) {
            if c.is_alphanumeric() {
                id.push(c);
            } else if !id.is_empty() && !id.ends_with('-') {
                id.push('-');
            }
        }
        let stem = id.trim_end_matches('-');
        let stem = if stem.is_empty() { "plan" } else { stem };
        let mut number = self.made.get(stem).copied().unwrap_or(0);
        let id = loop {
            number += 1;
            let id = match number {
                1 => stem.to_owned(),
                _ => format!("{stem}-{number}"),
            };
            if self.take(&id) {
                break id;
            }
        };
        self.made.insert(stem.to_owned(), number);
        id
    }
}
