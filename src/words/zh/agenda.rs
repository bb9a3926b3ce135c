//! The words of the agenda in simplified Chinese.

use crate::plan::Method;
use crate::plan::status::PlanStatus;
use crate::time::period::Period;
use crate::words::agenda::{AgendaLabels, AgendaWords, PlanCounts};
use crate::words::feed::FeedWords as _;
use crate::words::zh::{SimplifiedChinese, joined};

impl AgendaWords for SimplifiedChinese {
    fn agenda_labels(&self) -> &'static AgendaLabels {
        &LABELS
    }

    fn status_sentence(&self, status: PlanStatus) -> String {
        match status {
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
            PlanStatus::CancelBy(0) => "今天是取消的最后一天，否则自动续费".to_owned(),
            PlanStatus::CancelBy(1) => "明天是取消的最后一天，否则自动续费".to_owned(),
            PlanStatus::CancelBy(left) => format!("还有 {left} 天可取消"),
            PlanStatus::GivenUp(0) => "今天停用".to_owned(),
            PlanStatus::GivenUp(1) => "明天停用".to_owned(),
            PlanStatus::GivenUp(left) => format!("{left} 天后停用"),
        }
    }

    fn status_cell(&self, status: PlanStatus) -> String {
        match status {
            PlanStatus::Grace(0) => "【宽限期】最后一天".to_owned(),
            PlanStatus::Grace(left) => format!("【宽限期】还剩 {left} 天"),
            PlanStatus::Expired(ago) => format!("【已到期】{ago} 天"),
            PlanStatus::Lost(ago) => format!("【宽限期已过】{ago} 天"),
            PlanStatus::Ends(0) => "【今天】最后一天".to_owned(),
            PlanStatus::Ends(left) => format!("还有 {left} 天"),
            PlanStatus::Renews(0) => "今天自动续费".to_owned(),
            PlanStatus::Renews(left) => format!("{left} 天后自动续费"),
            PlanStatus::CancelBy(0) => "【今天】最后可取消".to_owned(),
            PlanStatus::CancelBy(left) => format!("{left} 天内可取消"),
            PlanStatus::GivenUp(0) => "今天停用".to_owned(),
            PlanStatus::GivenUp(left) => format!("{left} 天后停用"),
        }
    }

    fn method_name(&self, method: Method) -> Option<&'static str> {
        match method {
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
        }
    }

    fn renewal_count(&self, count: u64) -> String {
        format!("续费 {count} 次")
    }

    fn method_and_place(&self, means: &str, what: &str) -> String {
        format!("{means}：{what}")
    }

    fn ticket_title(&self, name: &str, status: &str) -> String {
        format!("{name}：{status}")
    }

    fn given_up_on(&self, day: &str) -> String {
        joined(&["已于", day, "停用"])
    }

    fn goes_on(&self, period: Period) -> String {
        let mut text = "此后每 ".to_owned();
        self.period(&mut text, period);
        text + "一次"
    }

    fn plan_counts(&self, counts: PlanCounts) -> String {
        let mut text = match (counts.shown, counts.all) {
            (shown, all) if shown == all => format!("共 {all} 项"),
            (shown, all) => format!("共 {all} 项，列出 {shown} 项"),
        };
        text += &format!("，{} 项待续费", counts.due);
        if counts.ended > 0 {
            text += &format!("；另有 {} 项已停用", counts.ended);
        }
        text
    }

    fn renewal_sum(&self, sum: &str, renewals: u64) -> String {
        format!("{sum}（续费 {renewals} 次）")
    }

    fn yearly_cost(&self, sums: &[String]) -> String {
        format!("一年费用：{}", sums.join("，"))
    }
}

static LABELS: AgendaLabels = AgendaLabels {
    plan: "项目",
    status: "状态",
    date: "日期",
    last_warning: "上次提醒",
    next_warning: "下次提醒",
    price: "价格",
    how_to_renew: "续费方式",
    cycle: "周期",
    id: "标识",
    list: "列表",
    tags: "标签",
    event_text: "日历中的说明",
    warnings: "提醒",
    alarm_time: "响铃时间以设备的当地时间为准。",
    all_day: "全天",
    no_warnings: "没有：日历中没有此项目。",
    cycles: "周期",
    if_renewed_today: "若今天续费",
    renews_automatically: "自动续费",
    unknown_day: "未知",
    record_by_comment: "写一条这样的评论，即可记录续费：",
    record_by_command: "或者用命令：",
};
