//! The rules for spaces, and the one word for renewing, over all Chinese texts.

use chrono::{NaiveDate, NaiveTime};

use super::{SimplifiedChinese, needs_space};
use crate::plan::schedule::{Lead, OVERDUE_DAYS};
use crate::plan::status::PlanStatus;
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::plan::{Method, Sms};
use crate::time::period::Period;
use crate::words::agenda::{AgendaWords, PlanCounts};
use crate::words::feed::{Channel, FeedWords, RenewalText, Tense, is_chinese};
use crate::words::page::PageWords;
use crate::words::record::{RecordMessage, RecordWords};

/// Two names: one begins and ends with a Latin letter, the other with a Chinese character.
const NAMES: [&str; 2] = ["Mitt Telenor", "支付宝"];

fn check(text: &str) {
    assert!(!text.contains("续期"), "another word for renewing: {text}");
    let chars: Vec<char> = text.chars().collect();
    for pair in chars.windows(2) {
        // The numbers of a date or a month.
        let is_date = matches!(
            pair,
            ['0'..='9', '年' | '月' | '日'] | ['年' | '月', '0'..='9']
        );
        let lacks_space = needs_space(pair[0], pair[1]) && !is_date;
        assert!(!lacks_space, "no space between {pair:?}: {text}");
    }
    for three in chars.windows(3) {
        let is_wrong = three[1] == ' ' && is_chinese(three[0]) && is_chinese(three[2]);
        assert!(!is_wrong, "a space between {three:?}: {text}");
    }
}

/// Checks what a method appends to a text.
fn check_pushed(push: impl FnOnce(&mut String)) {
    let mut text = String::new();
    push(&mut text);
    check(&text);
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 1, 5).expect("a day")
}

/// Each kind of channel, with texts of the user that begin and end with `name`.
fn channels<'a>(name: &'a str, sms: &'a [Sms<'a>]) -> Vec<Channel<'a>> {
    let mut channels = vec![
        Channel::WebsiteBelow,
        Channel::Website("https://a.example/"),
        Channel::App(name),
        Channel::App("My app"),
        Channel::App("支付宝应用"),
        Channel::Dial("*100#"),
        Channel::Call("+47 915 09 000"),
        Channel::ProviderWebsite,
        Channel::ProviderApp,
        Channel::ThirdParty,
        Channel::Shop,
        Channel::Voucher,
        Channel::AnyText,
        Channel::AnyCall,
        Channel::AnyCode,
    ];
    channels.extend(sms.iter().map(Channel::Text));
    channels
}

#[test]
fn labels_follow_the_rules() {
    // Their `Debug` has each label, one that is added later too.
    let page = format!("{:?}", SimplifiedChinese.page_labels());
    let agenda = format!("{:?}", SimplifiedChinese.agenda_labels());
    let record = format!("{:?}", SimplifiedChinese.record_labels());
    for label in [page, agenda, record].iter().flat_map(|all| all.split('"')) {
        check(label);
    }
    check(&(SimplifiedChinese.record_labels().way_number)(2));
    for name in NAMES.into_iter().chain(["My app", "支付宝应用"]) {
        let (before, after) = (SimplifiedChinese.page_labels().in_app)(name);
        check(&format!("{before}{name}{after}"));
    }
}

#[test]
fn sentences_of_recording_follow_the_rules() {
    let words = SimplifiedChinese;
    for message in [
        RecordMessage::Foreign,
        RecordMessage::Missing,
        RecordMessage::Late,
        RecordMessage::Changed,
        RecordMessage::NothingToUndo,
        RecordMessage::TooLong,
        RecordMessage::NotAForm,
        RecordMessage::Broken,
        RecordMessage::NotWritten,
        RecordMessage::Locked,
    ] {
        let (heading, text) = words.record_message(message);
        check(heading);
        check(text);
    }
    let mut date = String::new();
    words.date(&mut date, day());
    check(&words.default_currency("NOK"));
    check(&words.was_renewed(&date));
    check(&words.new_expiry(&date, &date));
    check(&words.next_warning(&date));
    check(&words.still_expired(&date));
    check(&words.ends_before_expiry(&date, &date));
    check(&words.automatic_ended(&date));
    check(&words.past_renewals(3));
    check(&words.earlier_renewals(3));
}

#[test]
fn titles_and_sentences_of_the_feed_follow_the_rules() {
    let words = SimplifiedChinese;
    let lead = |text: &str, days| Lead {
        days,
        period: Period::parse(text).expect("a length"),
        is_moved: false,
    };
    let price = Price::parse("49 NOK").ok();
    for name in NAMES {
        check_pushed(|out| words.expiry_title(out, name, day()));
        for days in OVERDUE_DAYS {
            check_pushed(|out| words.overdue_title(out, name, days));
        }
        check_pushed(|out| words.after_grace_title(out, name));
        check_pushed(|out| words.cancel_title(out, name, day()));
        check_pushed(|out| words.ended_title(out, name, day()));
        check_pushed(|out| words.provider(out, name));
        for price in [None, price] {
            check_pushed(|out| words.how_to_renew_with(out, Some(name), price));
        }
        check_pushed(|out| words.how_to_cancel(out, Some(name), &[]));
        check_pushed(|out| words.if_it_failed(out, true, Some(name), &[]));
        check_pushed(|out| words.grace_end_title(out, name, day()));
        check_pushed(|out| words.renewal_title(out, name, day()));
        check_pushed(|out| words.empty_title(out, name));
        check_pushed(|out| words.test_title(out, name));
        for lead in [lead("7d", 7), lead("2 months", 60), lead("1 year", 365)] {
            check_pushed(|out| words.notice_title(out, name, lead, day()));
            check_pushed(|out| words.grace_notice_title(out, name, lead, day()));
            check_pushed(|out| words.renewal_notice_title(out, name, lead, day()));
            check_pushed(|out| words.cancel_notice_title(out, name, lead, day()));
            check_pushed(|out| words.ended_notice_title(out, name, lead, day()));
        }
        for number in [Shown::Whole("+47 900 00 001"), Shown::Ending("001".into())] {
            check_pushed(|out| words.phone_number(out, Some(name), &number));
        }
        let sms = [Some(name), None].map(|text| Sms {
            to: "1933".into(),
            text: text.map(Into::into),
        });
        let channels = channels(name, &sms);
        for channel in &channels {
            let one = std::slice::from_ref(channel);
            check_pushed(|out| words.how_to_check(out, one));
            check_pushed(|out| words.how_to_check_automatic(out, one));
            check_pushed(|out| words.how_to_cancel(out, None, one));
            check_pushed(|out| words.if_it_failed(out, true, Some(name), one));
            check_pushed(|out| words.if_it_failed(out, false, None, one));
            for means in [None, Some(Channel::Shop), Some(Channel::Voucher)] {
                check_pushed(|out| {
                    words.how_to_renew(
                        out,
                        &RenewalText {
                            is_alternative: false,
                            price,
                            validity: Period::parse("1 year 2 days").ok(),
                            action: Some(name),
                            means,
                            channels: vec![*channel, *channel],
                        },
                    );
                });
            }
        }
    }
    for tense in [Tense::Ahead, Tense::Past] {
        check_pushed(|out| words.expires(out, day(), tense));
        check_pushed(|out| words.recoverable_until(out, day(), tense));
    }
    check_pushed(|out| words.renews(out, day(), price));
    check_pushed(|out| words.cancel_by(out, day(), day(), price));
    check_pushed(|out| words.ends(out, day()));
    for price in [None, price] {
        check_pushed(|out| words.how_to_renew_number(out, price));
        check_pushed(|out| words.how_to_renew_with(out, None, price));
    }
    check_pushed(|out| words.how_to_check_number(out));
    check_pushed(|out| words.how_to_check_date(out));
    check_pushed(|out| words.how_to_check_automatic(out, &[]));
    check_pushed(|out| words.how_to_cancel(out, None, &[]));
    check_pushed(|out| words.how_to_record_end(out, day()));
    check_pushed(|out| words.if_it_failed(out, false, None, &[]));
    check_pushed(|out| words.automatic_until(out, day()));
    check_pushed(|out| words.list_as_of(out, day()));
    check_pushed(|out| words.outdated_title(out));
    for command in ["weekahead check", "weekahead check 保号"] {
        check_pushed(|out| words.outdated_text(out, day(), command));
    }
    for paid in [true, false] {
        check_pushed(|out| words.how_to_record(out, "weekahead renew telenor", paid));
        check_pushed(|out| words.how_to_check_end(out, paid));
    }
    check_pushed(|out| words.pay_safely(out, true));
    check_pushed(|out| words.pay_safely(out, false));
    check_pushed(|out| words.test_text(out));
}

#[test]
fn sentences_of_agenda_and_page_follow_the_rules() {
    let words = SimplifiedChinese;
    for days in [0, 1, 7] {
        for status in [
            PlanStatus::Grace(days),
            PlanStatus::Expired(days),
            PlanStatus::Lost(days),
            PlanStatus::Ends(days),
            PlanStatus::Renews(days),
            PlanStatus::CancelBy(days),
            PlanStatus::GivenUp(days),
        ] {
            check(&words.status_sentence(status));
            check(&words.status_cell(status));
        }
    }
    for name in Method::names() {
        let method = Method::parse(name).expect(name);
        check(words.method_name(method).unwrap_or_default());
    }
    for period in ["3 months", "1 year 2 days", "P1M"] {
        check(&words.goes_on(Period::parse(period).expect(period)));
    }
    check(&words.renewal_count(3));
    check(&words.renewal_sum("49 NOK", 3));
    check(&words.given_up_on("2027-01-05"));
    check(&words.plan_counts(PlanCounts {
        all: 3,
        shown: 2,
        due: 1,
        ended: 1,
    }));

    let time = NaiveTime::from_hms_opt(9, 0, 0).expect("a time");
    let mut date = String::new();
    words.date(&mut date, day());
    check(&words.counted_from(&date));
    check(&words.plans_not_shown(3));
    check(&words.last_renewed(&date));
    check(&words.will_be_given_up(&date));
    check(&words.warning_days(&[date.clone(), date.clone()]));
    check(&words.costs_until(&date));
    check(&words.costs_between(&date, &date));
    for moment in [words.moment(Some(&date), time), words.moment(None, time)] {
        check(&words.error_found(&moment));
        check(&words.fetched_since(&moment));
        check(&words.not_fetched_since(&moment));
    }
}

#[test]
fn a_text_reads_as_a_native_writes_it() {
    let words = SimplifiedChinese;
    for (name, title) in [
        ("Telenor", "Telenor 于 2027年1月5日到期"),
        ("护照", "护照于 2027年1月5日到期"),
    ] {
        let mut text = String::new();
        words.expiry_title(&mut text, name, day());
        assert_eq!(text, title);
    }
    let sms = Sms {
        to: "10086".into(),
        text: Some("充值".into()),
    };
    let mut text = String::new();
    words.how_to_check(&mut text, &[Channel::Text(&sms), Channel::App("支付宝")]);
    assert_eq!(
        text,
        "确认结果：发送短信“充值”至 10086，或打开支付宝应用，应显示新的到期日。"
    );
}
