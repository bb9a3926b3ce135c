//! What a page shows of a list on a day: the plans that are due, the picture of the year, and the
//! costs.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};

use crate::agenda::{AgendaItem, DueCounter, YearlyCost};
use crate::plan::PlanList;
use crate::plan::schedule::Schedule;
use crate::plan::status::{PlanStatus, Urgency};
use crate::plan::value::language::Language;
use crate::site::page::card::{CardMaker, PlanCard, TextPart};
use crate::site::page::html::{answer, date, fill, push_sentence, summary_class, urgency_class};
use crate::site::page::year::Year;
use crate::time::revision::Revision;
use crate::words::{self, PageLabels, Words};

/// The maximum number of plans on a page. A longer page would be too long to read and to send.
const MAX_PLANS: usize = 500;

/// What a page shows of a list on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageBody {
    /// The reference day of the page.
    pub(crate) day: NaiveDate,
    /// The language of the page.
    pub(crate) language: Language,
    /// The name of the calendar.
    pub(crate) name: String,
    /// A sentence about the calendar.
    pub(crate) description: Option<String>,
    /// The day of the list's last change.
    pub(crate) as_of: NaiveDate,
    /// The whole list in one sentence.
    pub(crate) answer: String,
    /// How urgent the most urgent plan is, as a CSS class.
    pub(crate) class: &'static str,
    /// The plans, the picture of the year and the costs, as HTML.
    pub(crate) html: String,
}

impl PageBody {
    /// The body for a list on the day `today`; `stem` is the calendar's name if the list has none.
    ///
    /// It shows the 500 plans that matter most, and says how many more there are.
    #[must_use]
    pub fn new(list: &PlanList<'_>, stem: &str, revision: Revision, today: NaiveDate) -> Self {
        Self::seen_from(ReferenceDay::Today(today), list, stem, revision)
    }

    /// A body that stays correct until the list changes: it gives dates and never counts days, and
    /// it sorts the plans as of `since`, a day that changes only with the list.
    #[must_use]
    pub fn without_today(
        list: &PlanList<'_>,
        stem: &str,
        revision: Revision,
        since: NaiveDate,
    ) -> Self {
        Self::seen_from(ReferenceDay::Since(since), list, stem, revision)
    }

    fn seen_from(
        reference: ReferenceDay,
        list: &PlanList<'_>,
        stem: &str,
        revision: Revision,
    ) -> Self {
        let settings = &list.settings;
        let parts = parts(list, reference);
        Self {
            day: reference.day(),
            language: settings.language,
            name: settings.name.as_deref().unwrap_or(stem).to_owned(),
            description: settings.description.as_deref().map(str::to_owned),
            as_of: revision.day(settings.timezone),
            answer: parts.answer,
            class: parts.class,
            html: parts.html,
        }
    }

    /// A moment as text. The date is omitted if it is the day of this body.
    pub(crate) fn moment(&self, moment: NaiveDateTime) -> String {
        let words = words::in_language(self.language);
        let date = date(words, moment.date());
        let other_day = (moment.date() != self.day).then_some(date.as_str());
        words.moment(other_day, moment.time())
    }
}

/// The reference day of a body.
#[derive(Debug, Clone, Copy)]
enum ReferenceDay {
    /// The body is read on this day, and counts days from it.
    Today(NaiveDate),
    /// The body may be read long after this day, and does not count days.
    Since(NaiveDate),
}

impl ReferenceDay {
    fn day(self) -> NaiveDate {
        match self {
            Self::Today(day) | Self::Since(day) => day,
        }
    }

    fn is_today(self) -> bool {
        matches!(self, Self::Today(_))
    }
}

/// The parts of a body that depend on the plans and the day alone.
struct BodyParts {
    answer: String,
    class: &'static str,
    html: String,
}

/// The sections of plans, in their order on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SectionKind {
    /// The plans that are due.
    Now,
    /// The plans that expire later.
    Later,
    /// On a page that does not know the current day: all plans that do not renew by themselves.
    Dates,
    /// The plans for which the user does not have to act.
    Automatic,
}

impl SectionKind {
    const ALL: [Self; 4] = [Self::Now, Self::Later, Self::Dates, Self::Automatic];

    fn of(item: &AgendaItem<'_>, status: PlanStatus, reference: ReferenceDay) -> Self {
        match reference {
            ReferenceDay::Since(_) => match status.urgency(false) {
                Urgency::Automatic => Self::Automatic,
                _ => Self::Dates,
            },
            ReferenceDay::Today(_) => match status.urgency(item.is_due) {
                Urgency::Expired | Urgency::Due => Self::Now,
                Urgency::Later => Self::Later,
                Urgency::Automatic => Self::Automatic,
            },
        }
    }

    /// The id of its element.
    fn id(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Later => "later",
            Self::Dates => "dates",
            Self::Automatic => "automatic",
        }
    }

    fn heading(self, labels: &'static PageLabels) -> &'static str {
        match self {
            Self::Now => labels.now,
            Self::Later => labels.later,
            Self::Dates => labels.dates,
            Self::Automatic => labels.automatic,
        }
    }
}

#[derive(Template)]
#[template(path = "body.html")]
struct BodyTemplate<'a> {
    labels: &'static PageLabels,
    /// Whether the body is read on its reference day.
    is_of_today: bool,
    sections: Vec<Section<'a>>,
    not_shown: Option<String>,
    months: Vec<(&'static str, Option<i32>)>,
    /// The rows of the picture of the year.
    pictures: Vec<Picture<'a>>,
    /// The colours of the bars, each with its CSS class.
    colors: Vec<(&'static str, &'static str)>,
    has_grace: bool,
    has_renewals: bool,
    /// How many plans have no row.
    beyond_year: Option<String>,
    /// The sum of each currency, with the number of its renewals.
    sums: Vec<(String, String)>,
    /// Which renewals the sums count.
    sums_note: String,
}

/// A section of plans.
struct Section<'a> {
    id: &'static str,
    heading: &'static str,
    /// The plans that are shown in full.
    cards: Vec<PlanCard<'a>>,
    /// The plans of which one line is shown, with the rest folded.
    rows: Vec<PlanCard<'a>>,
}

/// A row in the picture of the year.
struct Picture<'a> {
    name: &'a str,
    /// What it shows, in sentences: for a reader who does not see it, and as the tooltip.
    summary: String,
    /// The shapes, as SVG.
    shapes: String,
}

/// What a row of the picture shows, in sentences.
fn picture_summary(
    words: &dyn Words,
    card: &PlanCard<'_>,
    year: Year,
    schedule: &Schedule,
) -> String {
    let days = card.days.iter().map(|(_, text)| text.as_str());
    let mut text = format!("{}: {}", card.name, days.collect::<String>());
    let warnings = year.warnings(schedule).map(|day| date(words, day));
    let warnings: Vec<String> = warnings.collect();
    if !warnings.is_empty() {
        push_sentence(&mut text, &words.warning_days(&warnings));
    }
    text
}

fn parts(list: &PlanList<'_>, reference: ReferenceDay) -> BodyParts {
    let today = reference.day();
    let settings = &list.settings;
    let words = words::in_language(settings.language);
    let labels = words.page_labels();
    let mut yearly_cost = YearlyCost::new(today);
    let mut counter = DueCounter::new(today);
    let mut first_date = None::<NaiveDate>;
    let mut ranked: Vec<(SectionKind, u8, i64, usize)> = Vec::new();
    for (index, plan) in list.plans.iter().enumerate() {
        let item = AgendaItem::new(plan, list, today);
        let Some(status) = item.status else { continue };
        let kind = SectionKind::of(&item, status, reference);
        let (group, days) = status.rank();
        ranked.push((kind, group, days, index));
        yearly_cost.add(plan);
        counter.add(&item);
        if kind == SectionKind::Dates {
            let day = status.day(today).filter(|day| *day >= today);
            first_date = day.into_iter().chain(first_date).min();
        }
    }
    ranked.sort_unstable();
    let left_out = ranked.len().saturating_sub(MAX_PLANS);
    ranked.truncate(MAX_PLANS);
    let summary = counter.summary();
    let answer = match reference {
        ReferenceDay::Today(_) => answer(words, &summary),
        ReferenceDay::Since(_) if summary.plans == 0 => words.nothing_in_list().to_owned(),
        ReferenceDay::Since(_) if summary.automatic == summary.plans => {
            words.all_automatic().to_owned()
        }
        ReferenceDay::Since(since) => {
            let first_date = first_date.map(|day| date(words, day));
            words.first_date(&date(words, since), first_date.as_deref())
        }
    };
    let year = match reference {
        ReferenceDay::Today(day) => Year::around(day),
        ReferenceDay::Since(day) => Year::since(day),
    };
    let maker = CardMaker {
        words,
        list,
        today,
        counts_days: reference.is_today(),
    };
    let mut sections = SectionKind::ALL.map(|kind| Section {
        id: kind.id(),
        heading: kind.heading(labels),
        cards: Vec::new(),
        rows: Vec::new(),
    });
    let mut pictures = Vec::new();
    for (kind, .., index) in &ranked {
        let plan = &list.plans[*index];
        let item = AgendaItem::new(plan, list, today);
        let Some(status) = item.status else { continue };
        // A plan that was expired or due on a past day need not be so now.
        let is_due = reference.is_today() && item.is_due;
        let urgency = match status.urgency(is_due) {
            Urgency::Expired if !reference.is_today() => Urgency::Later,
            urgency => urgency,
        };
        let class = urgency_class(urgency);
        let is_card = *kind == SectionKind::Now && !status.is_long_past();
        let card = match is_card {
            true => maker.due_card(&item, status, class),
            false => maker.card(&item, status, class),
        };
        if year.shows_date_of(plan, &item.schedule) {
            pictures.push(Picture {
                name: &plan.name,
                summary: picture_summary(words, &card, year, &item.schedule),
                shapes: year.draw(plan, &item.schedule, urgency),
            });
        }
        let section = &mut sections[*kind as usize];
        match is_card {
            true => section.cards.push(card),
            false => section.rows.push(card),
        }
    }
    let month = |(month, year): (u32, Option<i32>)| {
        let index = month as usize - 1;
        (labels.months[index % labels.months.len()], year)
    };
    let shows = |shape: &str| pictures.iter().any(|row| row.shapes.contains(shape));
    let colors = [
        (Urgency::Expired, labels.valid_expired),
        (Urgency::Due, labels.valid_due),
        (Urgency::Later, labels.valid),
        (Urgency::Automatic, labels.valid_automatic),
    ];
    let colors = colors
        .into_iter()
        .map(|(urgency, label)| (urgency_class(urgency), label))
        .filter(|(class, _)| shows(&format!("class=\"{class}\"")));
    let beyond_year = ranked.len() - pictures.len();
    let sums = yearly_cost.sums();
    let html = fill(&BodyTemplate {
        labels,
        is_of_today: reference.is_today(),
        sections: sections
            .into_iter()
            .filter(|section| !section.cards.is_empty() || !section.rows.is_empty())
            .collect(),
        not_shown: (left_out > 0).then(|| words.plans_not_shown(left_out)),
        months: year.months().map(month).collect(),
        colors: colors.collect(),
        has_grace: shows("class=\"grace\""),
        has_renewals: shows("#auto"),
        beyond_year: (beyond_year > 0).then(|| words.beyond_year(beyond_year)),
        pictures,
        sums: sums
            .map(|(sum, times)| (sum.to_string(), words.renewal_count(times)))
            .collect(),
        sums_note: match reference {
            ReferenceDay::Today(_) => words.costs_until(&date(words, yearly_cost.end())),
            ReferenceDay::Since(since) => {
                words.costs_between(&date(words, since), &date(words, yearly_cost.end()))
            }
        },
    });
    BodyParts {
        answer,
        class: match reference {
            ReferenceDay::Today(_) => summary_class(&summary),
            ReferenceDay::Since(_) => urgency_class(Urgency::Later),
        },
        html,
    }
}
