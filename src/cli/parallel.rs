//! The same work on many files at a time.

use rayon::ThreadPoolBuilder;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

/// Maps each item, in parallel. One item needs no threads; where the system gives no threads, the
/// items are mapped one after the other.
pub(crate) fn in_parallel<'t, T: Sync, R: Send>(
    items: &'t [T],
    map: impl Fn(&'t T) -> R + Sync + Send,
) -> Vec<R> {
    if let [one] = items {
        return vec![map(one)];
    }
    // rayon's own pool panics where the system gives no threads.
    match ThreadPoolBuilder::new().build() {
        Ok(pool) => pool.install(|| {
            let mut results = Vec::new();
            items.par_iter().map(map).collect_into_vec(&mut results);
            results
        }),
        Err(_) => items.iter().map(map).collect(),
    }
}
