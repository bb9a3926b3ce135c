//! Chinese in simplified characters.

use crate::plan::Method;
use crate::plan::status::PlanStatus;
use crate::words::agenda::Words;

pub(crate) static WORDS: Words = Words {
    standing: |standing| match standing {
        PlanStatus::Grace(0) => "今天是宽限期最后一天".to_owned(),
        PlanStatus::Grace(left) => format!("已到期，宽限期还剩 {left} 天"),
        PlanStatus::Expired(1) => "昨天已到期".to_owned(),
        PlanStatus::Expired(ago) => format!("已到期 {ago} 天"),
        PlanStatus::Lost(1) => "宽限期昨天已结束".to_owned(),
        PlanStatus::Lost(ago) => format!("宽限期已结束 {ago} 天"),
        PlanStatus::Ends(0) => "今天是最后一天".to_owned(),
        PlanStatus::Ends(1) => "明天是最后一天".to_owned(),
        PlanStatus::Ends(left) => format!("还有 {left} 天到期"),
        PlanStatus::Renews(0) => "今天自动续费".to_owned(),
        PlanStatus::Renews(1) => "明天自动续费".to_owned(),
        PlanStatus::Renews(left) => format!("{left} 天后自动续费"),
        PlanStatus::GivenUp(0) => "今天停用".to_owned(),
        PlanStatus::GivenUp(1) => "明天停用".to_owned(),
        PlanStatus::GivenUp(left) => format!("{left} 天后停用"),
    },
    method: |method| match method {
        Method::Website => Some("网站"),
        Method::App => Some("应用"),
        Method::ThirdParty => Some("第三方平台"),
        Method::Shop => Some("门店"),
        Method::Voucher => Some("充值卡"),
        Method::Sms => Some("短信"),
        Method::Call => Some("电话"),
        Method::Ussd => Some("拨号代码"),
        Method::AutoDebit => Some("自动续费"),
        Method::Other => None,
    },
    renewals: |count| format!("续期 {count} 次"),

    state: |standing| match standing {
        PlanStatus::Grace(0) => "【宽限期】最后一天".to_owned(),
        PlanStatus::Grace(left) => format!("【宽限期】还剩 {left} 天"),
        PlanStatus::Expired(ago) => format!("【已到期】{ago} 天"),
        PlanStatus::Lost(ago) => format!("【宽限期已过】{ago} 天"),
        PlanStatus::Ends(0) => "【今天】最后一天".to_owned(),
        PlanStatus::Ends(left) => format!("还有 {left} 天"),
        PlanStatus::Renews(0) => "今天自动续费".to_owned(),
        PlanStatus::Renews(left) => format!("{left} 天后自动续费"),
        PlanStatus::GivenUp(0) => "今天停用".to_owned(),
        PlanStatus::GivenUp(left) => format!("{left} 天后停用"),
    },
    way_to: |means, what| format!("{means}：{what}"),
    sum: |sum, renewals| format!("{sum}（续期 {renewals} 次）"),
    given_up: |day| format!("已于 {day} 停用"),
    plan: "项目",
    standing_of: "状态",
    date: "日期",
    last_warning: "上次提醒",
    next_warning: "下次提醒",
    price: "价格",
    way: "续期方式",
    cycle: "周期",
    counts: |counts| {
        let mut text = match (counts.shown, counts.all) {
            (shown, all) if shown == all => format!("共 {all} 项"),
            (shown, all) => format!("共 {all} 项，列出 {shown} 项"),
        };
        text += &format!("，{} 项待续期", counts.due);
        if counts.ended > 0 {
            text += &format!("；另有 {} 项已停用", counts.ended);
        }
        text
    },
    costs: |sums| format!("一年费用：{}", sums.join("，")),
    id: "标识",
    list: "列表",
    tags: "标签",
    events: "日历中的说明",
    warnings: "提醒",
    rings: "响铃时间以设备的当地时间为准。",
    all_day: "全天",
    no_warnings: "没有：日历中没有此项目。",
    cycles: "周期",
    if_renewed: "若今天续期",
    renews: "自动续费",
    unknown: "未知",
};
