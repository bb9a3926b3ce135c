//! Recognises the columns of a table by their names.

use std::fmt::Write as _;

use crate::text::width::width;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    /// A key of the plan itself.
    Plan(&'static str),
    /// A key of `renewal`, `check`, `support`, `cancel` or `terms`.
    Of(&'static str, &'static str),
    /// The number that a text message of one of them goes to, or its text.
    Sms(&'static str, &'static str),
    /// The currency of the prices.
    Currency,
    /// Leads as numbers of days.
    LeadDays,
    /// The next renewal or the last one: its days tell which.
    RenewalDay,
    /// A renewal day, or whether the plan renews by itself: its cells tell which.
    Renewal,
    /// Whether the plan renews by itself.
    IsAutomatic,
    /// Whether the plan is still in use.
    IsActive,
    /// Whether the plan is no longer in use.
    IsInactive,
    /// A column that only a table of events has, such as one of Outlook's or Google Calendar's.
    Event(EventPart),
}

/// What a table of events says of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EventPart {
    StartDate,
    StartTime,
    /// Of an event of whole days the day after its last. In other tables it is the last day.
    EndDate,
    EndTime,
    AllDay,
    HasReminder,
    ReminderDate,
    ReminderTime,
    Location,
}

/// The names of columns that can mean nothing else, in lower case: English, German, Norwegian,
/// Chinese, and some in Japanese. A key of the plans file is a name as well.
const NAMES: &[(Column, &str)] = &[
    (
        Column::Plan("name"),
        "title, plan, plan name, subject, summary, item, product, service, service name, \
         subscription, contract, domain, domain name, fqdn, document, \
         bezeichnung, titel, vertrag, vertragsname, artikel, produkt, dienst, betreff, \
         navn, tittel, emne, abonnement, avtale, tjeneste, domene, domenenavn, \
         名称, 名字, 套餐, 套餐名称, 标题, 主题, 项目, 产品, 服务, 订阅, 域名, 名稱, 方案, 名前",
    ),
    (
        Column::Plan("expires"),
        "expire, expiry, expiry date, expires on, expires at, expire date, expiration, \
         expiration date, exp date, domain expiration date, domain expiry date, \
         registry expiry date, registry ends at, valid until, valid to, valid till, valid through, \
         paid until, paid through, end, ends, ends on, due, due date, due on, last day, deadline, \
         renews, renews on, renew by, next renewal, next renewal date, next payment, \
         next payment date, next billing, next billing date, next charge, next charge date, \
         next due, next due date, \
         ablauf, ablaufdatum, läuft ab, läuft ab am, gültig bis, ende, vertragsende, fällig, \
         fällig am, fälligkeit, nächste zahlung, nächste abbuchung, nächste verlängerung, \
         utløp, utløper, utløpsdato, gyldig til, forfall, forfallsdato, siste dag, \
         neste betaling, neste fornyelse, \
         到期, 到期日, 到期日期, 到期时间, 有效期至, 有效期限, 有效至, 过期日, 过期日期, 过期时间, \
         截止日期, 失效日期, 失效时间, 下次付款, 下次扣费, 下次扣款, 下次续费, 下次续期, \
         有效日期, 有効期限, 期限",
    ),
    (
        Column::RenewalDay,
        "renewal date, renewal day, top up date, billing date, payment date, charge date, \
         verlängerungsdatum, zahlungsdatum, abbuchungsdatum, fornyelsesdato, betalingsdato, \
         续费日, 续费日期, 续费时间, 续期日, 续期日期, 扣费日, 扣款日, 付款日期, 更新日",
    ),
    (
        Column::Plan("renewed"),
        "renewed on, last renewed, last renewal, last renewal date, last top up, last topup, \
         topped up, last payment, last payment date, last paid, \
         verlängert am, letzte verlängerung, letzte zahlung, letzte aufladung, \
         fornyet, sist fornyet, sist betalt, siste fornyelse, siste betaling, \
         上次续费, 上次续期, 上次充值, 上次付款, 最近续费, 最近充值",
    ),
    (
        Column::Plan("validity"),
        "valid for, validity period, period, cycle, payment cycle, billing cycle, billing period, \
         billing frequency, frequency, interval, renewal period, renewal cycle, duration, term, \
         laufzeit, gültigkeit, gültigkeitsdauer, zeitraum, zahlungsweise, zahlungsintervall, \
         intervall, turnus, zyklus, \
         varighet, gyldighet, periode, betalingsperiode, \
         有效期, 周期, 付款周期, 续费周期, 扣费周期, 计费周期, 有效时长, 时长",
    ),
    (
        Column::IsAutomatic,
        "auto renew, autorenew, auto renewal, automatic renewal, automatically renews, \
         automatische verlängerung, automatisk fornyelse, autofornyelse, \
         自动续费, 自动续期, 自动扣费",
    ),
    (Column::Renewal, "verlängerung, fornyelse, 续费, 续期"),
    (Column::Plan("extends"), ""),
    (
        Column::Plan("grace"),
        "grace period, redemption period, karenzzeit, kulanzfrist, 宽限期, 保留期",
    ),
    (
        Column::Plan("price"),
        "cost, amount, fee, renewal price, renewal cost, \
         preis, betrag, kosten, gebühr, beitrag, pris, beløp, kostnad, avgift, \
         价格, 费用, 金额, 资费, 價格, 料金",
    ),
    (Column::Currency, "valuta, währung, 货币, 币种, 貨幣"),
    (
        Column::Plan("provider"),
        "operator, carrier, company, vendor, issuer, registrar, supplier, \
         anbieter, firma, versicherer, aussteller, leverandør, selskap, operatør, utsteder, \
         运营商, 服务商, 供应商, 提供商, 注册商, 公司, 商家",
    ),
    (
        Column::Plan("number"),
        "phone, phone number, mobile, mobile number, msisdn, telephone, tel, sim number, \
         rufnummer, telefonnummer, handynummer, nummer, telefon, mobilnummer, \
         号码, 手机号, 手机号码, 电话, 电话号码, 門號",
    ),
    (
        Column::Of("renewal", "url"),
        "url, link, website, web, webseite, nettside, lenke, 网址, 链接, 官网",
    ),
    (Column::Of("renewal", "action"), "how, how to renew"),
    (Column::Of("renewal", "method"), ""),
    (Column::Of("renewal", "until"), ""),
    (Column::Of("renewal", "steps"), ""),
    (
        Column::Of("cancel", "notice"),
        "notice period, cancellation period, kündigungsfrist, oppsigelsestid, oppsigelsesfrist",
    ),
    (Column::Of("cancel", "url"), "cancellation link"),
    (
        Column::Plan("ended"),
        "given up, ended on, cancellation date, cancelled on, canceled on, cancel on, \
         gekündigt am, gekündigt zum, kündigungsdatum, oppsagt, oppsigelsesdato, 取消日期, 停用日期",
    ),
    (Column::IsActive, "active, is active, aktiv, 启用, 在用"),
    (Column::IsInactive, "inactive, is inactive, inaktiv"),
    (
        Column::Of("terms", "url"),
        "terms, bedingungen, vilkår, 条款",
    ),
    (
        Column::Plan("remind"),
        "reminder, reminders, lead, leads, remind before, erinnerung, påminnelse, varsel, 提醒",
    ),
    (
        Column::LeadDays,
        "remind days, reminder days, notify days before, days before, tage vorher, dager før, \
         提前天数, 提醒天数",
    ),
    (
        Column::Plan("tags"),
        "tag, category, categories, label, labels, kategorie, kategorien, gruppe, \
         kategori, kategorier, 标签, 分类, 类别",
    ),
    (
        Column::Plan("notes"),
        "note, comment, comments, remark, remarks, description, \
         notiz, notizen, bemerkung, bemerkungen, anmerkung, beschreibung, kommentar, \
         notat, notater, merknad, beskrivelse, 备注, 说明, 描述, 備註",
    ),
    (Column::Plan("id"), "key, slug"),
    (
        Column::Event(EventPart::StartDate),
        "start date, beginnt am, startdatum, startdato, 开始日期",
    ),
    (
        Column::Event(EventPart::StartTime),
        "start time, beginnt um, starttidspunkt, 开始时间",
    ),
    (
        Column::Event(EventPart::EndDate),
        "end date, endet am, enddatum, sluttdato, 结束日期",
    ),
    (
        Column::Event(EventPart::EndTime),
        "end time, endet um, sluttidspunkt, 结束时间",
    ),
    (
        Column::Event(EventPart::AllDay),
        "all day event, all day, ganztägiges ereignis, heldagshendelse, 全天事件",
    ),
    (
        Column::Event(EventPart::HasReminder),
        "reminder on off, erinnerung ein aus, påminnelse på av, 提醒开 关",
    ),
    (
        Column::Event(EventPart::ReminderDate),
        "reminder date, erinnerung am, påminnelsesdato, 提醒日期",
    ),
    (
        Column::Event(EventPart::ReminderTime),
        "reminder time, erinnerung um, påminnelsestidspunkt, 提醒时间",
    ),
    (
        Column::Event(EventPart::Location),
        "location, ort, sted, 地点",
    ),
];
/// The keys of one way to reach somebody.
const CONTACT: [&str; 4] = ["url", "app", "dial", "call"];
/// The keys of a way of renewing.
const RENEWAL: [&str; 8] = [
    "method", "action", "url", "app", "dial", "call", "until", "steps",
];

impl Column {
    /// The column of a name, and the unit or the currency that the name has in brackets, as in
    /// `Preis (EUR)`.
    pub(crate) fn of(name: &str) -> Option<(Self, Option<String>)> {
        if let Some(column) = Self::of_plain(name) {
            return Some((column, None));
        }
        let name = name.trim();
        let inside = name.strip_suffix([')', '）', ']'])?;
        let (name, unit) = inside.split_once(['(', '（', '['])?;
        Some((Self::of_plain(name)?, Some(unit.trim().to_owned())))
    }

    /// The column of a name without brackets.
    fn of_plain(name: &str) -> Option<Self> {
        let name = plain(name);
        if name.is_empty() {
            return None;
        }
        let is_known = |(column, names): &&(Self, &str)| {
            let is_key = matches!(column, Self::Plan(key) if *key == name)
                || (*column == Self::Currency && name == "currency")
                || (*column == Self::Renewal && name == "renewal");
            is_key || names.split(',').any(|known| known.trim() == name)
        };
        if let Some((column, _)) = NAMES.iter().find(is_known) {
            return Some(*column);
        }
        let words: Vec<&str> = name.split(' ').collect();
        let (part, key) = match words[..] {
            [key] => ("renewal", key),
            [part, key] => (part, key),
            [part, "sms", key] => (part, if key == "to" { "sms" } else { key }),
            _ => return None,
        };
        let parts = ["renewal", "check", "support", "cancel", "terms"];
        let part = parts.into_iter().find(|known| *known == part)?;
        match key {
            "sms" if part != "terms" => return Some(Self::Sms(part, "to")),
            "text" if words.contains(&"sms") => return Some(Self::Sms(part, "text")),
            _ => {}
        }
        let keys: &[&'static str] = match part {
            "renewal" => &RENEWAL,
            "terms" => &["url", "checked"],
            "cancel" if key == "notice" => &["notice"],
            _ => &CONTACT,
        };
        let key = keys.iter().find(|known| **known == key)?;
        Some(Self::Of(part, key))
    }

    /// Whether it holds what a telephone dials.
    pub(crate) fn is_dialled(self) -> bool {
        matches!(
            self,
            Self::Plan("number") | Self::Of(_, "dial" | "call") | Self::Sms(_, "to")
        )
    }

    /// Whether it holds days.
    pub(crate) fn has_days(self) -> bool {
        matches!(
            self,
            Self::Plan("expires" | "renewed" | "ended")
                | Self::RenewalDay
                | Self::Renewal
                | Self::Of(_, "until" | "checked")
                | Self::Event(EventPart::StartDate | EventPart::EndDate | EventPart::ReminderDate)
        )
    }

    /// What messages call it.
    pub(crate) fn name(self) -> String {
        let name = match self {
            Self::Plan(key) => key,
            Self::Of(part, key) => return format!("{part}.{key}"),
            Self::Sms(part, key) => return format!("{part}.sms.{key}"),
            Self::Currency => "currency",
            Self::LeadDays => "remind, in days",
            Self::RenewalDay => "expires or renewed",
            Self::Renewal => "renewal",
            Self::IsAutomatic => "auto-debit, yes or no",
            Self::IsActive => "in use, yes or no",
            Self::IsInactive => "no longer in use, yes or no",
            Self::Event(part) => return format!("event: {}", part.name()),
        };
        name.to_owned()
    }
}

impl EventPart {
    fn name(self) -> &'static str {
        match self {
            Self::StartDate => "first day",
            Self::StartTime => "time of its beginning",
            Self::EndDate => "day of its end",
            Self::EndTime => "time of its end",
            Self::AllDay => "whole days, yes or no",
            Self::HasReminder => "reminder, yes or no",
            Self::ReminderDate => "day of the reminder",
            Self::ReminderTime => "time of the reminder",
            Self::Location => "place",
        }
    }
}

/// A name in the form of the table: lower case, with spaces between its words.
fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut before = ' ';
    for c in name.chars() {
        // `expiresAt`
        if before.is_lowercase() && c.is_uppercase() {
            out.push(' ');
        }
        before = c;
        match c {
            '_' | '-' | '.' | '/' | ':' | '*' | '\u{feff}' => out.push(' '),
            c => out.extend(c.to_lowercase()),
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ")
}

/// Lists the columns with their names, for the help, in lines of at most 80 columns.
pub(crate) fn column_help() -> String {
    const MAX_WIDTH: usize = 78;
    const INDENT: &str = "      ";
    let mut out = String::from(
        "Columns of a table, by what they mean. Case, `_`, `-`, `.` and `/` do not\n\
         count. A currency or a unit may follow in brackets, as in `Preis (EUR)`.\n",
    );
    for (column, names) in NAMES {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n  {}:", column.name());
        let mut is_begun = false;
        let mut used = MAX_WIDTH;
        for name in names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            // With the comma and the space before it.
            let columns = width(name) + 2;
            let between = match used + columns > MAX_WIDTH {
                true => {
                    used = INDENT.len();
                    format!("{}{INDENT}", if is_begun { ",\n" } else { "" })
                }
                false => ", ".to_owned(),
            };
            used += columns;
            is_begun = true;
            out += &between;
            out += name;
        }
        if is_begun {
            out.push('\n');
        }
    }
    out.push_str(
        "\nAlso app, dial, call, sms.to and sms.text after `renewal.`, `check.`, `support.`\nor \
         `cancel.`, and terms.checked.\n",
    );
    out
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Column, NAMES, column_help};

    #[test]
    fn forgives_the_form_and_guesses_nothing() {
        for (name, expected) in [
            ("Name", Some("name")),
            (" EXPIRY_DATE ", Some("expires")),
            ("Valid-Until", Some("expires")),
            ("expires", Some("expires")),
            ("expiresAt", Some("expires")),
            ("Next Payment", Some("expires")),
            ("Läuft ab", Some("expires")),
            ("Gültig bis", Some("expires")),
            ("Utløpsdato", Some("expires")),
            ("到期日", Some("expires")),
            ("有效期至", Some("expires")),
            ("过期时间", Some("expires")),
            ("有效期", Some("validity")),
            ("Renewal Date", Some("expires or renewed")),
            ("续期日", Some("expires or renewed")),
            ("Domain Name", Some("name")),
            ("套餐", Some("name")),
            ("Phone  Number", Some("number")),
            ("Currency", Some("currency")),
            ("Preis (EUR)", Some("price")),
            ("价格（元）", Some("price")),
            ("URL", Some("renewal.url")),
            ("website", Some("renewal.url")),
            ("renewal.url", Some("renewal.url")),
            ("Renewal method", Some("renewal.method")),
            ("check.dial", Some("check.dial")),
            ("check dial", Some("check.dial")),
            ("support.call", Some("support.call")),
            ("check.sms.to", Some("check.sms.to")),
            ("check.sms.text", Some("check.sms.text")),
            ("cancel.notice", Some("cancel.notice")),
            ("terms.checked", Some("terms.checked")),
            ("sms", Some("renewal.sms.to")),
            ("check.method", None),
            ("date", None),
            ("foo", None),
            ("foo.url", None),
            ("history", None),
            ("", None),
        ] {
            let found = Column::of(name).map(|(column, _)| column.name());
            assert_eq!(found.as_deref(), expected, "{name}");
        }
        let unit = Column::of("Preis (EUR)").and_then(|(_, unit)| unit);
        assert_eq!(unit.as_deref(), Some("EUR"));
    }

    #[test]
    fn each_name_stands_once_and_is_in_the_help() {
        let help = column_help();
        let words: Vec<&str> = help.split_whitespace().collect();
        let help = words.join(" ");
        let mut seen = HashSet::new();
        for (column, names) in NAMES {
            for name in names
                .split(',')
                .map(str::trim)
                .filter(|name| !name.is_empty())
            {
                assert!(seen.insert(name), "{name} stands twice");
                assert_eq!(Column::of(name), Some((*column, None)), "{name}");
                assert!(help.contains(name), "{name}");
            }
        }
    }
}
