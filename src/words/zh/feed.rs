//! Chinese in simplified characters.

use chrono::{Datelike, NaiveDate};

use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::time::period::Period;
use crate::words::feed::{
    Place, Renewal, Tense, Unit, Words, ends_in_link, join, number, show, unit,
};

pub(crate) struct SimplifiedChinese;

impl SimplifiedChinese {
    fn place(out: &mut String, place: &Place<'_>) {
        let (before, name, after) = match *place {
            Place::WebsiteBelow => ("在文末网址", "", ""),
            Place::Website(url) => ("在 ", url, ""),
            Place::App(name) => ("在 ", name, " 应用内"),
            Place::Dial(code) => ("拨打 ", code, ""),
            Place::Text(sms) => {
                out.push_str("发送短信");
                if let Some(text) = &sms.text {
                    out.extend([" ", text, " "]);
                }
                ("至 ", &*sms.to, "")
            }
            Place::Call(number) => ("致电 ", number, ""),
            Place::TheirWebsite => ("在官方网站", "", ""),
            Place::TheirApp => ("在官方应用内", "", ""),
            Place::ThirdParty => ("通过第三方平台", "", ""),
            Place::Shop => ("到门店", "", ""),
            Place::Voucher => ("用充值卡", "", ""),
            Place::SomeText => ("发送短信", "", ""),
            Place::SomeCall => ("通过电话", "", ""),
            Place::SomeCode => ("在拨号盘输入代码", "", ""),
        };
        out.extend([before, name, after]);
    }

    /// What to do at a place, as a command.
    fn act(out: &mut String, place: &Place<'_>) {
        match *place {
            Place::WebsiteBelow => out.push_str("打开文末网址"),
            Place::Website(url) => out.extend(["打开 ", url]),
            Place::App(name) => out.extend(["打开 ", name, " 应用"]),
            ref place => Self::place(out, place),
        }
    }
}

impl Words for SimplifiedChinese {
    fn date(&self, out: &mut String, day: NaiveDate) {
        show(
            out,
            format_args!("{}年{}月{}日", day.year(), day.month(), day.day()),
        );
    }

    fn length(&self, out: &mut String, days: u32, period: Period) {
        let (count, unit) = match unit(days, period) {
            Unit::Years(count) => (count, " 年"),
            Unit::Months(count) => (count, " 个月"),
            Unit::Days(count) => (count, " 天"),
        };
        number(out, count);
        out.push_str(unit);
    }

    fn expires_on(&self, out: &mut String, name: &str, expiry: NaiveDate) {
        out.extend([name, " 于 "]);
        self.date(out, expiry);
        out.push_str("到期");
    }

    fn left(&self, out: &mut String, name: &str, lead: (u32, Period), expiry: NaiveDate) {
        out.extend([name, " 还有 "]);
        self.length(out, lead.0, lead.1);
        out.push_str("到期（");
        self.date(out, expiry);
        out.push('）');
    }

    fn overdue(&self, out: &mut String, name: &str) {
        out.extend([name, " 昨天已到期，尚无续期记录"]);
    }

    fn left_to_recover(&self, out: &mut String, name: &str, lead: (u32, Period), end: NaiveDate) {
        out.extend([name, " 宽限期还剩 "]);
        self.length(out, lead.0, lead.1);
        out.push_str("（至");
        self.date(out, end);
        out.push('）');
    }

    fn last_day_to_recover(&self, out: &mut String, name: &str, end: NaiveDate) {
        out.extend([name, " 宽限期最后一天是 "]);
        self.date(out, end);
    }

    fn renews_on(&self, out: &mut String, name: &str, day: NaiveDate) {
        out.extend([name, " 于 "]);
        self.date(out, day);
        out.push_str("自动续费，请确认是否成功");
    }

    fn renews_in(&self, out: &mut String, name: &str, lead: (u32, Period), day: NaiveDate) {
        out.extend([name, " 将在 "]);
        self.length(out, lead.0, lead.1);
        out.push_str("后自动续费（");
        self.date(out, day);
        out.push('）');
    }

    fn nothing_left(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, "：没有待到期的项目"]);
    }

    fn out_of_date(&self, out: &mut String) {
        out.push_str("此日历已停止更新：计划文件有错误");
    }

    fn shows_list_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("目前显示的是");
        self.date(out, day);
        out.push_str("的列表。请维护者运行 weekahead check 查看错误原因。");
    }

    fn expires(&self, out: &mut String, expiry: NaiveDate, tense: Tense) {
        match tense {
            Tense::Ahead => {
                self.date(out, expiry);
                out.push_str("到期。");
            }
            Tense::Past => {
                out.push_str("已于");
                self.date(out, expiry);
                out.push_str("到期。");
            }
        }
    }

    fn renews(&self, out: &mut String, day: NaiveDate, price: Option<Price>) {
        self.date(out, day);
        out.push_str("自动续费");
        if let Some(price) = price {
            show(out, format_args!("（{price}）"));
        }
        out.push('。');
    }

    fn automatic_until(&self, out: &mut String, until: NaiveDate) {
        out.push_str("自动续费仅到");
        self.date(out, until);
        out.push_str("为止。");
    }

    fn recoverable(&self, out: &mut String, end: NaiveDate) {
        out.push_str("宽限期至");
        self.date(out, end);
        out.push('。');
    }

    fn number(&self, out: &mut String, provider: Option<&str>, number: &Shown<'_>) {
        if let Some(provider) = provider {
            out.extend([provider, "，"]);
        }
        match number {
            Shown::Whole(number) => out.extend(["号码 ", number]),
            Shown::Ending(digits) => out.extend(["尾号 ", digits]),
        }
        out.push('。');
    }

    fn renew(&self, out: &mut String, renewal: &Renewal<'_>) {
        out.push_str(match (renewal.another, renewal.says_nothing()) {
            (false, _) => "续期",
            (true, false) => "或者",
            (true, true) => "或用其他方式",
        });
        if let Some(price) = renewal.price {
            show(out, format_args!("（{price}）"));
        }
        let mut between = "：";
        if let Some(action) = renewal.action {
            out.extend([between, action]);
            between = "，";
        }
        let redeemed = renewal.buys_voucher();
        let at_shop = renewal.means == Some(Place::Shop);
        if let Some(means) = renewal.means.filter(|_| !redeemed) {
            out.push_str(between);
            Self::place(out, &means);
            between = if at_shop { "办理；详情请" } else { "，" };
        }
        let mut verb = if renewal.means.is_some() && !redeemed {
            "办理"
        } else {
            ""
        };
        if !renewal.places.is_empty() {
            out.push_str(between);
            (between, verb) = match (redeemed, at_shop) {
                (true, _) => ("再", "兑换"),
                (_, true) => ("", "查询"),
                (false, false) => ("", "办理"),
            };
            out.push_str(between);
            join(out, &renewal.places, "，或", Self::place);
            let ends_in_latin = matches!(
                renewal.places.last(),
                Some(Place::Website(_) | Place::Dial(_) | Place::Text(_) | Place::Call(_))
            );
            if ends_in_latin {
                out.push(' ');
            }
        }
        out.extend([verb, "。"]);
    }

    fn check(&self, out: &mut String, places: &[Place<'_>]) {
        out.push_str("确认结果：");
        join(out, places, "，或", Self::act);
        if ends_in_link(places) {
            out.push_str(" 查看");
        }
        out.push_str("，应显示新的到期日。");
    }

    fn record(&self, out: &mut String, how: &str) {
        out.extend(["请保留付款凭证，并记录本次续期：", how]);
    }

    fn failed(&self, out: &mut String, card: bool, provider: Option<&str>, support: &[Place<'_>]) {
        out.push_str(if card {
            "没成功？请检查银行卡和余额，再联系"
        } else {
            "没成功？请联系"
        });
        match provider {
            Some(provider) => out.extend([" ", provider]),
            None => out.push_str("客服"),
        }
        out.push('：');
        join(out, support, "，或", Self::act);
        if !ends_in_link(support) {
            out.push('。');
        }
    }

    fn pay_safely(&self, out: &mut String, third_party: bool) {
        out.push_str(if third_party {
            "付款时只用自己熟悉的网站或应用，不要连公共 Wi-Fi。"
        } else {
            "付款时只用官方网站或官方应用，不要连公共 Wi-Fi。"
        });
    }

    fn as_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("列表更新于");
        self.date(out, day);
        out.push('。');
    }

    fn test(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, " 提醒测试"]);
    }

    fn tested(&self, out: &mut String) {
        out.push_str(
            "如果此日程响起了提醒，说明这个程序在这台设备上能够提醒。订阅的日历还要看程序是否保留其中的提醒，\
             日历页面上有说明。此日程可以删除。",
        );
    }
}
