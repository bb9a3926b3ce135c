//! What an existing list tells about a plan that is added to it, such as its usual currency.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::import::draft::{PlanIds, lead_in_words};
use crate::plan::{PlanList, Settings};
use crate::time::period::Period;

/// What the list of a file says about a new plan in it.
pub(crate) struct ListContext {
    /// The current day of the list.
    pub(crate) today: NaiveDate,
    /// The currency of all prices of the list, if they have the same.
    pub(crate) currency: Option<&'static str>,
    /// The leads of plans that name none, in words.
    pub(crate) leads: String,
    /// Whether the new plan gets an `id`, as the plan before it has one.
    pub(crate) has_ids: bool,
    ids: HashSet<String>,
    names: HashSet<String>,
}

impl ListContext {
    /// The context of a list of plans.
    pub(crate) fn of(list: &PlanList<'_>, today: NaiveDate) -> Self {
        let PlanList { settings, plans } = list;
        let ways = plans.iter().flat_map(|plan| &plan.renewal);
        let of_ways = ways.filter_map(|way| way.price);
        let prices = plans.iter().filter_map(|plan| plan.price).chain(of_ways);
        let currencies: HashSet<&'static str> = prices.map(|price| price.currency()).collect();
        let mut only = currencies.iter().filter(|_| currencies.len() == 1);
        Self {
            today,
            currency: only.next().copied(),
            leads: leads_in_words(&settings.remind),
            has_ids: plans.last().is_none_or(|plan| plan.has_own_id),
            ids: plans.iter().map(|plan| plan.id.to_string()).collect(),
            names: plans.iter().map(|plan| plan.name.to_string()).collect(),
        }
    }

    /// The context of a list that has no plans yet.
    pub(crate) fn of_empty_list(settings: &Settings<'_>, today: NaiveDate) -> Self {
        Self {
            leads: leads_in_words(&settings.remind),
            ..Self::of_new_list(today)
        }
    }

    /// The context of a file that is new. Its first plan has an id, as the examples have.
    pub(crate) fn of_new_list(today: NaiveDate) -> Self {
        Self {
            today,
            currency: None,
            leads: leads_in_words(&[Period::WEEK]),
            has_ids: true,
            ids: HashSet::new(),
            names: HashSet::new(),
        }
    }

    /// Whether a plan has this id.
    pub(crate) fn has_id(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Whether a plan without an id of its own may not have this name: another plan has it as its
    /// name or as its id, so `renew` could not tell them apart.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name) || self.has_id(name)
    }

    /// An id that is not taken, made from a name.
    pub(crate) fn new_id(&self, name: &str) -> String {
        let mut ids = PlanIds::default();
        for id in &self.ids {
            ids.take(id);
        }
        ids.make(name)
    }
}

fn leads_in_words(leads: &[Period]) -> String {
    let leads: Vec<String> = leads.iter().copied().map(lead_in_words).collect();
    match leads.is_empty() {
        true => "none".to_owned(),
        false => leads.join(", "),
    }
}
