//! The words of the pages for recording in simplified Chinese.

use crate::words::record::{RecordLabels, RecordMessage, RecordWords};
use crate::words::zh::{SimplifiedChinese, joined};

impl RecordWords for SimplifiedChinese {
    fn record_labels(&self) -> &'static RecordLabels {
        &LABELS
    }

    fn record_message(&self, message: RecordMessage) -> (&'static str, &'static str) {
        match message {
            RecordMessage::Foreign => (
                "表单未被接受",
                "它来自其他网站，或者此设备之后重新配对过。没有任何更改。请重新打开表单再提交。",
            ),
            RecordMessage::Missing => (
                "没有这个项目",
                "它的标识可能已更改，或者已从列表中删除。没有任何更改。",
            ),
            RecordMessage::Late => ("表单传输过慢", "没有任何更改。请返回后重新提交。"),
            RecordMessage::Changed => (
                "此项目已有变动",
                "它与表单打开时不同，也许这次续费已经记录过。没有任何更改。请查看它现在的内容。",
            ),
            RecordMessage::NothingToUndo => (
                "未能撤销",
                "记录之后此项目又有变动，或者服务器已重新启动。如有错误，请手动修改计划文件。",
            ),
            RecordMessage::TooLong => ("表单内容过长", "没有任何更改。请返回并缩短备注。"),
            RecordMessage::NotAForm => {
                ("这不是本页的表单", "没有任何更改。请打开表单，从那里提交。")
            }
            RecordMessage::Broken => (
                "计划文件有错误",
                "没有任何更改。请先改正文件，再返回重新提交。",
            ),
            RecordMessage::NotWritten => (
                "现在无法更改计划文件",
                "没有任何更改。排除原因后，请返回重新提交。",
            ),
            RecordMessage::Locked => (
                "另一个程序正在更改计划文件",
                "没有任何更改。请稍候，再返回重新提交。",
            ),
        }
    }

    fn default_currency(&self, code: &str) -> String {
        joined(&["只写数字时，货币为", code, "。"])
    }

    fn was_renewed(&self, on: &str) -> String {
        format!("续费日期：{on}。")
    }

    fn new_expiry(&self, now: &str, before: &str) -> String {
        joined(&["将于", now, &format!("到期（原为 {before}）。")])
    }

    fn next_warning(&self, day: &str) -> String {
        format!("下次提醒：{day}。")
    }

    fn still_expired(&self, expiry: &str) -> String {
        joined(&["但它仍已于", expiry, "到期。"])
    }

    fn ends_before_expiry(&self, ended: &str, expiry: &str) -> String {
        let rest = "的到期不会有提醒。如果继续使用，请从项目中删除 `ended`。";
        joined(&["它将于", ended, "停用，因此", expiry, rest])
    }

    fn automatic_ended(&self, until: &str) -> String {
        let rest = "结束。如果恢复自动续费，请在项目中写上更晚的 `until`。";
        joined(&["它不再自动续费：自动续费已于", until, rest])
    }

    fn past_renewals(&self, count: usize) -> String {
        format!("续费记录（{count} 次）")
    }

    fn earlier_renewals(&self, count: usize) -> String {
        format!("更早的 {count} 次续费")
    }
}

static LABELS: RecordLabels = RecordLabels {
    pair: "配对此设备",
    about_pairing: "配对后的设备可以记录续费，并能看到收据和以往的续费记录。连续 400 天未使用后，配对自动失效。\
                    请只配对您自己的设备。",
    not_paired: "此设备尚未配对",
    about_not_paired: "只有配对过的设备才能记录续费。",
    how_to_pair: (
        "请在计划文件所在的电脑上运行 ",
        "，然后在此设备上打开其中的链接，或用相机扫描二维码。没有密钥的服务器会在启动时显示该链接。",
    ),
    about_old_link: "如果您是通过这样的链接打开本页的，说明链接已超过一小时或不完整，请重新生成。",
    record: "记录续费",
    record_another: "再记录一次续费",
    is_given_up: "无法再记录续费。如果继续使用，请先从项目中删除 `ended`。",
    all_plans: "全部项目",
    go_on: "继续",
    on: "续费日期",
    way: "续费方式",
    way_number: |number| format!("方式 {number}"),
    until: "有效期至",
    about_until: "此项目没有写明每次续费的有效期。",
    paid: "实付金额",
    about_paid: "如果实付金额就是上面所选方式的价格，可以留空。",
    receipt: "收据",
    about_receipt: "可填编号、链接，或与计划文件放在一起的文件。",
    note: "备注",
    send: "记录",
    dates_stay: "此项目自动续费：日期不变，只增加一条续费记录。",
    recorded: "已记录",
    no_warning: "此后没有提醒。",
    is_shorter: "新的到期日早于原来的到期日。",
    changed_lines: "文件中的改动",
    undo: "撤销",
    undone: "已撤销",
    about_undone: "此项目已恢复原样。",
    not_committed: "改动已写入计划文件，但没有提交到 git：",
    no_history: "尚无续费记录。",
    receipt_is: "收据：",
    refused: "未记录",
    wrong_day: "这个日期无法使用。",
    wrong_way: "请选择续费方式。",
    wrong_until: "请填写现在的最后有效日。",
    wrong_price: "无法识别这个金额。",
    wrong_text: "这段文字无法使用。",
    wrong_plan: "这次续费无法这样记录。",
    by_hand: "请手动把以下内容写入该项目：",
    about_file_error: "改正之前无法记录。这里显示的是上一份没有错误的列表。",
};
