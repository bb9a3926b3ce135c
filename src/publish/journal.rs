//! The intents of a run, so that the run can still carry them out if another run writes the
//! manifest in between.

use std::collections::BTreeMap;

use crate::publish::manifest::{Entry, InFlight, Intents, Manifest, add_intents};

/// The intents of this run for one part of the manifest that are not yet carried out, and the
/// intents of other runs that it has found there.
#[derive(Default)]
pub(crate) struct Journal {
    own: BTreeMap<String, Intents>,
    others: BTreeMap<String, Intents>,
}

impl Journal {
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// Merges with a part that was read. Intents in the part that are not ours are noted as those
    /// of other runs. Our intents are added to the part again, whatever others have written since.
    /// Returns whether this changes the part.
    pub(crate) fn merge(&mut self, manifest: &mut Manifest) -> bool {
        for (name, entry) in &manifest.entries {
            if entry.has_intents() && self.own.get(name) != Some(&entry.intents) {
                add_intents(self.others.entry(name.clone()).or_default(), &entry.intents);
            }
        }
        let mut is_changed = false;
        for (name, own) in &self.own {
            let entries = &mut manifest.entries;
            let entry = entries.entry(name.clone()).or_insert_with(Entry::unknown);
            let before = entry.intents.clone();
            add_intents(&mut entry.intents, own);
            is_changed |= entry.intents != before;
        }
        is_changed
    }

    /// Notes that a part was written. The intents of the entries `names` are now ours. Those of our
    /// intents that are no longer in the part have been carried out.
    pub(crate) fn follow<'n>(
        &mut self,
        manifest: &Manifest,
        names: impl IntoIterator<Item = &'n String>,
    ) {
        let intents = |name: &str| {
            let entry = manifest.entries.get(name)?;
            entry.has_intents().then(|| entry.intents.clone())
        };
        self.own.retain(|name, _| intents(name).is_some());
        for name in names {
            self.own.extend(intents(name).map(|it| (name.clone(), it)));
        }
    }

    /// What others may still do to an entry whose files were put again or removed.
    pub(crate) fn in_flight(
        &self,
        name: &str,
        before: Option<&Entry>,
        now: i64,
    ) -> Option<InFlight> {
        let in_flight = before.and_then(|before| before.in_flight.clone());
        let Some(others) = self.others.get(name) else {
            return in_flight.and_then(|in_flight| in_flight.at(now));
        };
        let mut intents = in_flight.map(|it| it.intents).unwrap_or_default();
        add_intents(&mut intents, others);
        Some(InFlight {
            since: now,
            intents,
        })
    }
}
