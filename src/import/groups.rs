//! The events of a calendar file, each together with the events that belong to it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::import::event::Event;
use crate::import::omission::Omissions;

/// Levels of RELATED-TO that are followed.
const MAX_LEVELS: usize = 8;

/// An event and the events that belong to it by RELATED-TO.
#[derive(Debug)]
pub(crate) struct EventGroup {
    pub(crate) main: Event,
    pub(crate) related: Vec<Event>,
}

/// The events without those of which the file has a later state: of one UID the highest SEQUENCE
/// counts, and of equal ones the last.
pub(crate) fn latest_states(events: Vec<Event>, omissions: &mut Omissions) -> Vec<Event> {
    let mut index_of: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Event> = Vec::with_capacity(events.len());
    for event in events {
        if event.uid.is_empty() || event.is_exception {
            kept.push(event);
            continue;
        }
        match index_of.entry(event.uid.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(kept.len());
                kept.push(event);
            }
            Entry::Occupied(entry) => {
                let Some(first) = kept.get_mut(*entry.get()) else {
                    continue;
                };
                let (old, new) = if event.sequence >= first.sequence {
                    (std::mem::replace(first, event), first.line)
                } else {
                    (event, first.line)
                };
                let what = format!("line {new} has a newer event with the same UID: left out");
                omissions.note(old.line, &old.subject(), what);
            }
        }
    }
    kept
}

/// Puts each event to the event that it belongs to, in the order of the file.
pub(crate) fn group_related(events: Vec<Event>) -> Vec<EventGroup> {
    let parents = parents(&events);
    let roots: Vec<usize> = (0..events.len()).map(|at| root(at, &parents)).collect();
    let mut related: HashMap<usize, Vec<Event>> = HashMap::new();
    let mut mains = Vec::new();
    for (index, (event, root)) in events.into_iter().zip(roots).enumerate() {
        if root == index {
            mains.push((index, event));
        } else {
            related.entry(root).or_default().push(event);
        }
    }
    let group = |(index, main)| EventGroup {
        main,
        related: related.remove(&index).unwrap_or_default(),
    };
    mains.into_iter().map(group).collect()
}

/// The index of the event that each event points to, if both can be one plan.
fn parents(events: &[Event]) -> Vec<Option<usize>> {
    let mut index_of: HashMap<&str, usize> = HashMap::new();
    for (index, event) in events.iter().enumerate() {
        if event.is_single_day() && !event.uid.is_empty() {
            index_of.entry(&event.uid).or_insert(index);
        }
    }
    let parent = |event: &Event| {
        let uid = event.parent_uid.as_deref();
        let uid = uid.filter(|uid| event.is_single_day() && *uid != event.uid)?;
        index_of.get(uid).copied()
    };
    events.iter().map(parent).collect()
}

/// The event at the end of the chain of parents; the event itself if the chain does not end.
fn root(index: usize, parents: &[Option<usize>]) -> usize {
    let mut at = index;
    for _ in 0..MAX_LEVELS {
        match parents.get(at).copied().flatten() {
            Some(parent) => at = parent,
            None => return at,
        }
    }
    index
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn chains_end_and_circles_do_not() {
        for (reason, parents, expected) in [
            ("alone", &[None][..], &[0][..]),
            ("one level", &[None, Some(0)], &[0, 0]),
            ("two levels", &[Some(1), Some(2), None], &[2, 2, 2]),
            ("a circle", &[Some(1), Some(0)], &[0, 1]),
            ("into a circle", &[Some(1), Some(0), Some(0)], &[0, 1, 2]),
        ] {
            let found: Vec<usize> = (0..parents.len()).map(|at| root(at, parents)).collect();
            assert_eq!(found, expected, "{reason}");
        }
    }
}
