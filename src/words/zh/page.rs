//! The words of the page in simplified Chinese.

use chrono::NaiveTime;

use crate::plan::status::PlanStatus;
use crate::words::feed::{TimeUnit, is_called_app};
use crate::words::page::{DueSummary, PageLabels, PageWords};
use crate::words::zh::{SimplifiedChinese, joined, needs_space};

impl PageWords for SimplifiedChinese {
    fn page_labels(&self) -> &'static PageLabels {
        &LABELS
    }

    fn answer(&self, summary: &DueSummary, next: Option<&str>) -> String {
        if summary.plans == 0 {
            return self.nothing_in_list().to_owned();
        }
        if summary.is_calm() {
            return match next {
                Some(day) => joined(&[day, "之前没有待办事项。"]),
                None if summary.automatic == summary.plans => {
                    "没有待办事项，全部自动续费。".to_owned()
                }
                None => "没有待办事项。".to_owned(),
            };
        }
        let expired = (summary.expired > 0).then(|| format!("{} 项已到期", summary.expired));
        let clauses = [expired, due(summary), cancel(summary), ending(summary)];
        let clauses = clauses.into_iter().flatten();
        let mut text = clauses.collect::<Vec<_>>().join("，");
        if let Some(day) = next {
            text += &match summary.is_next_last {
                true => joined(&["，之后直到", day, "都没有其他事项"]),
                false => joined(&["，除此之外，", day, "之前没有其他事项"]),
            };
        }
        text + "。"
    }

    fn first_date(&self, since: &str, day: Option<&str>) -> String {
        match day {
            Some(day) => joined(&["自", since, "起，最早的日期是", day, "。"]),
            None => joined(&["自", since, "起没有日期。"]),
        }
    }

    fn all_automatic(&self) -> &'static str {
        "全部自动续费。"
    }

    fn nothing_in_list(&self) -> &'static str {
        "列表中没有需要续费的项目。"
    }

    fn status_headline(&self, status: PlanStatus, span: TimeUnit) -> (&'static str, String) {
        match status {
            PlanStatus::Grace(0) => ("已到期，宽限期", "今天截止".to_owned()),
            PlanStatus::Grace(_) => ("已到期，宽限期", format!("还剩 {}", time(span))),
            PlanStatus::Expired(_) => ("已到期", time(span)),
            PlanStatus::Lost(_) => ("宽限期已过", time(span)),
            PlanStatus::Ends(0) => ("到期日", "今天".to_owned()),
            PlanStatus::Ends(1) => ("到期日", "明天".to_owned()),
            PlanStatus::Ends(_) => ("到期日", format!("{}后", time(span))),
            PlanStatus::Renews(0) => ("自动续费日", "今天".to_owned()),
            PlanStatus::Renews(1) => ("自动续费日", "明天".to_owned()),
            PlanStatus::Renews(_) => ("自动续费日", format!("{}后", time(span))),
            PlanStatus::CancelBy(0) => ("取消期限", "今天".to_owned()),
            PlanStatus::CancelBy(1) => ("取消期限", "明天".to_owned()),
            PlanStatus::CancelBy(_) => ("取消期限", format!("还剩 {}", time(span))),
            PlanStatus::GivenUp(0) => ("停用日", "今天".to_owned()),
            PlanStatus::GivenUp(1) => ("停用日", "明天".to_owned()),
            PlanStatus::GivenUp(_) => ("停用日", format!("{}后", time(span))),
        }
    }

    fn beyond_year(&self, count: usize) -> String {
        format!("另有 {count} 项在这几个月内没有日期。")
    }

    fn broken_list(&self, as_of: &str) -> String {
        joined(&["计划文件有错误，上一份没有错误的列表更新于", as_of, "。"])
    }

    fn counted_from(&self, day: &str) -> String {
        joined(&["天数从", day, "算起。"])
    }

    fn plans_not_shown(&self, count: usize) -> String {
        format!("另有 {count} 项未显示。")
    }

    fn last_renewed(&self, day: &str) -> String {
        format!("上次续费：{day}。")
    }

    fn terms_checked(&self, day: &str) -> String {
        format!("（{day}查阅）")
    }

    fn will_be_given_up(&self, day: &str) -> String {
        joined(&[day, "停用。"])
    }

    fn warning_days(&self, days: &[String]) -> String {
        format!("提醒日期：{}。", days.join("、"))
    }

    fn costs_until(&self, end: &str) -> String {
        let rest = "的各次续费，按列表中的价格计算。今天到期或已过期的，按今天续费计算；\
                    自动续费计算到其终止日为止。";
        joined(&["截至", end, rest])
    }

    fn costs_between(&self, since: &str, end: &str) -> String {
        let rest = "的各次续费，按列表中的价格计算。当时已到期的，按当时续费计算；\
                    自动续费计算到其终止日为止。";
        joined(&[since, "至", end, rest])
    }

    fn error_found(&self, moment: &str) -> String {
        let rest = "。改正之前，这里显示的是上一份没有错误的列表。";
        joined(&["发现于", moment, rest])
    }

    fn fetched_since(&self, moment: &str) -> String {
        joined(&["服务器启动于", moment, "，此后的记录如下。"])
    }

    fn not_fetched_since(&self, moment: &str) -> String {
        joined(&["服务器启动于", moment, "，此后尚无程序获取过此日历。"])
    }

    fn moment(&self, day: Option<&str>, time: NaiveTime) -> String {
        match day {
            Some(day) => format!("{day} {}", time.format("%H:%M")),
            None => format!("今天 {}", time.format("%H:%M")),
        }
    }
}

/// The plans that expire soon.
fn due(summary: &DueSummary) -> Option<String> {
    let group = summary.due;
    let when = match group.nearest {
        (0, _) => "今天到期".to_owned(),
        (1, _) => "明天到期".to_owned(),
        (_, span) => format!("将在 {}后到期", time(span)),
    };
    match group.count {
        0 => None,
        count if group.is_one_day => Some(format!("{count} 项{when}")),
        count => Some(format!("{count} 项待续费（最早的{when}）")),
    }
}

/// The plans that renew unless they are cancelled.
fn cancel(summary: &DueSummary) -> Option<String> {
    let group = summary.cancel;
    let when = match group.nearest {
        (0, _) => "今天".to_owned(),
        (1, _) => "到明天".to_owned(),
        (_, span) => format!("在 {}内", time(span)),
    };
    match group.count {
        0 => None,
        count if group.is_one_day => Some(format!("{count} 项如{when}不取消将自动续费")),
        count => Some(format!("{count} 项不取消将自动续费（最早的须{when}取消）")),
    }
}

/// The plans that are given up soon.
fn ending(summary: &DueSummary) -> Option<String> {
    let group = summary.ending;
    let when = match group.nearest {
        (0, _) => "今天停用".to_owned(),
        (1, _) => "明天停用".to_owned(),
        (_, span) => format!("将在 {}后停用", time(span)),
    };
    match group.count {
        0 => None,
        count if group.is_one_day => Some(format!("{count} 项{when}")),
        count => Some(format!("{count} 项即将停用（最早的{when}）")),
    }
}

fn time(span: TimeUnit) -> String {
    let mut out = String::new();
    SimplifiedChinese::unit(&mut out, span);
    out
}

static LABELS: PageLabels = PageLabels {
    contents: "本页内容",
    now: "现在",
    later: "以后",
    automatic: "自动续费",
    dates: "日期",
    number: "号码 ",
    number_ending: "尾号 ",
    renew_on: ("前往 ", " 续费"),
    cancel_on: ("前往 ", " 取消"),
    renew: "续费",
    other_ways: "其他方式",
    check: "确认结果",
    if_it_fails: "没成功？",
    cancel: "取消方式",
    terms: "条款",
    record: "记录",
    record_link: "记录本次续费",
    notes: "备注",
    in_app: |name| {
        let (before, after) = match is_called_app(name) {
            true => (("在", "在 "), ("内", " 内")),
            false => (("在", "在 "), ("应用内", " 应用内")),
        };
        let starts = name.chars().next().is_some_and(|c| needs_space('在', c));
        let ends = name
            .chars()
            .next_back()
            .is_some_and(|c| needs_space(c, '内'));
        (
            if starts { before.1 } else { before.0 },
            if ends { after.1 } else { after.0 },
        )
    },
    dial: ("拨打 ", ""),
    call: ("致电 ", ""),
    sms: ("发送短信至 ", ""),
    sms_text: ("发送短信“", "”至 ", ""),
    year: "全年一览",
    months: [
        "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月",
    ],
    valid: "有效期",
    valid_due: "待续费",
    valid_expired: "已到期",
    valid_automatic: "自动续费的有效期",
    grace: "宽限期",
    warning: "提醒",
    renews_automatically: "自动续费日",
    today: "今天",
    goes_on: "超出图示范围",
    yearly_cost: "一年费用",
    file_error: "计划文件有错误",
    correct_file: "改正文件后，本页和日历会自动更新。",
    feed_says_so: "日历中也已注明内容不是最新的。",
    feed_is_silent: "日历中尚未注明这一点。",
    subscribe: "订阅",
    address: "日历地址",
    copy_address: "可复制到任何支持按地址订阅的日历程序。",
    local_address: "此地址只能在这台电脑上使用，手机、Google 日历和 Outlook.com 都无法访问。\
            如需在那里订阅，请在它们能访问的主机上通过 HTTPS 运行服务器（方法见 docs/hosting.md），\
            或者只下载一次日历。",
    plain_http: "此地址使用未加密的 HTTP。iPhone、iPad 和 Google 日历只接受 HTTPS，\
            Google 日历和 Outlook.com 还要求主机能从公网访问。请通过 HTTPS 提供服务，方法见 docs/hosting.md。",
    unknown_address: (
        "服务器不知道自己的公网地址，因此这里没有订阅链接。启动时请加上 ",
        "。",
    ),
    published_without_address: (
        "此页面发布时没有指明自己的地址，因此这里没有订阅链接。发布时请加上 ",
        "。",
    ),
    subscribe_apple: "在 iPhone、iPad 或 Mac 上订阅",
    subscribe_mac: "在这台 Mac 上订阅",
    about_ios: "iPhone 和 iPad 默认会移除提醒。如需保留，请在“设置”的日历账户中打开此订阅日历，\
             关闭“移除提醒”（Remove Alerts）。",
    about_mac: "Mac 在订阅时会询问：不要勾选“移除”（Remove）旁的“提醒”（Alerts）。",
    cannot_reach: "无法访问这台电脑上的地址。",
    google: "Google 日历",
    open_google: "打开 Google 日历",
    about_google: "请在电脑上操作：Google 日历的手机应用无法按地址添加日历。在那里粘贴上面的地址。Google 会忽略订阅日历中的提醒：请在此日历的设置里添加\
                “全天活动通知”（All-day event notifications）。每 4 至 24 小时更新一次。",
    subscribe_outlook: "在 Outlook.com 中订阅",
    about_outlook: "Outlook.com 和 Microsoft 365 会忽略提醒，请留意日程本身。每 3 至 24 小时更新一次。",
    other_programs: "其他程序",
    about_thunderbird: "会提醒。已关闭的提醒会在 Thunderbird 下次启动时再次出现，直到该日期过去。\
                     请勿把日历设为“只读”，否则 Thunderbird 会漏掉提醒。如果关闭提醒时报错，\
                     说明 Thunderbird 已自行设为“只读”：请在日历属性中取消，再重新启动 Thunderbird。\
                     只检查前后一个月内的日程，\
                     更早的提醒不会响。每 30 分钟更新一次。",
    about_desktops: "会提醒。Evolution 和 GNOME 每小时更新一次。",
    about_icsx5: "会提醒。默认每天更新一次，可自行调整。",
    about_nextcloud: "会移除提醒，只显示日程。",
    about_home_assistant: "从不读取提醒，请用自动化来响应日程。每天更新一次。",
    on_phone: "在手机上打开",
    scan_code: "用手机相机扫描二维码即可打开本页，并在手机上订阅。",
    qr_code: "本页地址的二维码",
    only_once: "只下载一次",
    download: "下载日历",
    about_snapshot: "导入的文件只是当时的快照：以后的续费不会更新，Google 会丢弃其中的提醒，\
               重复导入还可能让日程出现两次。",
    does_it_work: "能正常提醒吗？",
    test_reminder: "提醒测试",
    test_download: "下载测试提醒",
    about_test: "其中只有一个日程，下载十分钟后会响起提醒，让您在真正需要之前就能确认。\
                请用 Apple 日历、Thunderbird、GNOME、KDE、Outlook 桌面版或 ICSx5 打开，\
                它们会执行文件中的提醒。Google 日历会丢弃文件中的提醒，无法用来测试。",
    test_limits: "如果响了，说明该程序在这台设备上能够提醒。订阅的日历是否也会提醒，\
                      取决于程序如何处理其中的提醒，见上文各程序旁的说明。",
    who_fetches: "哪些程序在获取日历",
    client: "程序",
    last_fetch: "最近一次",
    web_browser: "网页浏览器",
    other_program: "其他程序",
};
