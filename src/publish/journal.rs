//! What a run has announced, so that it can make it good when another run comes in between.

use std::collections::BTreeMap;

use crate::publish::manifest::{Entry, InFlight, Intents, Manifest, announce};

/// What this run has announced for one part of the manifest and not yet said to be done, and what
/// it has found that others had.
#[derive(Default)]
pub(crate) struct Journal {
    own: BTreeMap<String, Intents>,
    others: BTreeMap<String, Intents>,
}

impl Journal {
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// Takes in a part that was read: what is announced there and is not ours is others', and what
    /// is ours is announced again, whatever others have said since. Whether that changes the part.
    pub(crate) fn take(&mut self, manifest: &mut Manifest) -> bool {
        for (name, entry) in &manifest.entries {
            if entry.is_pending() && self.own.get(name) != Some(&entry.announced) {
                announce(
                    self.others.entry(name.clone()).or_default(),
                    &entry.announced,
                );
            }
        }
        let mut is_changed = false;
        for (name, own) in &self.own {
            let entries = &mut manifest.entries;
            let entry = entries.entry(name.clone()).or_insert_with(Entry::unknown);
            let before = entry.announced.clone();
            announce(&mut entry.announced, own);
            is_changed |= entry.announced != before;
        }
        is_changed
    }

    /// A part was written: what is announced there is a promise, and what no longer is was kept.
    pub(crate) fn renew<'n>(
        &mut self,
        manifest: &Manifest,
        names: impl IntoIterator<Item = &'n String>,
    ) {
        let announced = |name: &str| {
            let entry = manifest.entries.get(name)?;
            entry.is_pending().then(|| entry.announced.clone())
        };
        self.own.retain(|name, _| announced(name).is_some());
        for name in names {
            self.own
                .extend(announced(name).map(|it| (name.clone(), it)));
        }
    }

    /// What others may still do to an entry whose files were put again or removed.
    pub(crate) fn unsettled(
        &self,
        name: &str,
        before: Option<&Entry>,
        now: i64,
    ) -> Option<InFlight> {
        let unsettled = before.and_then(|before| before.unsettled.clone());
        let Some(others) = self.others.get(name) else {
            return unsettled.and_then(|unsettled| unsettled.at(now));
        };
        let mut announced = unsettled.map(|it| it.announced).unwrap_or_default();
        announce(&mut announced, others);
        Some(InFlight {
            since: now,
            announced,
        })
    }
}
