//! The words of the feed in simplified Chinese.

use chrono::{Datelike, NaiveDate};

use crate::plan::schedule::Lead;
use crate::plan::value::phone::Shown;
use crate::plan::value::price::Price;
use crate::time::period::Period;
use crate::words::feed::{
    Channel, FeedWords, RenewalText, Tense, TimeUnit, are_own_words, ends_in_link, is_called_app,
    push_display, push_joined,
};
use crate::words::zh::{SimplifiedChinese, push};

/// Appends texts, with spaces between them where they belong.
fn push_all(out: &mut String, texts: &[&str]) {
    for text in texts {
        push(out, text);
    }
}

impl SimplifiedChinese {
    /// Appends a lead as a length of time: in days, or in months and years if the plans file gives
    /// it so.
    fn duration(out: &mut String, lead: Lead) {
        Self::unit(out, TimeUnit::of(lead));
    }

    /// Appends a length of time.
    pub(crate) fn unit(out: &mut String, unit: TimeUnit) {
        let (count, unit) = match unit {
            TimeUnit::Years(count) => (count, " 年"),
            TimeUnit::Months(count) => (count, " 个月"),
            TimeUnit::Days(count) => (count, " 天"),
        };
        push(out, &count.to_string());
        out.push_str(unit);
    }

    /// Appends a channel as the end of a sentence.
    fn channel(out: &mut String, channel: &Channel<'_>) {
        let (before, name, after) = match *channel {
            Channel::WebsiteBelow => ("在文末网址", "", ""),
            Channel::Website(url) => ("在", url, ""),
            Channel::App(name) if is_called_app(name) => ("在", name, "内"),
            Channel::App(name) => ("在", name, "应用内"),
            Channel::Dial(code) => ("拨打", code, ""),
            Channel::Text(sms) => {
                push(out, "发送短信");
                if let Some(text) = &sms.text {
                    out.extend(["“", text, "”"]);
                }
                ("至", &*sms.to, "")
            }
            Channel::Call(number) => ("致电", number, ""),
            Channel::ProviderWebsite => ("在官方网站", "", ""),
            Channel::ProviderApp => ("在官方应用内", "", ""),
            Channel::Action(action) => (action, "", ""),
            Channel::ThirdParty => ("通过第三方平台", "", ""),
            Channel::Shop => ("到门店", "", ""),
            Channel::Voucher => ("用充值卡", "", ""),
            Channel::AnyText => ("发送短信", "", ""),
            Channel::AnyCall => ("通过电话", "", ""),
            Channel::AnyCode => ("在拨号盘输入代码", "", ""),
        };
        push_all(out, &[before, name, after]);
    }

    /// Appends the support channels and the end of the sentence.
    fn support(out: &mut String, support: &[Channel<'_>]) {
        if !support.is_empty() {
            out.push('：');
        }
        push_joined(out, support, "，或", Self::command);
        if !ends_in_link(support) {
            out.push('。');
        }
    }

    /// Appends what to do with a channel, as an imperative.
    fn command(out: &mut String, channel: &Channel<'_>) {
        match *channel {
            Channel::WebsiteBelow => out.push_str("打开文末网址"),
            Channel::Website(url) => push_all(out, &["打开", url]),
            Channel::App(name) if is_called_app(name) => push_all(out, &["打开", name]),
            Channel::App(name) => push_all(out, &["打开", name, "应用"]),
            ref channel => Self::channel(out, channel),
        }
    }
}

impl FeedWords for SimplifiedChinese {
    fn date(&self, out: &mut String, day: NaiveDate) {
        let (year, month, day) = (day.year(), day.month(), day.day());
        push(out, &format!("{year}年{month}月{day}日"));
    }

    fn period(&self, out: &mut String, period: Period) {
        for (index, unit) in TimeUnit::parts(period).enumerate() {
            if index > 0 {
                out.push('零');
            }
            Self::unit(out, unit);
        }
    }

    fn expiry_title(&self, out: &mut String, name: &str, expiry: NaiveDate) {
        push_all(out, &[name, "于"]);
        self.date(out, expiry);
        out.push_str("到期");
    }

    fn notice_title(&self, out: &mut String, name: &str, lead: Lead, expiry: NaiveDate) {
        push_all(out, &[name, "还有"]);
        Self::duration(out, lead);
        out.push_str("到期（");
        self.date(out, expiry);
        out.push('）');
    }

    fn overdue_title(&self, out: &mut String, name: &str, days: u32) {
        match days {
            1 => push_all(out, &[name, "昨天已到期"]),
            _ => push_all(out, &[name, "已到期", &days.to_string(), "天"]),
        }
        out.push_str("，尚无续费记录");
    }

    fn grace_notice_title(&self, out: &mut String, name: &str, lead: Lead, end: NaiveDate) {
        push_all(out, &[name, "宽限期还剩"]);
        Self::duration(out, lead);
        out.push_str("（至");
        self.date(out, end);
        out.push('）');
    }

    fn grace_end_title(&self, out: &mut String, name: &str, end: NaiveDate) {
        push_all(out, &[name, "宽限期最后一天是"]);
        self.date(out, end);
    }

    fn after_grace_title(&self, out: &mut String, name: &str) {
        push_all(out, &[name, "宽限期昨天已结束，尚无续费记录"]);
    }

    fn renewal_title(&self, out: &mut String, name: &str, day: NaiveDate) {
        push_all(out, &[name, "于"]);
        self.date(out, day);
        out.push_str("自动续费，请确认是否成功");
    }

    fn renewal_notice_title(&self, out: &mut String, name: &str, lead: Lead, day: NaiveDate) {
        push_all(out, &[name, "将在"]);
        Self::duration(out, lead);
        out.push_str("后自动续费（");
        self.date(out, day);
        out.push('）');
    }

    fn cancel_notice_title(&self, out: &mut String, name: &str, lead: Lead, by: NaiveDate) {
        push_all(out, &[name, "取消期限还剩"]);
        Self::duration(out, lead);
        out.push_str("（至");
        self.date(out, by);
        out.push('）');
    }

    fn cancel_title(&self, out: &mut String, name: &str, by: NaiveDate) {
        push_all(out, &[name, "最晚"]);
        self.date(out, by);
        out.push_str("取消，否则自动续费");
    }

    fn ended_notice_title(&self, out: &mut String, name: &str, lead: Lead, day: NaiveDate) {
        push_all(out, &[name, "将在"]);
        Self::duration(out, lead);
        out.push_str("后停用（");
        self.date(out, day);
        out.push('）');
    }

    fn ended_title(&self, out: &mut String, name: &str, day: NaiveDate) {
        push_all(out, &[name, "于"]);
        self.date(out, day);
        out.push_str("停用，请确认已取消");
    }

    fn empty_title(&self, out: &mut String, calendar: &str) {
        out.extend([calendar, "：没有待到期的项目"]);
    }

    fn outdated_title(&self, out: &mut String) {
        out.push_str("此日历已停止更新：计划文件有错误");
    }

    fn outdated_text(&self, out: &mut String, day: NaiveDate, check: &str) {
        out.push_str("目前显示的是");
        self.date(out, day);
        push_all(out, &["的列表。请维护者运行", check, "查看错误原因。"]);
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
            push_display(out, format_args!("（{price}）"));
        }
        out.push('。');
    }

    fn automatic_until(&self, out: &mut String, until: NaiveDate) {
        out.push_str("自动续费仅到");
        self.date(out, until);
        out.push_str("为止。");
    }

    fn recoverable_until(&self, out: &mut String, end: NaiveDate, tense: Tense) {
        let (before, after) = match tense {
            Tense::Ahead => ("宽限期至", "。"),
            Tense::Past => ("宽限期已于", "结束。"),
        };
        out.push_str(before);
        self.date(out, end);
        out.push_str(after);
    }

    fn cancel_by(&self, out: &mut String, by: NaiveDate, renewal: NaiveDate, price: Option<Price>) {
        out.push_str("最晚");
        self.date(out, by);
        out.push_str("取消，否则");
        self.date(out, renewal);
        out.push_str("自动续费");
        if let Some(price) = price {
            push_display(out, format_args!("（{price}）"));
        }
        out.push('。');
    }

    fn ends(&self, out: &mut String, day: NaiveDate) {
        self.date(out, day);
        out.push_str("停用。");
    }

    fn provider(&self, out: &mut String, provider: &str) {
        push_all(out, &["服务商：", provider, "。"]);
    }

    fn phone_number(&self, out: &mut String, provider: Option<&str>, number: &Shown<'_>) {
        if let Some(provider) = provider {
            out.extend([provider, "，"]);
        }
        match number {
            Shown::Whole(number) => push_all(out, &["号码", number]),
            Shown::Ending(digits) => push_all(out, &["尾号", digits]),
        }
        out.push('。');
    }

    fn how_to_renew(&self, out: &mut String, renewal: &RenewalText<'_>) {
        out.push_str(match (renewal.is_alternative, renewal.is_bare()) {
            (false, _) => "续费",
            (true, false) => "或者",
            (true, true) => "或用其他方式",
        });
        renewal.push_terms(out, ("（", "）"), "，", |out, period| {
            self.period(out, period)
        });
        let mut between = "：";
        if let Some(action) = renewal.action {
            out.extend([between, action]);
            between = "，";
        }
        let redeemed = renewal.buys_voucher();
        let at_shop = renewal.means == Some(Channel::Shop);
        if let Some(means) = renewal.means.filter(|_| !redeemed) {
            out.push_str(between);
            Self::channel(out, &means);
            between = if at_shop { "办理；详情请" } else { "，" };
        }
        let mut verb = if renewal.means.is_some() && !redeemed {
            "办理"
        } else {
            ""
        };
        if !renewal.channels.is_empty() {
            out.push_str(between);
            (between, verb) = match (redeemed, at_shop) {
                (true, _) => ("再", "兑换"),
                (_, true) => ("", "查询"),
                (false, false) => ("", "办理"),
            };
            out.push_str(between);
            push_joined(out, &renewal.channels, "，或", Self::channel);
        }
        push_all(out, &[verb, "。"]);
    }

    fn how_to_renew_number(&self, out: &mut String, price: Option<Price>) {
        out.push_str("续费");
        if let Some(price) = price {
            push_display(out, format_args!("（{price}）"));
        }
        out.push_str("：在官方网站、官方应用内或到门店办理。");
    }

    fn how_to_renew_with(&self, out: &mut String, provider: Option<&str>, price: Option<Price>) {
        out.push_str("续费");
        if let Some(price) = price {
            push_display(out, format_args!("（{price}）"));
        }
        push_all(
            out,
            &["：联系", provider.unwrap_or("签发机构或服务商"), "办理。"],
        );
    }

    fn how_to_check(&self, out: &mut String, channels: &[Channel<'_>]) {
        out.push_str("确认结果：");
        push_joined(out, channels, "，或", Self::command);
        if ends_in_link(channels) {
            push(out, "查看");
        }
        out.push_str(match are_own_words(channels) {
            true => "。",
            false => "，应显示新的到期日。",
        });
    }

    fn how_to_check_number(&self, out: &mut String) {
        out.push_str("确认结果：登录账户查看余额或新的到期日，等待运营商短信，或试打一个电话。");
    }

    fn how_to_check_date(&self, out: &mut String) {
        out.push_str("请确认已显示新的到期日。");
    }

    fn how_to_check_automatic(&self, out: &mut String, channels: &[Channel<'_>]) {
        out.push_str("续费后请确认已扣款，且到期日已顺延");
        if !channels.is_empty() {
            out.push('：');
            push_joined(out, channels, "，或", Self::command);
            if ends_in_link(channels) {
                push(out, "查看");
            }
        }
        out.push('。');
    }

    fn how_to_record(&self, out: &mut String, how: &str, paid: bool) {
        out.push_str(match paid {
            true => "请保留付款凭证，并记录本次续费：",
            false => "续费后请记录：",
        });
        out.push_str(how);
    }

    fn how_to_record_late(&self, out: &mut String, how: &str) {
        out.extend(["如果已按时续费，请记录：", how]);
    }

    fn how_to_recover(&self, out: &mut String, provider: Option<&str>, support: &[Channel<'_>]) {
        out.push_str("如果没有，请联系");
        push_all(out, &[provider.unwrap_or("客服"), "，询问能否恢复"]);
        Self::support(out, support);
    }

    fn how_to_cancel(&self, out: &mut String, provider: Option<&str>, channels: &[Channel<'_>]) {
        out.push_str("取消方式：");
        if channels.is_empty() {
            out.push_str("登录账户取消，或联系");
            return push_all(out, &[provider.unwrap_or("客服"), "。"]);
        }
        push_joined(out, channels, "，或", Self::command);
        if ends_in_link(channels) {
            push(out, "办理");
        }
        out.push('。');
    }

    fn how_to_record_end(&self, out: &mut String, day: NaiveDate) {
        push_display(
            out,
            format_args!("取消后请在该计划下添加一行：ended: {day}"),
        );
    }

    fn how_to_check_end(&self, out: &mut String, paid: bool) {
        out.push_str(match paid {
            true => "请确认已取消，且不再扣款。",
            false => "请确认已取消。",
        });
    }

    fn if_it_failed(
        &self,
        out: &mut String,
        card: bool,
        provider: Option<&str>,
        support: &[Channel<'_>],
    ) {
        out.push_str(if card {
            "没成功？请检查银行卡和余额，再联系"
        } else {
            "没成功？请联系"
        });
        match provider {
            Some(provider) => push(out, provider),
            None => out.push_str("客服"),
        }
        Self::support(out, support);
    }

    fn pay_safely(&self, out: &mut String, third_party: bool) {
        out.push_str(if third_party {
            "付款时只用自己熟悉的网站或应用，不要连公共 Wi-Fi。"
        } else {
            "付款时只用官方网站或官方应用，不要连公共 Wi-Fi。"
        });
    }

    fn list_as_of(&self, out: &mut String, day: NaiveDate) {
        out.push_str("列表更新于");
        self.date(out, day);
        out.push('。');
    }

    fn test_title(&self, out: &mut String, calendar: &str) {
        push_all(out, &[calendar, "提醒测试"]);
    }

    fn test_text(&self, out: &mut String) {
        out.push_str(
            "如果此日程响起了提醒，说明这个程序在这台设备上能够提醒。订阅的日历还要看程序是否保留其中的提醒，\
             日历页面上有说明。此日程可以删除。",
        );
    }
}
