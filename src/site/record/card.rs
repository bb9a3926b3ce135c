//! One plan on the pages for recording: its status, its form and its history.

use std::cmp::Reverse;

use chrono::{Datelike as _, NaiveDate};

use crate::document::edit::{needs_validity, needs_way};
use crate::plan::schedule::Schedule;
use crate::plan::status::{PlanStatus, Urgency, next_renewal};
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::plan::value::url::WebAddress;
use crate::plan::{Plan, PlanList, RenewalMethod, RenewalRecord, Settings};
use crate::site::page::urgency_class;
use crate::site::record::form::{FormField, RecordForm};
use crate::words::{RecordLabels, Tense, TimeUnit, Words};

/// How many records of a history are shown at first.
const SHOWN_RECORDS: usize = 5;

/// A plan on a page.
pub(crate) struct Card<'a> {
    /// The id of its heading in the page.
    pub(crate) id: String,
    pub(crate) name: &'a str,
    /// The path of its own page.
    pub(crate) link: String,
    pub(crate) class: &'static str,
    /// What happens next.
    pub(crate) what: String,
    /// When it happens, counted from today; empty if `what` says it.
    pub(crate) when: String,
    /// When it is given up, renews by itself and expires, as sentences.
    pub(crate) days: String,
    /// The provider, the part of the number that may be shown, and the price, each with a label
    /// before it.
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) form: Option<Form<'a>>,
    /// Why the plan has no form, if that is because of the plan.
    pub(crate) no_form: Option<&'static str>,
    pub(crate) history: History<'a>,
}

/// What is due first: the key by which a list of plans is sorted.
pub(crate) type Rank = (bool, u8, i64, usize);

/// The plan of a list that a card shows.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) words: &'static dyn Words,
    pub(crate) settings: &'a Settings<'a>,
    pub(crate) plan: &'a Plan<'a>,
    /// Its index in the list.
    pub(crate) index: usize,
    pub(crate) today: NaiveDate,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(
        words: &'static dyn Words,
        list: &'a PlanList<'a>,
        index: usize,
        today: NaiveDate,
    ) -> Option<Self> {
        Some(Self {
            words,
            settings: &list.settings,
            plan: list.plans.get(index)?,
            index,
            today,
        })
    }

    pub(crate) fn schedule(&self) -> Schedule {
        Schedule::new(self.plan, self.settings, self.today.year())
    }

    /// Plans that are due come first, and those that were given up last.
    pub(crate) fn rank(&self) -> Rank {
        let schedule = self.schedule();
        match PlanStatus::of(self.plan, &schedule, self.today) {
            Some(status) => {
                let (group, days) = status.rank();
                (
                    !status.is_due(&schedule, self.today),
                    group,
                    days,
                    self.index,
                )
            }
            None => (true, u8::MAX, 0, self.index),
        }
    }

    pub(crate) fn is_due(&self) -> bool {
        let schedule = self.schedule();
        let status = PlanStatus::of(self.plan, &schedule, self.today);
        status.is_some_and(|status| status.is_due(&schedule, self.today))
    }

    /// Whether the plan was given up, so that nothing can be recorded.
    pub(crate) fn ended(&self) -> Option<NaiveDate> {
        self.plan.ended.filter(|ended| *ended <= self.today)
    }

    /// A day as the feed writes it.
    pub(crate) fn date(&self, day: NaiveDate) -> String {
        let mut out = String::new();
        self.words.date(&mut out, day);
        out
    }

    /// The card, with a form if there is one.
    pub(crate) fn card(&self, link: String, form: Option<Form<'a>>) -> Card<'a> {
        let schedule = self.schedule();
        let status = PlanStatus::of(self.plan, &schedule, self.today);
        let is_due = status.is_some_and(|status| status.is_due(&schedule, self.today));
        let urgency = status.map_or(Urgency::Later, |status| status.urgency(is_due));
        let ended = self.ended();
        let (what, when) = self.headline(status);
        Card {
            id: self.id("name"),
            name: &self.plan.name,
            link,
            class: urgency_class(urgency),
            what,
            when,
            days: match ended {
                Some(_) => String::new(),
                None => self.days(&schedule),
            },
            facts: self.facts(),
            form,
            no_form: ended.map(|_| self.words.record_labels().is_given_up),
            history: self.history(),
        }
    }

    /// The status in the words of the page: what happens next, and when.
    fn headline(&self, status: Option<PlanStatus>) -> (String, String) {
        match (status, self.ended()) {
            (Some(status), _) => {
                let day = status.day(self.today).unwrap_or(self.today);
                let span = TimeUnit::between(self.today, day);
                let (what, when) = self.words.status_headline(status, span);
                (what.to_owned(), when)
            }
            (None, Some(day)) => (self.words.given_up_on(&self.date(day)), String::new()),
            (None, None) => (String::new(), String::new()),
        }
    }

    /// The id of something of this plan in the page.
    fn id(&self, what: &str) -> String {
        format!("p{}-{what}", self.index)
    }

    fn days(&self, schedule: &Schedule) -> String {
        let mut days = String::new();
        let mut add = |day: NaiveDate, write: fn(&dyn Words, &mut String, NaiveDate, Tense)| {
            // There is a space between two sentences, but not in Chinese.
            if !days.is_empty() && !days.ends_with('。') {
                days.push(' ');
            }
            let tense = match day < self.today {
                true => Tense::Past,
                false => Tense::Ahead,
            };
            write(self.words, &mut days, day, tense);
        };
        if let Some(ended) = self.plan.ended {
            add(ended, |words, out, day, _| {
                let mut date = String::new();
                words.date(&mut date, day);
                out.push_str(&words.will_be_given_up(&date));
            });
        }
        if let Some(day) = next_renewal(schedule, self.today) {
            add(day, |words, out, day, _| words.renews(out, day, None));
        }
        if let Some(expiry) = schedule.expiry {
            add(expiry, |words, out, day, tense| {
                words.expires(out, day, tense)
            });
        }
        if let Some(end) = schedule.grace_end {
            add(end, |words, out, day, tense| {
                words.recoverable_until(out, day, tense)
            });
        }
        days
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let labels = self.words.page_labels();
        let provider = self.plan.provider.as_deref();
        let number = self.plan.number.as_deref();
        let number = number.and_then(|number| self.settings.numbers.show(number));
        let number = number.map(|shown| match shown {
            Shown::Whole(number) => (labels.number, number.to_owned()),
            Shown::Ending(digits) => (labels.number_ending, digits),
        });
        let provider = provider.map(|provider| ("", provider.to_owned()));
        let price = self.plan.price.map(|price| ("", price.to_string()));
        provider.into_iter().chain(number).chain(price).collect()
    }

    fn history(&self) -> History<'a> {
        let mut records: Vec<&RenewalRecord<'a>> = self.plan.history.iter().collect();
        records.sort_by_key(|record| Reverse(record.on));
        let mut newest: Vec<Record<'a>> = records
            .into_iter()
            .map(|record| Record {
                on: record.on,
                day: self.date(record.on),
                paid: record.paid.map(|price| price.to_string()),
                receipt: record.receipt.as_deref(),
                note: record.note.as_deref(),
            })
            .collect();
        let heading = self.words.past_renewals(newest.len());
        let earlier = newest.split_off(newest.len().min(SHOWN_RECORDS));
        History {
            heading,
            earlier_heading: self.words.earlier_renewals(earlier.len()),
            newest,
            earlier,
        }
    }

    /// The form of the plan, which is sent to `action`. `sent` is what a form had that was refused,
    /// with the field to correct.
    pub(crate) fn form(
        &self,
        action: String,
        latest: NaiveDate,
        sent: Option<(&RecordForm, Option<FormField>)>,
    ) -> Form<'a> {
        let labels = self.words.record_labels();
        let (plan, today) = (self.plan, self.today);
        let is_automatic = plan.expiry_on(today).is_none();
        let ways = self.ways(is_automatic, sent.map(|(form, _)| form));
        let wrong = sent.and_then(|(_, field)| field);
        let input = |field: FormField, label, kind, prefilled: String, hint| Input {
            id: self.id(field.name()),
            name: field.name(),
            label,
            kind,
            value: sent.map_or(prefilled, |(form, _)| form.value(field).to_owned()),
            hint,
            error: (wrong == Some(field)).then(|| field_error(labels, field)),
        };
        let max = Some(latest.to_string());
        let day = input(
            FormField::On,
            labels.on,
            InputKind::Date { max },
            today.to_string(),
            None,
        );
        // A way may say how long it lasts, and then the field is not needed.
        let asks_until = needs_validity(plan, None, today)
            && plan.ways_by_hand().all(|way| way.validity.is_none());
        let until = asks_until.then(|| {
            let hint = Some(labels.about_until.to_owned());
            let kind = InputKind::Date { max: None };
            input(FormField::Until, labels.until, kind, String::new(), hint)
        });
        let (price, price_hint) = self.price(is_automatic, !ways.is_empty());
        let (line, text) = (InputKind::Line, InputKind::Text);
        let about_receipt = Some(labels.about_receipt.to_owned());
        let inputs = [
            input(
                FormField::Paid,
                labels.paid,
                line.clone(),
                price,
                price_hint,
            ),
            input(
                FormField::Receipt,
                labels.receipt,
                line,
                String::new(),
                about_receipt,
            ),
            input(FormField::Note, labels.note, text, String::new(), None),
        ];
        Form {
            action,
            is_automatic,
            day,
            way_id: self.id("way"),
            way_error: (wrong == Some(FormField::Way)).then_some(labels.wrong_way),
            ways,
            inputs: until.into_iter().chain(inputs).collect(),
        }
    }

    /// The ways to choose from: those that are done by hand, if there are several. The usual one is
    /// chosen, unless the ways last for different times.
    fn ways(&self, is_automatic: bool, sent: Option<&RecordForm>) -> Vec<WayChoice<'a>> {
        if is_automatic || self.plan.ways_by_hand().count() < 2 {
            return Vec::new();
        }
        let is_given = !needs_way(self.plan, self.today);
        let usual = self.plan.usual_way(self.today).filter(|_| is_given);
        let numbered = self.plan.renewal.iter().enumerate();
        let by_hand = numbered.filter(|(_, way)| {
            let mut ways = self.plan.ways_by_hand();
            ways.any(|other| std::ptr::eq(other, *way))
        });
        let choices = by_hand.map(|(item, way)| {
            let number = item + 1;
            WayChoice {
                number,
                is_chosen: match sent {
                    Some(form) => form.way.trim() == number.to_string(),
                    None => usual.is_some_and(|usual| std::ptr::eq(usual, way)),
                },
                title: self.way_title(number, way),
                terms: self.way_terms(way),
            }
        });
        choices.collect()
    }

    fn way_title(&self, number: usize, way: &'a RenewalMethod<'a>) -> WayTitle<'a> {
        match (way.action.as_deref(), self.words.method_name(way.method)) {
            (Some(action), _) => WayTitle::Action(action),
            (None, Some(method)) => WayTitle::Label(method.to_owned()),
            (None, None) => WayTitle::Label((self.words.record_labels().way_number)(number)),
        }
    }

    fn way_terms(&self, way: &RenewalMethod<'_>) -> String {
        let method = self.words.method_name(way.method).map(str::to_owned);
        let method = method.filter(|_| way.action.is_some());
        let validity = way.validity.map(|validity| {
            let mut out = String::new();
            self.words.period(&mut out, validity);
            out
        });
        let price = way.price.or(self.plan.price).map(|price| price.to_string());
        let terms: Vec<String> = [method, validity, price].into_iter().flatten().collect();
        terms.join(" · ")
    }

    /// The price that the form has at first, and the hint beside it.
    fn price(&self, is_automatic: bool, has_choice: bool) -> (String, Option<String>) {
        let (plan, labels) = (self.plan, self.words.record_labels());
        let mut prices: Vec<Option<Price>> = match is_automatic {
            true => vec![plan.automatic_price()],
            false if has_choice => {
                let ways = plan.ways_by_hand();
                ways.map(|way| way.price.or(plan.price)).collect()
            }
            false => vec![plan.price_on(self.today)],
        };
        prices.dedup();
        match prices[..] {
            [price] => (
                price.map(|price| price.to_string()).unwrap_or_default(),
                plan.currency_of(None, self.today)
                    .map(|code| self.words.default_currency(code)),
            ),
            _ => (String::new(), Some(labels.about_paid.to_owned())),
        }
    }
}

/// The sentence beside a field that is wrong.
pub(crate) fn field_error(labels: &'static RecordLabels, field: FormField) -> &'static str {
    match field {
        FormField::On => labels.wrong_day,
        FormField::Way => labels.wrong_way,
        FormField::Until => labels.wrong_until,
        FormField::Paid => labels.wrong_price,
        FormField::Receipt | FormField::Note => labels.wrong_text,
    }
}

/// The form of a plan.
pub(crate) struct Form<'a> {
    /// Its action: the path of the plan with the token.
    pub(crate) action: String,
    /// Whether the plan renews by itself today.
    pub(crate) is_automatic: bool,
    pub(crate) day: Input,
    pub(crate) way_id: String,
    pub(crate) way_error: Option<&'static str>,
    pub(crate) ways: Vec<WayChoice<'a>>,
    /// The other fields, in order.
    pub(crate) inputs: Vec<Input>,
}

/// A field of the form.
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) kind: InputKind,
    pub(crate) value: String,
    pub(crate) hint: Option<String>,
    pub(crate) error: Option<&'static str>,
}

impl Input {
    /// The attributes that tie the hint and the error to the field. They need no escapes.
    pub(crate) fn description(&self) -> String {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.map(|_| format!("{}-error", self.id));
        let ids: Vec<String> = error.into_iter().chain(hint).collect();
        let mut attributes = match ids[..] {
            [] => String::new(),
            _ => format!(" aria-describedby=\"{}\"", ids.join(" ")),
        };
        if self.error.is_some() {
            attributes += " aria-invalid=\"true\" autofocus";
        }
        attributes
    }
}

/// The kind of a field.
#[derive(Clone)]
pub(crate) enum InputKind {
    /// A day, up to and including `max`.
    Date { max: Option<String> },
    /// One line.
    Line,
    /// Several lines.
    Text,
}

/// A way to choose.
pub(crate) struct WayChoice<'a> {
    /// Its number in the plan's `renewal`, from 1.
    pub(crate) number: usize,
    pub(crate) is_chosen: bool,
    pub(crate) title: WayTitle<'a>,
    /// Its means, validity and price.
    pub(crate) terms: String,
}

/// What a way is called.
pub(crate) enum WayTitle<'a> {
    /// In the user's words.
    Action(&'a str),
    /// In ours.
    Label(String),
}

/// The history of a plan, newest first.
pub(crate) struct History<'a> {
    pub(crate) heading: String,
    /// The records that are shown.
    pub(crate) newest: Vec<Record<'a>>,
    pub(crate) earlier_heading: String,
    /// The records that are collapsed.
    pub(crate) earlier: Vec<Record<'a>>,
}

/// A past renewal.
pub(crate) struct Record<'a> {
    pub(crate) on: NaiveDate,
    pub(crate) day: String,
    pub(crate) paid: Option<String>,
    pub(crate) receipt: Option<&'a str>,
    pub(crate) note: Option<&'a str>,
}

impl Record<'_> {
    /// Whether the receipt is a web address.
    pub(crate) fn is_link(&self) -> bool {
        let address = self.receipt.map(|text| WebAddress::parse(text.into()));
        address.is_some_and(|address| address.is_ok())
    }
}
