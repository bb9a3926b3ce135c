//! Forms whose plan, or whose file, has changed meanwhile.

use std::thread;

use super::{BARE, FORM, MAPPING, Site, Way, sites};

#[test]
fn a_form_that_is_sent_again_records_nothing() {
    for site in sites() {
        let action = site.record_action("telenor");
        let first = site.post(&action, FORM);
        assert_eq!(first.status, 303, "{}", first.text());
        let recorded = site.file();
        let again = site.post(&action, FORM);
        assert_eq!(again.status, 409, "{}", again.text());
        assert_eq!(site.file(), recorded);
    }
}

#[test]
fn only_a_change_of_the_plan_itself_matters() {
    for site in sites() {
        let action = site.record_action("telenor");
        for (why, from, to) in [
            ("a value", "validity: 3 months", "validity: 4 months"),
            ("a comment", "name: Telenor", "name: Telenor   # old"),
            ("a new id", "id: telenor", "id: telenor-kontant"),
            ("a new name", "name: Telenor", "name: Telenor Kontant"),
        ] {
            let changed = site.before.replace(from, to);
            site.place.file("sims.yaml", &changed);
            let response = site.post(&action, FORM);
            assert_eq!(response.status, 409, "{why}: {}", response.text());
            assert_eq!(site.file(), changed, "{why}");
        }
        let (start, _) = site.before.split_once("- id: telenor").expect("a plan");
        let (_, end) = site.before.split_once("49 NOK\n").expect("its end");
        let removed = format!("{start}{}", end.trim_start());
        site.place.file("sims.yaml", &removed);
        let response = site.post(&action, FORM);
        assert_eq!((response.status, site.file()), (409, removed));
        std::fs::remove_file(site.place.path("sims.yaml")).expect("a removal");
        assert_eq!(site.post(&action, FORM).status, 409);
        assert_eq!(site.place.names(), ["key"]);

        // Another plan, another order, and another head do not matter.
        let other = site
            .before
            .replace("name: giffgaff", "name: giffgaff UK")
            .replace("# mine", "# ours");
        let other = format!("# A line above\n{other}");
        site.place.file("sims.yaml", &other);
        let expected = site.renewed_by_command(&["telenor", "sims.yaml"]);
        let response = site.post(&action, FORM);
        assert_eq!(response.status, 303, "{}", response.text());
        assert_eq!(site.file(), expected);
    }
}

#[test]
fn of_two_forms_at_once_one_is_recorded() {
    for site in sites() {
        let action = site.record_action("telenor");
        let mut statuses: Vec<u16> = thread::scope(|scope| {
            let send = || site.post(&action, FORM).status;
            let both: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
            both.into_iter()
                .map(|one| one.join().expect("an answer"))
                .collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409, 409, 409, 409, 409, 409, 409]);
        assert_eq!(site.file().matches("on: 2021-02-03").count(), 1);
    }
}

#[test]
fn forms_of_two_plans_at_once_are_both_recorded() {
    for site in sites() {
        let actions = ["telenor", "giff"].map(|id| site.record_action(id));
        let statuses = thread::scope(|scope| {
            let both = actions
                .each_ref()
                .map(|action| scope.spawn(|| site.post(action, FORM).status));
            both.map(|one| one.join().expect("an answer"))
        });
        assert_eq!(statuses, [303, 303]);
        assert_eq!(site.file().matches("on: 2021-02-03").count(), 2);
    }
}

#[test]
fn an_undo_puts_the_bytes_back_whatever_happened_to_other_plans() {
    for site in sites() {
        assert_eq!(site.undo_action("telenor"), None);
        site.record("telenor");
        let undo = site.undo_action("telenor").expect("an undo");
        let other = |text: &str| text.replace("name: giffgaff", "name: giffgaff UK");
        let changed = other(&site.file());
        site.place.file("sims.yaml", &changed);
        // The token of one action is not one of the other.
        let record = site.record_action("telenor");
        assert_ne!(undo, record);
        let undone = site.post(&undo, "");
        assert_eq!(undone.status, 303, "{}", undone.text());
        let plan = site.plan_link("telenor");
        assert_eq!(undone.field("location"), Some(plan.as_str()));
        assert_eq!(site.file(), other(&site.before));
        assert_eq!(site.undo_action("telenor"), None);
        // There is one step, and it is gone.
        let again = site.post(&undo, "");
        assert_eq!(again.status, 409, "{}", again.text());
        assert_eq!(site.file(), other(&site.before));
    }
}

#[test]
fn an_undo_of_a_plan_that_has_changed_is_refused() {
    for site in sites() {
        site.record("telenor");
        let undo = site.undo_action("telenor").expect("an undo");
        let changed = site
            .file()
            .replace("name: Telenor", "name: Telenor Kontant");
        site.place.file("sims.yaml", &changed);
        let response = site.post(&undo, "");
        assert_eq!(response.status, 409, "{}", response.text());
        assert_eq!(site.file(), changed);
    }
}

#[test]
fn the_last_recording_of_a_list_is_the_one_to_take_back() {
    let site = Site::new(MAPPING, Way::Direct, &[]);
    site.record("telenor");
    let first = site.undo_action("telenor").expect("an undo");
    let between = site.file();
    site.record("giff");
    let both = site.file();
    assert_eq!(site.post(&first, "").status, 409);
    assert_eq!(site.file(), both);
    let second = site.undo_action("giff").expect("an undo");
    assert_eq!(site.post(&second, "").status, 303);
    assert_eq!(site.file(), between);
}

/// Two servers may serve one file, and a command may change it.
#[test]
fn a_recording_waits_for_the_lock_of_the_file() {
    use weekahead::internals::LockedFile;
    let site = Site::new(BARE, Way::Direct, &[]);
    let action = site.record_action("telenor");
    let path = site.place.path("sims.yaml");
    let timeout = std::time::Duration::from_secs(10);
    let locked = LockedFile::take(&path, timeout, || {}).expect("the lock");
    let response = thread::scope(|scope| {
        let recording = scope.spawn(|| site.post(&action, FORM));
        // The page of a list that is locked is shown all the same.
        assert_eq!(site.get(&site.list_link()).status, 200);
        assert_eq!(site.file(), site.before);
        drop(locked);
        recording.join().expect("an answer")
    });
    assert_eq!(response.status, 303, "{}", response.text());
    assert_ne!(site.file(), site.before);
}
