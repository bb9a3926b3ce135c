//! The page that lists several feeds, with what is due in each. It has no words of its own, because
//! its feeds may be in several languages.

use askama::Template;
use chrono::NaiveDate;

use crate::plan::value::language::Language;
use crate::site::page::html::{answer, date, fill, summary_class};
use crate::site::page::policy::{STYLE, file_policy};
use crate::words::{self, DueSummary};

/// A list on the front page.
#[derive(Debug, Clone)]
pub(crate) struct ListedFeed<'a> {
    /// The name of its calendar.
    pub(crate) name: &'a str,
    /// The path of its page.
    pub(crate) path: String,
    /// Its state, on a page that knows the current day.
    pub(crate) state: Option<ListState>,
}

/// The state of a list on the current day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListState {
    /// The language of the list.
    pub(crate) language: Language,
    /// What is due.
    pub(crate) summary: DueSummary,
    /// The day of the last list without errors, if the plans file has an error now.
    pub(crate) good_day: Option<NaiveDate>,
}

impl ListState {
    /// The order of lists: those that need the user come first.
    fn rank(&self) -> u8 {
        match self.summary {
            _ if self.good_day.is_some() => 0,
            DueSummary { expired: 1.., .. } => 0,
            summary if summary.is_calm() => 2,
            _ => 1,
        }
    }
}

#[derive(Template)]
#[template(path = "index.html")]
struct IndexTemplate<'a> {
    lists: Vec<Entry<'a>>,
    /// The policy, if the page has to contain it.
    policy: Option<&'static str>,
}

struct Entry<'a> {
    name: &'a str,
    path: &'a str,
    state: Option<StateTexts>,
}

struct StateTexts {
    lang: &'static str,
    class: &'static str,
    answer: String,
    broken: Option<String>,
}

impl From<&ListState> for StateTexts {
    fn from(state: &ListState) -> Self {
        let words = words::in_language(state.language);
        Self {
            lang: state.language.tag(),
            class: summary_class(&state.summary),
            answer: answer(words, &state.summary),
            broken: state
                .good_day
                .map(|day| words.broken_list(&date(words, day))),
        }
    }
}

/// The index of `feeds`, in any order. Those that need the user come first, then the others by name.
/// A page that is a file contains its policy.
#[must_use]
pub(crate) fn index(mut feeds: Vec<ListedFeed<'_>>, is_published: bool) -> String {
    feeds.sort_by(|one, other| {
        let key = |feed: &ListedFeed<'_>| feed.state.as_ref().map(ListState::rank);
        let by_name = || (one.name, &one.path).cmp(&(other.name, &other.path));
        key(one).cmp(&key(other)).then_with(by_name)
    });
    let lists = feeds.iter().map(|feed| Entry {
        name: feed.name,
        path: &feed.path,
        state: feed.state.as_ref().map(StateTexts::from),
    });
    fill(&IndexTemplate {
        lists: lists.collect(),
        policy: is_published.then(file_policy),
    })
}
