//! Plans files of any length, like real ones, the same each time.

use chrono::{Days, NaiveDate};

/// Plans as people keep them, 12 to 20 lines with the history. `<n>` is the plan's number, `<d>`
/// a day of its last year, `<e>` a day ahead, `<p>` an amount.
const TEMPLATES: [&str; 10] = [
    r#"  - id: telenor-<n>
    name: Telenor Kontant <n>
    provider: Telenor
    number: "+47 900 <n>"
    renewed: <d>
    validity: 3 months
    grace: 60 days
    price: <p> NOK
    renewal:
      method: website
      action: Top up <p> NOK
      url: https://www.telenor.example/kontantkort/
      app: Mitt Telenor
    check: {dial: "*100#"}
    support: {call: "+47 915 09 000", url: https://www.telenor.example/kundeservice/}
    remind: [14d, 7d, 1d]
    tags: [family, norway]
    notes: Receiving a text does not count.
"#,
    r#"  - id: telia-<n>
    name: Telia Ladekort, Bjørnøya <n>
    provider: Telia
    number: "+47 911 <n>"
    renewed: <d>
    validity: 1 month
    price: <p> NOK
    renewal:
      method: voucher
      action: Kjøp en kupong på <p> kr
      dial: "*111*PIN#"
      steps:
        - Ta vare på lappen med PIN-koden til den nye datoen vises
    check: {sms: {to: "2446", text: SALDO}}
    tags: [norway]
"#,
    r#"  - id: cmcc-<n>
    name: 中国移动保号卡 <n>
    provider: 中国移动
    number: "+86 138 0013 <n>"
    renewed: <d>
    validity: 90 days
    grace: 90 days
    price: <p> CNY
    renewal:
      method: app
      action: 充值 <p> 元话费
      app: 中国移动
    check: {sms: {to: "10086", text: CXYE}}
    support: {call: "+86 10086"}
    tags: [家人, 中国]
    notes: 余额不足会停机；停机九十天后号码被收回。
"#,
    r#"  - id: giffgaff-<n>
    name: giffgaff (UK) <n>
    provider: giffgaff
    number: "+44 7700 <n>"
    renewed: <d>
    validity: 180 days
    price: <p>.50 GBP
    renewal: {method: sms, action: Send a text from this SIM, sms: {to: "+44 7700 900005"}}
    tags: [uk]
    notes: |
      Roaming must be on, or the text is not sent.
      Data alone does not count; a call of a minute does.
"#,
    r#"  - id: domain-<n>
    name: example-<n>.org
    provider: The registrar
    expires: <e>
    validity: 1 year
    extends: from-expiry
    grace: 30 days
    price: <p>.50 EUR
    renewal: {method: website, url: https://registrar.example/domains}
    support: {url: https://registrar.example/help}
    remind: [30d, 7d]
    tags: [web]
"#,
    r#"  - id: passport-<n>
    name: Pass, Åse Sørensen <n>
    expires: <e>
    grace: 180 days
    renewal:
      method: other
      action: Book a day at the police station
      steps:
        - Bring the old passport
        - Bring two photos; one is kept
    remind: [90d, 30d]
    tags: [papers]
    notes: Many countries want six months left.
"#,
    r#"  - id: lyca-<n>
    name: Lycamobile <n>
    provider: Lycamobile
    number: "+47 940 <n>"
    renewed: <d>
    validity: 2 months
    grace: 30 days
    price: <p> NOK
    renewal:
      method: ussd
      dial: "*123*1#"
    check: {dial: "*102#"}
    support: {call: "+47 942 43 322"}
    tags: [norway, travel]
    notes: Ringer man ikke på åtti dager, stenges kortet.
"#,
    r#"  - id: airalo-<n>
    name: Airalo eSIM <n>
    provider: Airalo
    number: "+372 5550 <n>"
    renewed: <d>
    validity: 1 year
    price: <p>.99 USD
    renewal:
      method: third-party
      action: Buy the smallest pack
      url: https://pay.example/airalo
    check: {app: Airalo}
    support: {call: "+1 202 555 0143"}
    tags: [travel]
"#,
    r#"  - id: ruter-<n>
    name: Ruter travel card <n>
    provider: Ruter
    number: "0100 <n>"
    expires: <e>
    price: <p> NOK
    renewal:
      method: shop
      action: Renew the card
      url: https://ruter.example/shops
      steps: [Bring the card, "Ask for zones 1, 2V and 3V"]
    tags: [family]
"#,
    r#"  - id: unicom-<n>
    name: 中国联通副卡 <n>
    provider: 中国联通
    number: "+86 186 1010 <n>"
    renewed: <d>
    validity: 6 months
    price: <p>.80 CNY
    renewal: {method: call, action: 打一个电话, call: "10010"}
    check: {url: https://www.unicom.example/balance}
    support: {call: "+86 10010"}
    tags: [中国]
    notes: 每六个月至少打一个电话。
"#,
];

/// How many events the plans of a list have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Events {
    /// Only its expiry, with one alarm.
    One,
    /// Its expiry, notices before it, days after it and, if it has a grace period, the days of that.
    Several,
}

/// The text of one plans file; no two files have the same plans.
pub(crate) fn text(file: usize, plans: usize, events: Events) -> String {
    let mut text = format!(
        "calendar:
  name: Keep-alive numbers {file}
  id: list-{file}
  description: Numbers and papers that must not run out
  language: en
  timezone: Europe/Oslo
  remind: [7d]
  remind_at: \"09:00\"
  notices: {}

plans:
",
        events == Events::Several
    );
    for index in 0..plans {
        plan(&mut text, file * plans + index, events);
        text.push('\n');
    }
    text
}

fn plan(text: &mut String, number: usize, events: Events) {
    let template = TEMPLATES[number % TEMPLATES.len()];
    let amount = (9 + number % 40 * 10).to_string();
    let currency = template
        .lines()
        .find_map(|line| line.strip_prefix("    price: "))
        .and_then(|price| price.rsplit(' ').next());
    let filled = template
        .replace("<n>", &format!("{number:06}"))
        .replace("<d>", &day(2026, number * 37 % 365))
        .replace("<e>", &day(2027, number * 53 % 730))
        .replace("<p>", &amount);
    for line in filled.split_inclusive('\n') {
        let adds_events = ["    grace: ", "    remind: "]
            .iter()
            .any(|key| line.starts_with(key));
        if events == Events::Several || !adds_events {
            text.push_str(line);
        }
    }
    // Renewals of the past, none to three of them.
    for entry in 0..number / TEMPLATES.len() % 4 {
        if entry == 0 {
            text.push_str("    history:\n");
        }
        let on = day(2024, number * 29 % 200 + entry * 150);
        let entry = match currency {
            Some(currency) => {
                let month = &on[..7];
                format!("{{on: {on}, paid: {amount} {currency}, receipt: receipts/{month}.pdf}}")
            }
            None => format!("{{on: {on}, note: Fornyet i god tid}}"),
        };
        text.push_str("      - ");
        text.push_str(&entry);
        text.push('\n');
    }
}

/// A day of a year or of the years after it.
fn day(year: i32, days: usize) -> String {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a first of January");
    (first + Days::new(days as u64)).to_string()
}
