//! Chinese in simplified characters.

use chrono::{Datelike, NaiveDate};

use super::{Place, Renewal, Tense, Unit, Words, join, number, show, unit};
use crate::period::Period;
use crate::phone::Shown;
use crate::price::Price;

pub(super) struct SimplifiedChinese;

impl SimplifiedChinese {
    fn place(out: &mut String, place: &Place<'_>) {
        let (before, name, after) = match *place {
            Place::WebsiteBelow => ("在下方网站", "", ""),
            Place::Website(url) => ("在 ", url, " "),
            Place::App(name) => ("在 ", name, " 应用内"),
            Place::Dial(code) => ("拨打 ", code, " "),
            Place::Text(sms) => {
                out.push_str("发送短信");
                if let Some(text) = &sms.text {
                    out.extend([" ", text, " "]);
                }
                ("至 ", &*sms.to, " ")
            }
            Place::Call(number) => ("致电 ", number, " "),
            Place::TheirWebsite => ("在运营方网站", "", ""),
            Place::TheirApp => ("在运营方应用内", "", ""),
            Place::ThirdParty => ("通过第三方支付平台", "", ""),
            Place::Shop => ("到门店", "", ""),
            Place::Voucher => ("用充值券", "", ""),
            Place::SomeText => ("发送短信", "", ""),
            Place::SomeCall => ("致电", "", ""),
            Place::SomeCode => ("拨打代码", "", ""),
        };
        out.extend([before, name, after]);
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

    fn expires_today(&self, out: &mut String, name: &str) {
        out.extend([name, " 今天到期"]);
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
        out.push_str("（截至");
        self.date(out, end);
        out.push('）');
    }

    fn last_day_to_recover(&self, out: &mut String, name: &str) {
        out.extend([name, " 宽限期最后一天"]);
    }

    fn renews_today(&self, out: &mut String, name: &str) {
        out.extend([name, " 今天自动续费，请确认是否成功"]);
    }

    fn renews_in(&self, out: &mut String, name: &str, lead: (u32, Period), day: NaiveDate) {
        out.extend([name, " 还有 "]);
        self.length(out, lead.0, lead.1);
        out.push_str("自动续费（");
        self.date(out, day);
        out.push('）');
    }

    fn nothing_left(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, "：没有待到期的项目"]);
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
        out.push_str(if renewal.another { "或者" } else { "续期" });
        if let Some(price) = renewal.price {
            show(out, format_args!("（{price}）"));
        }
        let mut between = "：";
        if let Some(action) = renewal.action {
            out.extend([between, action]);
            between = "，";
        }
        if let Some(means) = &renewal.means {
            out.push_str(between);
            Self::place(out, means);
            between = "，";
        }
        if !renewal.places.is_empty() {
            out.push_str(between);
            join(out, &renewal.places, "，或", Self::place);
        }
        if renewal.means.is_some() || !renewal.places.is_empty() {
            out.push_str("办理");
        }
        out.push('。');
    }

    fn check(&self, out: &mut String, places: &[Place<'_>]) {
        out.push_str("查询：");
        join(out, places, "或", |out, place| match *place {
            Place::Website(url) => out.extend(["打开 ", url, " "]),
            Place::App(name) => out.extend(["打开 ", name, " 应用"]),
            Place::Dial(text) => out.extend(["拨打 ", text]),
            Place::Call(text) => out.extend(["致电 ", text]),
            Place::Text(sms) => {
                out.push_str("发送短信");
                if let Some(text) = &sms.text {
                    out.extend([" ", text, " "]);
                }
                out.extend(["至 ", &*sms.to]);
            }
            _ => {}
        });
        out.push_str("，应显示新的到期日。");
    }

    fn record(&self, out: &mut String, how: &str) {
        out.extend(["请保留凭证，然后登记：", how]);
    }

    fn failed(&self, out: &mut String, card: bool, provider: Option<&str>, support: &[Place<'_>]) {
        out.push_str(if card {
            "没成功？请检查银行卡和余额，再联系 "
        } else {
            "没成功？请联系 "
        });
        out.extend([provider.unwrap_or("客服"), "："]);
        join(out, support, "，", |out, place| match *place {
            Place::Website(url) => out.extend([url, " "]),
            Place::Dial(text) | Place::Call(text) => out.push_str(text),
            Place::App(name) => out.extend([name, " 应用"]),
            Place::Text(sms) => {
                out.push_str("短信");
                if let Some(text) = &sms.text {
                    out.extend([" ", text, " "]);
                }
                out.extend(["至 ", &*sms.to]);
            }
            _ => {}
        });
        out.push('。');
    }

    fn pay_safely(&self, out: &mut String, third_party: bool) {
        out.push_str(if third_party {
            "只在可信的网站或应用付款，切勿使用公共 Wi-Fi。"
        } else {
            "只在运营方官方网站或应用付款，切勿使用公共 Wi-Fi。"
        });
    }

    fn as_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("列表更新于");
        self.date(out, day);
        out.push('。');
    }
}
