//! The methods by which a plan can be renewed on a day.

use chrono::NaiveDate;

use crate::plan::{Contact, Method, Plan, RenewalMethod};

/// Returns the methods by which a plan can be renewed on `today`, the usual one first, each with
/// its means.
///
/// After the last automatic renewal, the automatic method is left out, unless it says what to do or
/// where. In that case, its means is `other`.
pub(crate) fn renewal_methods<'p>(
    plan: &'p Plan<'p>,
    today: NaiveDate,
) -> impl Iterator<Item = (Method, &'p RenewalMethod<'p>)> {
    let is_over = plan.auto_renewal_ended_before(today).is_some();
    plan.renewal.iter().filter_map(move |way| {
        if !is_over || way.method != Method::AutoDebit {
            return Some((way.method, way));
        }
        let says =
            way.action.is_some() || !way.steps.is_empty() || way.contact != Contact::default();
        says.then_some((Method::Other, way))
    })
}

#[cfg(test)]
mod tests {
    use super::renewal_methods;
    use crate::document::Document;
    use crate::plan::Method;

    #[test]
    fn what_no_longer_renews_by_itself_is_a_way_if_it_says_how() {
        for (says, today, expected) in [
            ("", "2026-12-31", Some(Method::AutoDebit)),
            ("", "2027-02-01", None),
            (", steps: [Call]", "2027-02-01", Some(Method::Other)),
            (", action: Call", "2027-02-01", Some(Method::Other)),
            (
                ", url: https://a.example",
                "2027-02-01",
                Some(Method::Other),
            ),
        ] {
            let text = format!(
                "- {{name: A, renewed: 2026-10-31, validity: 1 month, renewal: {{method: \
                 auto-debit, until: 2026-12-31{says}}}}}\n"
            );
            let document = Document::read(text.as_bytes()).expect(&text);
            let today = today.parse().expect(today);
            let methods =
                renewal_methods(&document.list().plans[0], today).map(|(method, _)| method);
            let expected: Vec<Method> = expected.into_iter().collect();
            assert_eq!(methods.collect::<Vec<_>>(), expected, "{text} on {today}");
        }
    }
}
