//! A list of plans before it is written as a plans file.

use std::collections::{HashMap, HashSet};

pub(crate) use crate::document::fields::{FieldValue, Fields};
use crate::time::period::Period;

/// What is known of the leads of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Leads {
    /// Nothing: it gets those of the list.
    Unknown,
    /// These, whether the plan or the list names them.
    Given(Vec<Period>),
    /// These, and the plan must name them: a plan that renews by itself is warned of by no others.
    OfPlan(Vec<Period>),
    /// These, and the list should name them: a plan that renews by itself is warned of its renewals
    /// by those that it names.
    OfList(Vec<Period>),
}

/// One plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanDraft {
    pub(crate) fields: Fields,
    pub(crate) leads: Leads,
}

/// A whole list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PlanListDraft {
    pub(crate) calendar: Fields,
    pub(crate) plans: Vec<PlanDraft>,
    /// Whether it comes from a feed of ours.
    pub(crate) is_own_feed: bool,
}

impl PlanListDraft {
    /// Adds `remind`: the leads that most plans share to the list, others to their plan.
    pub(crate) fn settle_leads(&mut self) {
        let mut votes: Vec<(&[Period], usize)> = Vec::new();
        let mut vote_of: HashMap<&[Period], usize> = HashMap::new();
        for plan in &self.plans {
            let (leads, weight) = match &plan.leads {
                Leads::Unknown | Leads::OfPlan(_) => continue,
                Leads::Given(leads) => (leads.as_slice(), 1),
                // A plan that should not name its own decides.
                Leads::OfList(leads) => (leads.as_slice(), self.plans.len() + 1),
            };
            let place = *vote_of.entry(leads).or_insert(votes.len());
            match votes.get_mut(place) {
                Some((_, votes)) => *votes += weight,
                None => votes.push((leads, weight)),
            }
        }
        let all = self.plans.len();
        let most = votes.iter().rev().max_by_key(|(_, votes)| *votes);
        let common = most.filter(|(_, votes)| votes * 2 > all);
        let common = common.map_or(vec![Period::WEEK], |(leads, _)| leads.to_vec());
        for plan in &mut self.plans {
            let own = match &plan.leads {
                Leads::OfPlan(leads) => leads,
                Leads::Given(leads) | Leads::OfList(leads) if *leads != common => leads,
                Leads::Given(_) | Leads::OfList(_) | Leads::Unknown => continue,
            };
            plan.fields.push(("remind", remind_value(own)));
        }
        if common != [Period::WEEK] {
            self.calendar.push(("remind", remind_value(&common)));
        }
    }
}

fn remind_value(leads: &[Period]) -> FieldValue {
    FieldValue::List(
        leads
            .iter()
            .map(|lead| FieldValue::Plain(lead_in_words(*lead)))
            .collect(),
    )
}

/// A length of time as people write it in a list of leads: `7d`, `2 months`.
pub(crate) fn lead_in_words(period: Period) -> String {
    match period.whole_months() {
        Some(_) => period.in_words(),
        None => period.in_words().replace(" days", "d").replace(" day", "d"),
    }
}

/// A period of whole days.
pub(crate) fn period_of_days(days: i64) -> Option<Period> {
    Period::parse(&format!("{days}d")).ok()
}

/// The ids of a list's plans.
#[derive(Debug, Default)]
pub(crate) struct PlanIds {
    taken: HashSet<String>,
    /// How often a name has given the same id: a thousand plans may have one name.
    made: HashMap<String, u32>,
}

impl PlanIds {
    /// Takes an id as it is, unless another plan has it.
    pub(crate) fn take(&mut self, id: &str) -> bool {
        self.taken.insert(id.to_owned())
    }

    /// An id made from a name: its letters and digits in lower case, hyphens for the rest.
    pub(crate) fn make(&mut self, name: &str) -> String {
        /// Characters of a short word.
        const MAX_LENGTH: usize = 40;
        let mut id = String::new();
        for c in name.chars().flat_map(char::to_lowercase).take(MAX_LENGTH) {
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
