//! The last recording of each list, and whose turn it is to record.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::timeout;

use crate::files::lock::LOCK_TIMEOUT;
use crate::site::record::RecordedStep;

/// What the server knows of each list in which something was recorded, by the list's name.
#[derive(Debug, Default)]
pub(crate) struct Steps(Mutex<HashMap<String, Arc<ListSteps>>>);

/// What the server knows of one list.
#[derive(Debug, Default)]
pub(crate) struct ListSteps {
    /// Held by the request that records in the list.
    turn: Arc<Turn<()>>,
    last: Mutex<Option<Arc<RecordedStep>>>,
}

impl Steps {
    /// Waits until no request records in any list.
    pub(crate) async fn all_done(&self) {
        let lists: Vec<_> = self.lists().values().cloned().collect();
        for list in lists {
            drop(list.turn.lock().await);
        }
    }

    /// What is known of a list, which must exist.
    pub(crate) fn of(&self, list: &str) -> Arc<ListSteps> {
        let mut lists = self.lists();
        match lists.get(list) {
            Some(known) => Arc::clone(known),
            None => Arc::clone(lists.entry(list.to_owned()).or_default()),
        }
    }

    fn lists(&self) -> MutexGuard<'_, HashMap<String, Arc<ListSteps>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ListSteps {
    /// Waits until no other request records in the list. `None` if that takes too long.
    pub(crate) async fn turn(&self) -> Option<OwnedMutexGuard<()>> {
        let turn = Arc::clone(&self.turn).lock_owned();
        timeout(LOCK_TIMEOUT, turn).await.ok()
    }

    /// The last recording, which may have been taken back.
    pub(crate) fn last(&self) -> Option<Arc<RecordedStep>> {
        self.lock().clone()
    }

    /// Sets the last recording.
    pub(crate) fn set_last(&self, step: RecordedStep) {
        *self.lock() = Some(Arc::new(step));
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<RecordedStep>>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
